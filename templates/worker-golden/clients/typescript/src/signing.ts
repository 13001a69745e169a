import type { ReceiveWebhookRequest, Webhook } from "./generated/client.js";

/**
 * Signs a webhook (Standard Webhooks) over the text that `receiveWebhook` then sends. An attempt to send it again is signed anew, under the same id.
 *
 * @param secret The sender's, in base64, with or without `whsec_`.
 */
export async function signWebhook(secret: string, webhookId: string, body: Webhook): Promise<ReceiveWebhookRequest> {
    const webhookTimestamp = Math.floor(Date.now() / 1000).toString();
    const bytes = Uint8Array.from(atob(secret.replace(/^whsec_/, "")), (character) => character.charCodeAt(0));
    const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const signature = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(`${webhookId}.${webhookTimestamp}.${JSON.stringify(body)}`));
    return { webhookId, webhookTimestamp, webhookSignature: `v1,${btoa(String.fromCharCode(...new Uint8Array(signature)))}`, body };
}
