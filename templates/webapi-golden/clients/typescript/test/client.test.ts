//#if (jwt)
// Calls the service at SERVICE_URL, with the token in SERVICE_TOKEN.
//#else
// Calls the service at SERVICE_URL.
//#endif
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { ApiError, type ListOrdersRequest, type OrderDraft, OrdersClient } from "../src/index.js";

const baseUrl = process.env.SERVICE_URL ?? "http://localhost:5180";
const orders = new OrdersClient({
    baseUrl,
    //#if (jwt)
    token: () => process.env.SERVICE_TOKEN ?? "",
    //#endif
});

// Orders of a customer that no other test has.
function draft(changes: Partial<OrderDraft> = {}): OrderDraft {
    return { customer: `customer-${randomUUID()}`, currency: "EUR", lines: [{ sku: "TEA-001", quantity: 2, unitPrice: 4.5 }], ...changes };
}

function place(body: OrderDraft) {
    return orders.createOrder({ idempotencyKey: randomUUID(), body });
}

function isError(status: number, check: (error: ApiError) => void = () => {}) {
    return (error: unknown) => {
        assert.ok(error instanceof ApiError);
        assert.equal(error.status, status);
        assert.equal(error.problem?.status, status);
        check(error);
        return true;
    };
}

test("an order is placed once for a key, and read as it was placed", async () => {
    const idempotencyKey = randomUUID();
    const body = draft({ note: "Größe: 5 €" });
    const placed = await orders.createOrder({ idempotencyKey, body });
    const again = await orders.createOrder({ idempotencyKey, body });
    const read = await orders.getOrder({ orderId: placed.result.id });

    assert.equal(placed.status, 201);
    assert.equal(placed.header("Location"), `/v1/orders/${placed.result.id}`);
    assert.equal(again.result.id, placed.result.id);
    assert.deepEqual(read.result, placed.result);
    assert.deepEqual([read.result.total, read.result.note, read.result.status], [9, "Größe: 5 €", "open"]);
    assert.ok(Math.abs(Date.parse(read.result.placedAt) - Date.now()) < 60_000);
});

test("an order is changed only by whoever has seen it as it is", async () => {
    const placed = await place(draft());
    const request = { orderId: placed.result.id, ifMatch: placed.header("ETag"), body: draft({ currency: "GBP" }) };
    const changed = await orders.updateOrder(request);

    assert.equal(changed.result.currency, "GBP");
    assert.notEqual(changed.header("ETag"), placed.header("ETag"));
    assert.equal(changed.result.note, undefined);
    await assert.rejects(orders.updateOrder(request), isError(412));
    assert.equal((await orders.cancelOrder({ orderId: placed.result.id })).result.status, "cancelled");
});

test("orders are listed by what is asked for, a page at a time", async () => {
    const customer = `customer & sons ${randomUUID()}`.slice(0, 64);
    const placed: string[] = [];
    for (const quantity of [1, 2, 3]) {
        placed.unshift((await place(draft({ customer, lines: [{ sku: "TEA-001", quantity, unitPrice: 1 }] }))).result.id);
    }

    const first = (await orders.listOrders({ customer, limit: 2 })).result;
    const second = (await orders.listOrders({ customer, limit: 2, cursor: first.nextCursor })).result;
    assert.deepEqual([...first.orders, ...second.orders].map((order) => order.id), placed);
    assert.deepEqual([first.orders.length, second.nextCursor], [2, undefined]);

    const ids = async (filter: ListOrdersRequest) => (await orders.listOrders({ customer, ...filter })).result.orders.map((order) => order.id);
    const [hour, now] = [3_600_000, Date.now()];
    assert.deepEqual(await ids({ minTotal: 3 }), placed.slice(0, 1));
    assert.deepEqual(await ids({ status: "cancelled" }), []);
    assert.deepEqual(await ids({ placedFrom: new Date(now - hour).toISOString(), placedBefore: new Date(now + hour).toISOString() }), placed);
    assert.deepEqual(await ids({ placedBefore: new Date(now - hour).toISOString() }), []);
});

test("what is wrong with a request is said by field", async () => {
    await assert.rejects(place(draft({ lines: [] })), isError(400, (error) => {
        assert.deepEqual(Object.keys(error.problem?.errors ?? {}), ["lines"]);
        assert.match(error.problem?.errors?.lines?.[0] ?? "", /^minItems: /);
        assert.match(error.message, /^The service answered 400: /);
    }));
    await assert.rejects(orders.listOrders({ limit: 0 }), isError(400, (error) => assert.deepEqual(Object.keys(error.problem?.errors ?? {}), ["limit"])));
});

test("what is not there is a problem with a trace id", async () => {
    await assert.rejects(orders.getOrder({ orderId: randomUUID() }), isError(404, (error) => {
        assert.match(error.problem?.traceId ?? "", /^[0-9a-f]{32}$/);
        assert.equal(error.problem?.errors, undefined);
    }));
});
//#if (jwt)

test("without a token nobody is let in", async () => {
    await assert.rejects(new OrdersClient({ baseUrl }).listOrders(), isError(401));
});
//#endif

test("no id makes a request one for something else", async () => {
    for (const orderId of ["", ".", ".."]) {
        await assert.rejects(orders.getOrder({ orderId }), TypeError);
    }
});

test("a call can be given up", async () => {
    await assert.rejects(orders.listOrders({}, AbortSignal.abort()), { name: "AbortError" });
});
