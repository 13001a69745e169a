// From openapi.yaml by NSwag. To change this file, change the contract and build.
import { Api, type ApiResponse, type ClientOptions } from "../api.js";

/** What `receiveWebhook` takes. */
export interface ReceiveWebhookRequest {
    /** Names the webhook at its sender, in every attempt to send it. */
    webhookId: string;
    /** When this attempt was signed, in seconds since 1970 (UTC). */
    webhookTimestamp: string;
    /** HMAC-SHA256 over id, timestamp and body with a full stop between each, in base64 behind "v1,"; several signatures have spaces between them. */
    webhookSignature: string;
    body: Webhook;
}

/** Calls the operations of the contract. An answer that is no success is thrown as an `ApiError`. */
export class WebhooksClient {
    readonly #api: Api;

    constructor(options: ClientOptions) {
        this.#api = new Api(options);
    }

    /**
     * Takes a webhook, to be worked off after the answer.
     *
     * The same webhook sent again is accepted again and changes nothing; another one with its id is refused. A type of event that is not here is accepted, and nothing happens. Members that are not here are ignored.
     */
    receiveWebhook(request: ReceiveWebhookRequest, signal?: AbortSignal): Promise<ApiResponse<WebhookReceipt | undefined>> {
        return this.#api.send("POST", "v1/webhooks", {
            headers: { "webhook-id": request.webhookId, "webhook-timestamp": request.webhookTimestamp, "webhook-signature": request.webhookSignature },
            body: request.body,
            signal,
        });
    }
}

/** What `listDeadLetters` takes. */
export interface ListDeadLettersRequest {
    /** How many dead letters a page holds at most. */
    limit?: number | undefined;
    /** Where the page starts, from the nextCursor of the page before it. */
    cursor?: string | undefined;
}

/** What `requeueDeadLetter` takes. */
export interface RequeueDeadLetterRequest {
    /** The message's id. */
    messageId: string;
}

/** Calls the operations of the contract. An answer that is no success is thrown as an `ApiError`. */
export class DeadLettersClient {
    readonly #api: Api;

    constructor(options: ClientOptions) {
        this.#api = new Api(options);
    }

    /**
     * Lists dead letters, the latest first, a page at a time.
     *
     * Pass the nextCursor of a page to read the page after it.
     */
    listDeadLetters(request: ListDeadLettersRequest = {}, signal?: AbortSignal): Promise<ApiResponse<DeadLetterPage>> {
        return this.#api.send("GET", "v1/dead-letters", {
            query: {
                limit: request.limit,
                cursor: request.cursor,
            },
            signal,
        });
    }

    /**
     * Has a dead letter worked off again, with all its attempts before it.
     */
    requeueDeadLetter(request: RequeueDeadLetterRequest, signal?: AbortSignal): Promise<ApiResponse<void>> {
        return this.#api.send("POST", "v1/dead-letters/{messageId}/requeue", {
            path: { messageId: request.messageId },
            signal,
        });
    }
}

/** What a sender tells. A type of event is an alternative here, and has a handler. */
export type Webhook = (OrderPlaced & { type: "order.placed" });

/** An order was placed. */
export interface OrderPlaced {
    /** What happened. */
    type: "order.placed";
    /** When it happened, which may be long before the webhook is sent. */
    timestamp: string;
    data: PlacedOrder;
}

/** An order that was placed. */
export interface PlacedOrder {
    /** The order's id. */
    orderId: string;
    /** Who ordered. */
    customer: string;
    /** What was ordered. */
    lines: PlacedOrderLine[];
}

/** Some units of one article. */
export interface PlacedOrderLine {
    /** The article's number. */
    sku: string;
    /** How many units. */
    quantity: number;
}

/** How the service knows a webhook. */
export interface WebhookReceipt {
    /** The id of the message that the webhook has become. */
    messageId: string;
}

/** A message that failed at every attempt. */
export interface DeadLetter {
    /** The message's id. */
    messageId: string;
    /** Who sent it, by the name under which the service knows the sender's secrets. */
    source: string;
    /** The webhook's id at its sender. */
    webhookId: string;
    /** What the message is about. */
    type: string;
    /** When the webhook was accepted. */
    receivedAt: string;
    /** When the last attempt failed. */
    diedAt: string;
    /** How often it was tried. */
    attempts: number;
    /** What kind of failure ended the last attempt; the trace has the rest. */
    lastError: string;
    /** The W3C trace id of the request that brought the message. */
    traceId?: string | undefined;
}

/** A page of dead letters, the latest first. */
export interface DeadLetterPage {
    /** The dead letters of this page. */
    deadLetters: DeadLetter[];
    /** The cursor of the next page; absent on the last one. */
    nextCursor?: string | undefined;
}

/** What went wrong (RFC 9457). */
export interface Problem {
    /** A URI that names the kind of problem. */
    type: string;
    /** The kind of problem, in words. */
    title: string;
    /** The HTTP status code. */
    status: number;
    /** What went wrong this time, and the remedy. */
    detail?: string | undefined;
    /** The path of the request. */
    instance?: string | undefined;
    /** The W3C trace id of the request. */
    traceId: string;
    /** Where the trace of the request can be seen, in Development. */
    traceUrl?: string | undefined;
}

/** What in a request does not keep to the contract (RFC 9457). */
export interface ValidationProblem {
    /** A URI that names the kind of problem. */
    type: string;
    /** The kind of problem, in words. */
    title: string;
    /** The HTTP status code. */
    status: number;
    /** What went wrong this time, and the remedy. */
    detail?: string | undefined;
    /** The path of the request. */
    instance?: string | undefined;
    /** The W3C trace id of the request. */
    traceId: string;
    /** Where the trace of the request can be seen, in Development. */
    traceUrl?: string | undefined;
    /** For each field, by its name in the request, the rules that it breaks. */
    errors: { [key: string]: string[]; };
}
