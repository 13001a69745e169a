// From openapi.yaml by NSwag. To change this file, change the contract and build.
import { Api, type ApiResponse, type ClientOptions } from "../api.js";

/** What `saveNote` takes. */
export interface SaveNoteRequest {
    /** The note's id. */
    noteId: string;
    body: NoteDraft;
}

/** Calls the operations of the contract. An answer that is no success is thrown as an `ApiError`. */
export class NotesClient {
    readonly #api: Api;

    constructor(options: ClientOptions) {
        this.#api = new Api(options);
    }

    /**
     * Writes a note, or replaces it.
     *
     * A retry writes the same note.
     */
    saveNote(request: SaveNoteRequest, signal?: AbortSignal): Promise<ApiResponse<Note>> {
        return this.#api.send("PUT", "v1/notes/{noteId}", {
            path: { noteId: request.noteId },
            body: request.body,
            signal,
        });
    }
}

/** What a caller writes. */
export interface NoteDraft {
    /** What the note says. */
    text: string;
}

/** A note. */
export interface Note {
    /** The note's id. */
    id: string;
    /** What the note says. */
    text: string;
    /** When the note was written last. */
    savedAt: string;
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
