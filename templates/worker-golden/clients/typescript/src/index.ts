export { ApiError, type ApiProblem, ApiResponse, type ApiResponses, type ClientOptions } from "./api.js";
export * from "./generated/client.js";
export { signWebhook } from "./signing.js";
