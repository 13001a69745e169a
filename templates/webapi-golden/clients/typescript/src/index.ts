export { ApiError, ApiResponse, type ClientOptions } from "./api.js";
export * from "./generated/client.js";
