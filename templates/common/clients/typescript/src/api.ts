/** How a client reaches the service. */
export interface ClientOptions {
    /** Where the service is, as in "https://api.example". */
    baseUrl: string | URL;
    //#if (jwt)
    /** The bearer token, or what gives the one that is valid now. */
    token?: string | (() => string | Promise<string>) | undefined;
    //#endif
    /** Headers of every request, such as a key or a password: `{ "X-Api-Key": key }`. */
    headers?: Readonly<Record<string, string>> | undefined;
    /** What sends requests; the runtime's own `fetch` when not given. */
    fetch?: typeof globalThis.fetch | undefined;
}

/** A success, with its status and headers. */
export class ApiResponse<T> {
    readonly status: number;
    readonly headers: Headers;
    /** The body; undefined where the contract has none. */
    readonly result: T;

    constructor(status: number, headers: Headers, result: T) {
        this.status = status;
        this.headers = headers;
        this.result = result;
    }

    /** A header that the contract declares, as its `ETag`. Throws where it is not there. In a browser CORS must expose it. */
    header(name: string): string {
        const value = this.headers.get(name);
        if (value === null) {
            throw new Error(`The answer has no header ${name}.`);
        }

        return value;
    }
}

/** The successes of an operation whose statuses have bodies of their own: `status` says which one a response is. */
export type ApiResponses<Bodies> = { [Status in keyof Bodies]: ApiResponse<Bodies[Status]> & { readonly status: Status } }[keyof Bodies];

/** What is wrong (RFC 9457). */
export interface ApiProblem {
    type?: string;
    title?: string;
    status?: number;
    detail?: string;
    instance?: string;
    traceId?: string;
    /** Of a request that does not keep to the contract: for each field, by its name in the request, the rules that it breaks. */
    errors?: { [key: string]: string[]; };
}

/** An answer that is no success, or is not what the contract says. What does not get as far as an answer is thrown as `fetch` has it. */
export class ApiError extends Error {
    readonly status: number;
    readonly headers: Headers;
    /** The body as it came. */
    readonly body: string;
    /** The body where it is JSON, as the contract declares it for the status. */
    readonly json: unknown;
    /** What is wrong (RFC 9457), with `errors` by field for a 400; undefined where the answer is not the service's own: a proxy's, say. */
    readonly problem: ApiProblem | undefined;

    constructor(message: string, response: Response, body: string, options?: ErrorOptions) {
        const json = jsonOf(response, body);
        const problem = isOf(response, "application/problem+json") ? (json as ApiProblem | undefined) : undefined;
        const detail = problem?.detail ?? problem?.title;
        super(detail === undefined ? `${message}.` : `${message}: ${detail}`, options);
        this.name = "ApiError";
        this.status = response.status;
        this.headers = response.headers;
        this.body = body;
        this.json = json;
        this.problem = problem;
    }
}

/** How a value of several parts is written in a parameter (RFC 6570, OpenAPI). */
type Style =
    | "simple" | "simpleExploded" | "form" | "formExploded" | "label" | "labelExploded" | "matrix" | "matrixExploded"
    | "spaceDelimited" | "pipeDelimited" | "deepObject" | "json";

interface Styled {
    readonly style: Style;
    readonly value: unknown;
}

/** A value of several parts. */
export function styled(style: Style, value: unknown): Styled {
    return { style, value };
}

type Value = string | number | boolean | Styled | null | undefined;
type Values = Readonly<Record<string, Value>>;
type Read = "json" | "text" | "blob" | "stream";

interface Call {
    readonly path?: Values;
    readonly query?: Values;
    readonly headers?: Values;
    /** A browser sends its own only. */
    readonly cookies?: Values;
    readonly body?: unknown;
    /** The media type of the body; JSON when not given. */
    readonly type?: string;
    readonly accept?: string;
    /** How a body is read, by status where that differs; as JSON when not given. */
    readonly read?: Read | Readonly<Record<string, Read>>;
    readonly signal?: AbortSignal | undefined;
}

/** Sends the requests of the generated clients, and reads the answers. */
export class Api {
    readonly #options: ClientOptions;

    constructor(options: ClientOptions) {
        this.#options = options;
    }

