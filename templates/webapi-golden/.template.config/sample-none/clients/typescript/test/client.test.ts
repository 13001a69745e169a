//#if (jwt)
// Calls the service at SERVICE_URL, with the token in SERVICE_TOKEN.
//#else
// Calls the service at SERVICE_URL.
//#endif
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { ApiError, NotesClient } from "../src/index.js";

const baseUrl = process.env.SERVICE_URL ?? "http://localhost:5180";
const notes = new NotesClient({
    baseUrl,
    //#if (jwt)
    token: () => process.env.SERVICE_TOKEN ?? "",
    //#endif
});

function isError(status: number, check: (error: ApiError) => void = () => {}) {
    return (error: unknown) => {
        assert.ok(error instanceof ApiError);
        assert.equal(error.status, status);
        assert.equal(error.problem?.status, status);
        check(error);
        return true;
    };
}

test("a note is saved as it was sent, and anew", async () => {
    const noteId = randomUUID();
    const saved = await notes.saveNote({ noteId, body: { text: "Größe: 5 €" } });
    const anew = await notes.saveNote({ noteId, body: { text: "Anew." } });

    assert.equal(saved.status, 200);
    assert.deepEqual([saved.result.id, saved.result.text], [noteId, "Größe: 5 €"]);
    assert.deepEqual([anew.result.id, anew.result.text], [noteId, "Anew."]);
    assert.ok(Math.abs(Date.parse(saved.result.savedAt) - Date.now()) < 60_000);
});

test("what is wrong with a request is said by field", async () => {
    await assert.rejects(notes.saveNote({ noteId: randomUUID(), body: { text: "" } }), isError(400, (error) => {
        assert.deepEqual(Object.keys(error.problem?.errors ?? {}), ["text"]);
        assert.match(error.problem?.errors?.text?.[0] ?? "", /^minLength: /);
        assert.match(error.message, /^The service answered 400: /);
        assert.match(error.problem?.traceId ?? "", /^[0-9a-f]{32}$/);
    }));
});
//#if (jwt)

test("without a token nobody is let in", async () => {
    await assert.rejects(new NotesClient({ baseUrl }).saveNote({ noteId: randomUUID(), body: { text: "a" } }), isError(401));
});
//#endif

test("no id makes a request one for something else", async () => {
    for (const noteId of ["", ".", ".."]) {
        await assert.rejects(notes.saveNote({ noteId, body: { text: "a" } }), TypeError);
    }
});

test("a call can be given up", async () => {
    await assert.rejects(notes.saveNote({ noteId: randomUUID(), body: { text: "a" } }, AbortSignal.abort()), { name: "AbortError" });
});
