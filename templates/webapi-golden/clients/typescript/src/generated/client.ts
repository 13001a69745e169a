// From openapi.yaml by NSwag. To change this file, change the contract and build.
import { Api, type ApiResponse, type ClientOptions } from "../api.js";

/** What `createOrder` takes. */
export interface CreateOrderRequest {
    /** Names this attempt, so that a retry does not place a second order; a UUID serves well. */
    idempotencyKey: string;
    body: OrderDraft;
}

/** What `listOrders` takes. */
export interface ListOrdersRequest {
    /** Only orders of this customer. */
    customer?: string | undefined;
    /** Only orders in this state. */
    status?: OrderStatus | undefined;
    /** Only orders whose total is at least this. */
    minTotal?: number | undefined;
    /** Only orders placed at this time or later. */
    placedFrom?: string | undefined;
    /** Only orders placed before this time. */
    placedBefore?: string | undefined;
    /** How many orders a page holds at most. */
    limit?: number | undefined;
    /** Where the page starts, from the nextCursor of the page before it. */
    cursor?: string | undefined;
}

/** What `importOrders` takes. */
export interface ImportOrdersRequest {
    body: OrderImport;
}

/** What `reportOrders` takes. */
export interface ReportOrdersRequest {
    /** The first day of the period (UTC). */
    from: string;
    /** The last day of the period (UTC). */
    to: string;
}

/** What `getOrder` takes. */
export interface GetOrderRequest {
    /** The order's id. */
    orderId: string;
}

/** What `updateOrder` takes. */
export interface UpdateOrderRequest {
    /** The order's id. */
    orderId: string;
    /** The ETag that came with the order when it was read (RFC 9110, section 13.1.1). */
    ifMatch: string;
    body: OrderDraft;
}

/** What `cancelOrder` takes. */
export interface CancelOrderRequest {
    /** The order's id. */
    orderId: string;
}

/** Calls the operations of the contract. An answer that is no success is thrown as an `ApiError`. */
export class OrdersClient {
    readonly #api: Api;

    constructor(options: ClientOptions) {
        this.#api = new Api(options);
    }

    /**
     * Places an order.
     *
     * A retry with the same Idempotency-Key and the same body answers with the order of the first attempt; with another body it is refused.
     */
    createOrder(request: CreateOrderRequest, signal?: AbortSignal): Promise<ApiResponse<Order>> {
        return this.#api.send("POST", "v1/orders", {
            headers: { "Idempotency-Key": request.idempotencyKey },
            body: request.body,
            signal,
        });
    }

    /**
     * Lists orders, newest first, a page at a time.
     *
     * Pass the nextCursor of a page, with the same filters, to read the page after it.
     */
    listOrders(request: ListOrdersRequest = {}, signal?: AbortSignal): Promise<ApiResponse<OrderPage>> {
        return this.#api.send("GET", "v1/orders", {
            query: {
                customer: request.customer,
                status: request.status,
                minTotal: request.minTotal,
                placedFrom: request.placedFrom,
                placedBefore: request.placedBefore,
                limit: request.limit,
                cursor: request.cursor,
            },
            signal,
        });
    }

    /**
     * Imports orders that were placed elsewhere, all of them or none.
     */
    importOrders(request: ImportOrdersRequest, signal?: AbortSignal): Promise<ApiResponse<ImportResult>> {
        return this.#api.send("POST", "v1/orders/import", {
            body: request.body,
            signal,
        });
    }

    /**
     * Sums up the open orders of a period, by month and currency.
     */
    reportOrders(request: ReportOrdersRequest, signal?: AbortSignal): Promise<ApiResponse<OrderReport>> {
        return this.#api.send("GET", "v1/orders/report", {
            query: {
                from: request.from,
                to: request.to,
            },
            signal,
        });
    }

    /**
     * Reads an order.
     */
    getOrder(request: GetOrderRequest, signal?: AbortSignal): Promise<ApiResponse<Order>> {
        return this.#api.send("GET", "v1/orders/{orderId}", {
            path: { orderId: request.orderId },
            signal,
        });
    }

    /**
     * Replaces what an open order says, if nobody has changed it since it was read.
     */
    updateOrder(request: UpdateOrderRequest, signal?: AbortSignal): Promise<ApiResponse<Order>> {
        return this.#api.send("PUT", "v1/orders/{orderId}", {
            path: { orderId: request.orderId },
            headers: { "If-Match": request.ifMatch },
            body: request.body,
            signal,
        });
    }

    /**
     * Cancels an order; cancelling it again changes nothing.
     */
    cancelOrder(request: CancelOrderRequest, signal?: AbortSignal): Promise<ApiResponse<Order>> {
        return this.#api.send("POST", "v1/orders/{orderId}/cancel", {
            path: { orderId: request.orderId },
            signal,
        });
    }
}

/** What a customer asks for. */
export interface OrderDraft {
    /** Who orders. */
    customer: string;
    currency: Currency;
    /** What is ordered. */
    lines: OrderLine[];
    /** A remark for the people who fulfil the order. */
    note?: string | undefined;
}

/** Some units of one article at one price. */
export interface OrderLine {
    /** The article's number. */
    sku: string;
    /** How many units. */
    quantity: number;
    /** The price of one unit, in the order's currency. */
    unitPrice: number;
}

/** An order. */
export interface Order {
    /** The order's id. */
    id: string;
    status: OrderStatus;
    /** When the order was placed. */
    placedAt: string;
    /** Who ordered. */
    customer: string;
    currency: Currency;
    /** What was ordered. */
    lines: OrderLine[];
    /** The sum over the lines, in the order's currency. */
    total: number;
    /** A remark for the people who fulfil the order. */
    note?: string | undefined;
}

/** A page of orders, newest first. */
export interface OrderPage {
    /** The orders of this page. */
    orders: Order[];
    /** The cursor of the next page; absent on the last one. */
    nextCursor?: string | undefined;
}

/** Orders that were placed elsewhere. */
export interface OrderImport {
    /** The orders, in any sequence. */
    orders: PlacedOrder[];
}

/** An order that was placed elsewhere. */
export interface PlacedOrder {
    /** Who ordered. */
    customer: string;
    currency: Currency;
    /** When the order was placed. */
    placedAt: string;
    /** What was ordered. */
    lines: OrderLine[];
    /** A remark for the people who fulfil the order. */
    note?: string | undefined;
}

/** What an import did. */
export interface ImportResult {
    /** How many orders were imported. */
    imported: number;
}

/** The open orders of a period, summed up. */
export interface OrderReport {
    /** A row for each month and currency that has orders, oldest first. */
    rows: OrderReportRow[];
}

/** The open orders of one month in one currency. */
export interface OrderReportRow {
    /** The month (UTC), as in 2026-01. */
    month: string;
    currency: Currency;
    /** How many orders. */
    orders: number;
    /** The sum of their totals. */
    total: number;
}

/** Where an order stands. */
export type OrderStatus = "open" | "cancelled";

/** An ISO 4217 code. */
export type Currency = "EUR" | "GBP" | "USD";

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