    async send<TResponse extends ApiResponse<unknown>>(method: string, path: string, call: Call): Promise<TResponse> {
        const { baseUrl, fetch = globalThis.fetch } = this.#options;
        const url = new URL(path.replace(/\{([^{}]+)\}/g, (_, name: string) => segment(name, call.path?.[name])), String(baseUrl).replace(/\/*$/, "/"));
        url.search = [...pairs(call.query)].map(([name, value]) => `${encodeURIComponent(name)}=${value}`).join("&");

        const headers = new Headers({ ...this.#options.headers, Accept: call.accept ?? "application/json, application/problem+json" });
        for (const [name, value] of Object.entries(call.headers ?? {})) {
            if (isGiven(value)) {
                headers.set(name, headerOf(value));
            }
        }

        const cookies = [...pairs(call.cookies)].map(([name, value]) => `${name}=${value}`);
        if (cookies.length > 0) {
            headers.set("Cookie", cookies.join("; "));
        }

        const { body, type = "application/json" } = call;
        // The boundary of a form is set by who writes it.
        if (body !== undefined && !type.startsWith("multipart/")) {
            headers.set("Content-Type", type);
        }

        //#if (jwt)
        const { token } = this.#options;
        if (token !== undefined) {
            headers.set("Authorization", `Bearer ${typeof token === "string" ? token : await token()}`);
        }

        //#endif
        const response = await fetch(url, { method, headers, body: body === undefined ? null : bodyOf(type, body), signal: call.signal ?? null });
        if (!response.ok) {
            throw new ApiError(`The service answered ${response.status}`, response, await response.text());
        }

        const read = typeof call.read === "object" ? (call.read[response.status] ?? call.read[`${Math.trunc(response.status / 100)}XX`]) : call.read;
        return new ApiResponse(response.status, response.headers, await resultOf(response, read ?? "json")) as TResponse;
    }
}

async function resultOf(response: Response, read: Read): Promise<unknown> {
    if (read === "stream") {
        return response.body;
    }

    if (read === "blob") {
        return response.blob();
    }

    const text = await response.text();
    if (read === "text") {
        return text;
    }

    try {
        return text === "" ? undefined : JSON.parse(text);
    } catch (error) {
        throw new ApiError("The answer is not what the contract says", response, text, { cause: error });
    }
}

// Callers in JavaScript may pass null.
function isGiven<T>(value: T): value is T & {} {
    return value !== undefined && value !== null && (!isStyled(value) || isGiven(value.value));
}

function isStyled(value: unknown): value is Styled {
    return typeof value === "object" && value !== null && "style" in value;
}

/** Names and encoded values, for a query or cookies. */
function* pairs(values: Values = {}): Generator<[name: string, value: string]> {
    for (const [name, value] of Object.entries(values).filter(([, value]) => isGiven(value))) {
        if (!isStyled(value)) {
            yield [name, encodeURIComponent(String(value))];
        } else if (value.style === "formExploded") {
            for (const [part, item] of parts(value.value)) {
                yield [part ?? name, encodeURIComponent(textOf(item))];
            }
        } else if (value.style === "deepObject") {
            yield* deep(name, value.value);
        } else if (value.style === "json") {
            yield [name, encodeURIComponent(JSON.stringify(value.value))];
        } else if (parts(value.value).length > 0) {
            yield [name, join(value.value, value.style === "spaceDelimited" ? "%20" : value.style === "pipeDelimited" ? "%7C" : ",")];
        }
    }
}

function* deep(name: string, value: unknown): Generator<[name: string, value: string]> {
    for (const [part, item] of parts(value)) {
        const itemName = part === undefined ? name : `${name}[${part}]`;
        if (typeof item === "object" && item !== null) {
            yield* deep(itemName, item);
        } else {
            yield [itemName, encodeURIComponent(textOf(item))];
        }
    }
}

/** An empty segment, or one of dots, would make it the path of another operation. */
function segment(name: string, value: Value): string {
    if (isStyled(value)) {
        return styledSegment(name, value);
    }

    const text = String(value ?? "");
    if (/^\.{0,2}$/.test(text)) {
        throw new TypeError(`${name} cannot be "${text}".`);
    }

    return encodeURIComponent(text);
}

function styledSegment(name: string, { style, value }: Styled): string {
    switch (style) {
        case "label":
            return `.${join(value, ",")}`;
        case "labelExploded":
            return `.${join(value, ".", true)}`;
        case "matrix":
            return `;${name}=${join(value, ",")}`;
        case "matrixExploded":
            return parts(value).map(([part, item]) => `;${encodeURIComponent(part ?? name)}=${encodeURIComponent(textOf(item))}`).join("");
        case "json":
            return encodeURIComponent(JSON.stringify(value));
        default:
            return join(value, ",", style === "simpleExploded");
    }
}

function headerOf(value: Value): string {
    return isStyled(value) ? (value.style === "json" ? JSON.stringify(value.value) : join(value.value, ",", value.style === "simpleExploded", String)) : String(value);
}

/** The items, or the names and values of members, one after the other. */
function join(value: unknown, separator: string, isExploded = false, encode: (text: string) => string = encodeURIComponent): string {
    return parts(value)
        .map(([name, item]) => (name === undefined ? encode(textOf(item)) : `${encode(name)}${isExploded ? "=" : separator}${encode(textOf(item))}`))
        .join(separator);
}

/** The items of a list, the members of an object, or the value itself; null is nothing. */
function parts(value: unknown): [name: string | undefined, value: unknown][] {
    if (Array.isArray(value)) {
        return value.map((item: unknown) => [undefined, item]);
    }

    return !isGiven(value) ? [] : typeof value === "object" && !(value instanceof Blob) ? Object.entries(value).filter(([, member]) => isGiven(member)) : [[undefined, value]];
}

function textOf(value: unknown): string {
    return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function bodyOf(type: string, body: unknown): BodyInit {
    if (type === "application/x-www-form-urlencoded" || type.startsWith("multipart/")) {
        const form = type.startsWith("multipart/") ? new FormData() : new URLSearchParams();
        for (const [name, value] of parts(body)) {
            for (const item of Array.isArray(value) ? value : [value]) {
                form.append(name ?? "", item instanceof Blob ? (item as never) : textOf(item));
            }
        }

        return form;
    }

    return body instanceof Blob || (typeof body === "string" && !isJson(type)) ? body : JSON.stringify(body);
}

function isOf(response: Response, type: string): boolean {
    return response.headers.get("Content-Type")?.startsWith(type) === true;
}

function isJson(type: string): boolean {
    return /^[^;]*[/+]json\b/.test(type);
}

function jsonOf(response: Response, text: string): unknown {
    try {
        return isJson(response.headers.get("Content-Type") ?? "") ? JSON.parse(text) : undefined;
    } catch {
        return undefined;
    }
}
