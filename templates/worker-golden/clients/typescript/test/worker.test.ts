// Calls the service at SERVICE_URL, with the token in SERVICE_TOKEN, as the sender whose secret is SERVICE_SECRET. It has two dead letters at least.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { ApiError, DeadLettersClient, signWebhook, type Webhook, WebhooksClient } from "../src/index.js";

const baseUrl = process.env.SERVICE_URL ?? "http://localhost:5180";
const secret = process.env.SERVICE_SECRET ?? "";
const deadLetters = new DeadLettersClient({ baseUrl, token: () => process.env.SERVICE_TOKEN ?? "" });
const webhooks = new WebhooksClient({ baseUrl });

//#if (sample)
function webhook(customer = "Größe & Söhne"): Webhook {
    return { type: "order.placed", timestamp: "2026-01-15T09:30:00Z", data: { orderId: randomUUID(), customer, lines: [{ sku: "TEA-001", quantity: 2 }] } };
}
////#else
//function webhook(text = "Größe & Söhne"): Webhook {
//    return { type: "note.written", timestamp: "2026-01-15T09:30:00Z", data: { noteId: randomUUID(), text } };
//}
//#endif

function isError(status: number, check: (error: ApiError) => void = () => {}) {
    return (error: unknown) => {
        assert.ok(error instanceof ApiError);
        assert.equal(error.status, status);
        assert.equal(error.problem?.status, status);
        assert.match(error.problem?.traceId ?? "", /^[0-9a-f]{32}$/);
        check(error);
        return true;
    };
}

test("a signed webhook is accepted, and accepted again when it is sent again", async () => {
    const [id, body] = [`msg_${randomUUID()}`, webhook()];
    const accepted = await webhooks.receiveWebhook(await signWebhook(secret, id, body));
    const again = await webhooks.receiveWebhook(await signWebhook(secret, id, body));

    assert.equal(accepted.status, 202);
    assert.equal(again.result?.messageId, accepted.result?.messageId);
    await assert.rejects(webhooks.receiveWebhook(await signWebhook(secret, id, webhook())), isError(409));
});

test("a webhook that was changed after it was signed is refused", async () => {
    const signed = await signWebhook(secret, `msg_${randomUUID()}`, webhook());
    await assert.rejects(webhooks.receiveWebhook({ ...signed, body: webhook() }), isError(401));
});

test("what is wrong with a webhook is said by field", async () => {
    await assert.rejects(webhooks.receiveWebhook(await signWebhook(secret, `msg_${randomUUID()}`, webhook(""))), isError(400, (error) => {
        //#if (sample)
        assert.deepEqual(Object.keys(error.problem?.errors ?? {}), ["data.customer"]);
        ////#else
        //assert.deepEqual(Object.keys(error.problem?.errors ?? {}), ["data.text"]);
        //#endif
        assert.match(error.message, /^The service answered 400: /);
    }));
});

test("dead letters are listed a page at a time, and requeued", async () => {
    const first = (await deadLetters.listDeadLetters({ limit: 1 })).result;
    const second = (await deadLetters.listDeadLetters({ limit: 1, cursor: first.nextCursor })).result;
    const [letter, other] = [...first.deadLetters, ...second.deadLetters];

    assert.deepEqual([first.deadLetters.length, second.deadLetters.length], [1, 1]);
    assert.ok(letter && letter.messageId !== other?.messageId);
    assert.ok(Date.parse(letter.diedAt) >= Date.parse(letter.receivedAt));
    const requeued = await deadLetters.requeueDeadLetter({ messageId: letter.messageId });
    assert.deepEqual([requeued.status, requeued.result], [204, undefined]);
    await assert.rejects(deadLetters.requeueDeadLetter({ messageId: randomUUID() }), isError(404));
    await assert.rejects(deadLetters.listDeadLetters({ limit: 0 }), isError(400, (error) => assert.deepEqual(Object.keys(error.problem?.errors ?? {}), ["limit"])));
});

test("without a token nobody sees a dead letter", async () => {
    await assert.rejects(new DeadLettersClient({ baseUrl }).listDeadLetters(), isError(401));
});

test("no id makes a request one for something else", async () => {
    for (const messageId of ["", ".", ".."]) {
        await assert.rejects(deadLetters.requeueDeadLetter({ messageId }), TypeError);
    }
});

test("a call can be given up", async () => {
    await assert.rejects(deadLetters.listDeadLetters({}, AbortSignal.abort()), { name: "AbortError" });
});
