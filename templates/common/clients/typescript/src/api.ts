import type { Problem, ValidationProblem } from "./generated/client.js";

/** How a client reaches the service. */
export interface ClientOptions {
    /** Where the service is, as in "https://api.example". */
    baseUrl: string | URL;
    //#if (jwt)
    /** The bearer token, or what gives the one that is valid now. */
    token?: string | (() => string | Promise<string>) | undefined;
    //#endif
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

/** An answer that is no success, or is not what the contract says. What does not get as far as an answer is thrown as `fetch` has it. */
export class ApiError extends Error {
    readonly status: number;
    readonly headers: Headers;
    /** The body as it came. */
    readonly body: string;
    /** What is wrong (RFC 9457), with `errors` by field for a 400; undefined where the answer is not the service's own: a proxy's, say. */
    readonly problem: (Problem & Partial<ValidationProblem>) | undefined;

    constructor(message: string, response: Response, body: string, problem?: Problem, options?: ErrorOptions) {
        super(message, options);
        this.name = "ApiError";
        this.status = response.status;
        this.headers = response.headers;
        this.body = body;
        this.problem = problem;
    }
}

type Values = Readonly<Record<string, string | number | boolean | undefined>>;

interface Call {
    readonly path?: Values;
    readonly query?: Values;
    readonly headers?: Values;
    readonly body?: unknown;
    readonly signal?: AbortSignal | undefined;
}

/** Sends the requests of the generated clients, and reads the answers. */
export class Api {
    readonly #options: ClientOptions;

    constructor(options: ClientOptions) {
        this.#options = options;
    }

    async send<T>(method: string, path: string, call: Call): Promise<ApiResponse<T>> {
        const { baseUrl, fetch = globalThis.fetch } = this.#options;
        const url = new URL(path.replace(/\{(\w+)\}/g, (_, name: string) => segment(name, call.path?.[name])), String(baseUrl).replace(/\/*$/, "/"));
        for (const [name, value] of given(call.query)) {
            url.searchParams.set(name, value);
        }

        const headers = new Headers({ Accept: "application/json, application/problem+json" });
        for (const [name, value] of given(call.headers)) {
            headers.set(name, value);
        }

        if (call.body !== undefined) {
            headers.set("Content-Type", "application/json");
        }

        //#if (jwt)
        const { token } = this.#options;
        if (token !== undefined) {
            headers.set("Authorization", `Bearer ${typeof token === "string" ? token : await token()}`);
        }

        //#endif
        const response = await fetch(url, { method, headers, body: call.body === undefined ? null : JSON.stringify(call.body), signal: call.signal ?? null });
        const text = await response.text();
        if (!response.ok) {
            const problem = problemOf(response, text);
            throw new ApiError(`The service answered ${response.status}${problem ? `: ${problem.detail ?? problem.title}` : "."}`, response, text, problem);
        }

        try {
            return new ApiResponse(response.status, response.headers, (text === "" ? undefined : JSON.parse(text)) as T);
        } catch (error) {
            throw new ApiError("The answer is not what the contract says.", response, text, undefined, { cause: error });
        }
    }
}

function* given(values: Values = {}): Generator<[string, string]> {
    for (const [name, value] of Object.entries(values)) {
        // Callers in JavaScript may pass null.
        if (value !== undefined && value !== null) {
            yield [name, String(value)];
        }
    }
}

/** An empty segment, or one of dots, would make it the path of another operation. */
function segment(name: string, value: Values[string]): string {
    const text = String(value ?? "");
    if (/^\.{0,2}$/.test(text)) {
        throw new TypeError(`${name} cannot be "${text}".`);
    }

    return encodeURIComponent(text);
}

function problemOf(response: Response, text: string): Problem | undefined {
    if (!response.headers.get("Content-Type")?.startsWith("application/problem+json")) {
        return undefined;
    }

    try {
        return JSON.parse(text) as Problem;
    } catch {
        return undefined;
    }
}
