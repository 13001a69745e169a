namespace ContractCompiler.Clients;

/// <summary>Names that the code of clients uses: a type of a contract cannot have them.</summary>
static class ReservedNames
{
    public static readonly string[] Types =
    [
        // C#: the runtime of clients and the framework that it uses.
        "ApiException", "ApiRequest", "ApiResponse", "ApiStyle", "IApiBody", "Optional", "OptionalConverter", "OtherMembers", "UnionConverter", "Upload", "UploadConverter", "ClientJson", "JsonTypeInfo",
        "Activator", "ArgumentException", "ByteArrayContent", "CancellationToken", "CultureInfo", "DateOnly", "DateTimeOffset", "Dictionary", "Encoding", "Enum", "Enumerable",
        "Exception", "FormUrlEncodedContent", "Func", "Guid", "HttpClient", "HttpCompletionOption", "HttpContent", "HttpMethod", "HttpRequestMessage", "HttpResponseMessage",
        "HttpStatusCode", "IDictionary", "IEnumerable", "IFormattable", "IReadOnlyDictionary", "IReadOnlyList", "JsonConverter", "JsonConverterAttribute", "JsonConverterFactory",
        "JsonElement", "JsonException", "JsonExtensionData", "JsonExtensionDataAttribute", "JsonIgnore", "JsonIgnoreAttribute", "JsonIgnoreCondition", "JsonInclude",
        "JsonIncludeAttribute", "JsonPropertyName", "JsonPropertyNameAttribute", "JsonSerializer", "JsonSerializerOptions", "JsonStringEnumConverter", "JsonStringEnumMemberName",
        "JsonStringEnumMemberNameAttribute", "JsonValueKind", "KeyValuePair", "List", "MediaTypeHeaderValue", "MultipartContent", "Obsolete", "ObsoleteAttribute", "ReadOnlySpan",
        "Stream", "StreamContent", "StringBuilder", "StringComparer", "StringComparison", "StringContent", "System", "Task", "Type", "Uri", "Utf8JsonReader", "Utf8JsonWriter",

        // TypeScript: the runtime of clients, the types that its module names, and what cannot be the name of a type.
        "Api", "ApiError", "ApiProblem", "ApiResponses", "ClientOptions", "AbortSignal", "Blob", "Promise", "ReadableStream", "Uint8Array",
    ];
}
