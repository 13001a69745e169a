/// <summary>A success, with its status and headers.</summary>
public class ApiResponse(int statusCode, IReadOnlyDictionary<string, string> headers)
{
    /// <summary>The HTTP status code.</summary>
    public int StatusCode { get; } = statusCode;

    /// <summary>The headers, by their names in any case; several values of one are joined by commas (RFC 9110, section 5.3).</summary>
    public IReadOnlyDictionary<string, string> Headers { get; } = headers;
}

/// <summary>A success, with its status, headers and body.</summary>
public sealed class ApiResponse<TResult>(int statusCode, IReadOnlyDictionary<string, string> headers, TResult result)
    : ApiResponse(statusCode, headers)
{
    // when: streams
    /// <summary>The body. A stream is read as it arrives; dispose it.</summary>
    // else
    /// <summary>The body.</summary>
    // end
    public TResult Result { get; } = result;
}

/// <summary>An answer that is no success.</summary>
public class ApiException(string message, int statusCode, IReadOnlyDictionary<string, string> headers, string? response, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>The HTTP status code.</summary>
    public int StatusCode { get; } = statusCode;

    /// <summary>The headers, by their names in any case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; } = headers;

    /// <summary>The body as it came.</summary>
    public string? Response { get; } = response;
}

// when: errors
/// <summary>An answer that is no success, with the body that the contract declares for it.</summary>
public sealed class ApiException<TError>(string message, int statusCode, IReadOnlyDictionary<string, string> headers, string? response, TError result)
    : ApiException(message, statusCode, headers, response)
{
    /// <summary>The body.</summary>
    public TError Result { get; } = result;
}

// end
// when: only-problems
/// <summary>An answer that tells in a problem document (RFC 9457) what is wrong.</summary>
public sealed class ApiException<TProblem>(string message, int statusCode, IReadOnlyDictionary<string, string> headers, string? response, TProblem result)
    : ApiException(message, statusCode, headers, response)
{
    /// <summary>The problem document.</summary>
    public TProblem Result { get; } = result;
}

// end
// when: upload
/// <summary>A file in a form.</summary>
[JsonConverter(typeof(UploadConverter))]
public sealed record Upload(Stream Content, string FileName, string ContentType = "application/octet-stream");

/// <summary>A file is a part of a form, and never JSON.</summary>
internal sealed class UploadConverter : JsonConverter<Upload>
{
    public override Upload Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new JsonException("A file cannot be read from JSON.");

    public override void Write(Utf8JsonWriter writer, Upload value, JsonSerializerOptions options) => throw new JsonException("A file cannot be written as JSON.");
}

// end
// when: optional
/// <summary>A member of a patch (RFC 7396): absent, null or a value.</summary>
[JsonConverter(typeof(OptionalConverter))]
public readonly record struct Optional<T>(T Value)
{
    /// <summary>Whether the member is there.</summary>
    public bool IsSet { get; } = true;

    public static implicit operator Optional<T>(T value) => new(value);
}

internal sealed class OptionalConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Optional<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class Of<T> : JsonConverter<Optional<T>>
    {
        public override bool HandleNull => true;

        public override Optional<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(JsonSerializer.Deserialize<T>(ref reader, options)!);

        public override void Write(Utf8JsonWriter writer, Optional<T> value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value.Value, options);
    }
}

// end
// when: others
/// <summary>Members of other names, of one type.</summary>
internal static class OtherMembers
{
    public static IDictionary<string, JsonElement> Write<T>(IReadOnlyDictionary<string, T> others, JsonTypeInfo<T> type) =>
        others.ToDictionary(other => other.Key, other => JsonSerializer.SerializeToElement(other.Value, type));

    public static IReadOnlyDictionary<string, T> Read<T>(IDictionary<string, JsonElement>? json, JsonTypeInfo<T> type) =>
        (json ?? new Dictionary<string, JsonElement>()).ToDictionary(other => other.Key, other => other.Value.Deserialize(type)!);
}

// end
// when: unions
/// <summary>Reads and writes a value that is one of several types.</summary>
internal abstract class UnionConverter<TUnion> : JsonConverter<TUnion>
    where TUnion : class
{
    public sealed override TUnion Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(JsonElement.ParseValue(ref reader));

    protected abstract TUnion Read(JsonElement json);

    protected static string Discriminator(JsonElement json, string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value.ToString() : "";

    protected static TCase From<TCase>(JsonElement json, JsonTypeInfo<TCase> type) => json.Deserialize(type)!;

    protected static TUnion FirstOf(JsonElement json, params ReadOnlySpan<Func<JsonElement, TUnion>> types)
    {
        foreach (var type in types)
        {
            try
            {
                return type(json);
            }
            catch (JsonException)
            {
                // The next one may fit.
            }
        }

        throw Unknown(json);
    }

    protected static JsonException Unknown(JsonElement json) => new($"This {json.ValueKind} is no {typeof(TUnion).Name}.");
}

// end
// when: styles
/// <summary>How a value of several parts is written in a parameter (RFC 6570, OpenAPI).</summary>
internal enum ApiStyle
{
    Simple,
    SimpleExploded,
    Form,
    FormExploded,
    Label,
    LabelExploded,
    Matrix,
    MatrixExploded,
    SpaceDelimited,
    PipeDelimited,
    DeepObject,
    Json,
}

// end
// when: one-of
/// <summary>A body of one of several media types.</summary>
internal interface IApiBody
{
    ApiRequest AddTo(ApiRequest request);
}

// end
/// <summary>A request on its way: its values go out in the forms that the contract gives them, in no culture's.</summary>
internal sealed class ApiRequest(HttpMethod method, string path)
{
    private readonly StringBuilder uri = new(path);
    private readonly List<KeyValuePair<string, string>> headers = [];
    // when: errors
    private readonly Dictionary<string, Func<HttpResponseMessage, string, ApiException>> errors = [];
    // end
    // when: cookies
    private readonly List<string> cookies = [];
    // end
    // when: accept
    private string accept = "application/json, application/problem+json";
    // end
    private HttpContent? content;
    private char separator = '?';

    public static string Segment<T>(T value)
    {
        var text = Text(value);

        // It would be the path of another operation.
        return text is "" or "." or ".." ? throw new ArgumentException($"\"{text}\" cannot be a segment of a path.", nameof(value)) : Uri.EscapeDataString(text);
    }

    // when: styles
    public static string Segment<T>(T value, ApiStyle style, string name = "")
    {
        var json = JsonSerializer.SerializeToElement(value);
        return style switch
        {
            ApiStyle.Label => $".{Join(json, ",", false)}",
            ApiStyle.LabelExploded => $".{Join(json, ".", true)}",
            ApiStyle.Matrix => $";{name}={Join(json, ",", false)}",
            ApiStyle.MatrixExploded => string.Concat(Parts(json).Select(part => $";{Uri.EscapeDataString(part.Name ?? name)}={Uri.EscapeDataString(part.Text)}")),
            ApiStyle.Json => Uri.EscapeDataString(json.GetRawText()),
            _ => Join(json, ",", style == ApiStyle.SimpleExploded),
        };
    }

    // end
    public ApiRequest Query<T>(string name, T value)
    {
        if (value is not null)
        {
            AddQuery(name, Uri.EscapeDataString(Text(value)));
        }

        return this;
    }

    // when: styles
    public ApiRequest Query<T>(string name, T value, ApiStyle style)
    {
        var json = JsonSerializer.SerializeToElement(value);
        if (style == ApiStyle.DeepObject)
        {
            AddDeep(name, json);
        }
        else if (style == ApiStyle.FormExploded)
        {
            foreach (var part in Parts(json))
            {
                AddQuery(part.Name ?? name, Uri.EscapeDataString(part.Text));
            }
        }
        else if (style == ApiStyle.Json && value is not null)
        {
            AddQuery(name, Uri.EscapeDataString(json.GetRawText()));
        }
        else if (Join(json, style switch { ApiStyle.SpaceDelimited => "%20", ApiStyle.PipeDelimited => "%7C", _ => "," }, false) is { Length: > 0 } text)
        {
            AddQuery(name, text);
        }

        return this;
    }

    // end
    public ApiRequest Header<T>(string name, T value)
    {
        if (value is not null)
        {
            headers.Add(new(name, Text(value)));
        }

        return this;
    }

    // when: styles
    public ApiRequest Header<T>(string name, T value, ApiStyle style)
    {
        if (value is not null)
        {
            var json = JsonSerializer.SerializeToElement(value);
            headers.Add(new(name, style == ApiStyle.Json ? json.GetRawText() : Join(json, ",", style == ApiStyle.SimpleExploded, isEscaped: false)));
        }

        return this;
    }

    // end
    // when: cookies
    public ApiRequest Cookie<T>(string name, T value)
    {
        if (value is not null)
        {
            cookies.Add($"{name}={Uri.EscapeDataString(Text(value))}");
        }

        return this;
    }

    // end
    // when: styled-cookies
    public ApiRequest Cookie<T>(string name, T value, ApiStyle style)
    {
        var json = JsonSerializer.SerializeToElement(value);
        if (style == ApiStyle.FormExploded)
        {
            cookies.AddRange(Parts(json).Select(part => $"{part.Name ?? name}={Uri.EscapeDataString(part.Text)}"));
        }
        else if (value is not null)
        {
            cookies.Add($"{name}={(style == ApiStyle.Json ? Uri.EscapeDataString(json.GetRawText()) : Join(json, ",", false))}");
        }

        return this;
    }

    // end
    // when: media-types
    public ApiRequest Body<T>(T body, string mediaType = "application/json")
    // else
    public ApiRequest Body<T>(T body)
    // end
    {
        content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body));
        // when: media-types
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        // else
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        // end
        return this;
    }

    // when: optional-body
    public ApiRequest OptionalBody<T>(T body, string mediaType = "application/json") => body is null ? this : Body(body, mediaType);

    // end
    // when: text
    public ApiRequest Text(string? body, string mediaType)
    {
        content = body is null ? null : new StringContent(body, Encoding.UTF8, mediaType);
        return this;
    }

    // end
    // when: binary
    public ApiRequest Binary(Stream? body, string mediaType)
    {
        if (body is not null)
        {
            content = new StreamContent(body);
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        }

        return this;
    }

    // end
    // when: form
    public ApiRequest Form<T>(T body)
    {
        if (body is not null)
        {
            var fields = Parts(JsonSerializer.SerializeToElement(body)).SelectMany(field => field.Value.ValueKind == JsonValueKind.Array
                ? Parts(field.Value).Select(item => KeyValuePair.Create(field.Name!, item.Text))
                : [KeyValuePair.Create(field.Name!, field.Text)]);
            content = new FormUrlEncodedContent(fields);
        }

        return this;
    }

    // end
    // when: multipart
    public ApiRequest Multipart(object? body, string mediaType)
    {
        content = body is null ? null : new MultipartContent(mediaType["multipart/".Length..]);
        return this;
    }

    // end
    // when: multipart
    public ApiRequest Part<T>(string name, T value) => AddParts(name, JsonSerializer.SerializeToElement(value));

    // end
    // when: upload
    public ApiRequest Part(string name, Upload? file)
    {
        if (file is not null)
        {
            AddPart(name, new StreamContent(file.Content), file.ContentType, file.FileName);
        }

        return this;
    }

    public ApiRequest Part(string name, IReadOnlyList<Upload>? files)
    {
        foreach (var file in files ?? [])
        {
            Part(name, file);
        }

        return this;
    }

    // end
    // when: multipart
    public ApiRequest Parts<T>(T body)
    {
        foreach (var (name, _, value) in Parts(JsonSerializer.SerializeToElement(body)))
        {
            AddParts(name!, value);
        }

        return this;
    }

    // end
    // when: one-of
    public ApiRequest OneOf(IApiBody? body) => body?.AddTo(this) ?? this;

    // end
    // when: accept
    public ApiRequest Accept(string mediaTypes)
    {
        accept = mediaTypes;
        return this;
    }

    // end
    // when: own-errors
    public ApiRequest Error<TError>(params ReadOnlySpan<string> statuses)
    {
        foreach (var status in statuses)
        {
            errors[status] = Failure<TError>;
        }

        return this;
    }

    // end
    // when: own-problems
    public ApiRequest Problem<TError>(params ReadOnlySpan<string> statuses)
    {
        foreach (var status in statuses)
        {
            errors[$"problem {status}"] = Failure<TError>;
        }

        return this;
    }

    // end
    public async Task<ApiResponse<TResult>> SendAsync<TResult>(HttpClient http, CancellationToken cancellationToken)
    {
        using var response = await SendRequestAsync(http, cancellationToken).ConfigureAwait(false);
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            var result = await JsonSerializer.DeserializeAsync<TResult>(stream, cancellationToken: cancellationToken).ConfigureAwait(false);
            return new((int)response.StatusCode, Headers(response), result ?? throw new JsonException("The answer is null."));
        }
        catch (JsonException exception)
        {
            throw new ApiException("The answer is not what the contract says.", (int)response.StatusCode, Headers(response), null, exception);
        }
    }

    // when: readers
    public async Task<ApiResponse<TResult>> SendAsync<TResult>(HttpClient http, Func<HttpResponseMessage, CancellationToken, Task<TResult>> read, CancellationToken cancellationToken)
    {
        var response = await SendRequestAsync(http, cancellationToken).ConfigureAwait(false);
        try
        {
            return new((int)response.StatusCode, Headers(response), await read(response, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception exception)
        {
            response.Dispose();
            throw exception is JsonException
                ? new ApiException("The answer is not what the contract says.", (int)response.StatusCode, Headers(response), null, exception)
                : exception;
        }
    }

    public static async Task<TResult> ReadJsonAsync<TResult>(HttpResponseMessage response, CancellationToken cancellationToken) =>
        await ReadJsonOrNullAsync<TResult>(response, cancellationToken).ConfigureAwait(false) ?? throw new JsonException("The answer is null.");

    public static async Task<TResult?> ReadJsonOrNullAsync<TResult>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using (response)
        {
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            return body.Length == 0 ? default : JsonSerializer.Deserialize<TResult>(body);
        }
    }

    public static async Task<string> ReadTextAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using (response)
        {
            return await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The body as it arrives: who disposes it ends the response.</summary>
    public static Task<Stream> ReadStreamAsync(HttpResponseMessage response, CancellationToken cancellationToken) => response.Content.ReadAsStreamAsync(cancellationToken);

    public static ApiException Unexpected(HttpResponseMessage response) =>
        new($"The service answered {(int)response.StatusCode}, which the contract does not say.", (int)response.StatusCode, Headers(response), null);

    // end
    public async Task<ApiResponse> SendAsync(HttpClient http, CancellationToken cancellationToken)
    {
        using var response = await SendRequestAsync(http, cancellationToken).ConfigureAwait(false);
        return new((int)response.StatusCode, Headers(response));
    }

    private async Task<HttpResponseMessage> SendRequestAsync(HttpClient http, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, uri.ToString()) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        // when: cookies
        if (cookies.Count > 0)
        {
            request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", cookies));
        }

        // end
        // when: accept
        request.Headers.TryAddWithoutValidation("Accept", accept);
        // else
        request.Headers.Accept.Add(new("application/json"));
        request.Headers.Accept.Add(new("application/problem+json"));
        // end
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            var body = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            throw Failure(response, body);
        }
    }

    // when: errors
    private ApiException Failure(HttpResponseMessage response, string body)
    // else
    private static ApiException Failure(HttpResponseMessage response, string body)
    // end
    {
        // when: errors
        try
        {
            if (Declared(response) is { } declared)
            {
                return declared(response, body);
            }
        }
        catch (JsonException)
        {
            // Not the service's own: a proxy's, say. The text is kept as it is.
        }

        // end
        // when: problems
        if (response.Content.Headers.ContentType?.MediaType == "application/problem+json")
        {
            try
            {
                return response.StatusCode == HttpStatusCode.BadRequest
                    ? Failure(response, body, JsonSerializer.Deserialize<ValidationProblem>(body), static problem => problem.Detail)
                    : Failure(response, body, JsonSerializer.Deserialize<Problem>(body), static problem => problem.Detail);
            }
            catch (JsonException)
            {
                // Not the service's own: a proxy's, say. The text is kept as it is.
            }
        }

        // end
        return new ApiException($"The service answered {(int)response.StatusCode}.", (int)response.StatusCode, Headers(response), body);
    }

    // when: errors
    /// <summary>What reads the error that the contract declares for the status, its range or any.</summary>
    private Func<HttpResponseMessage, string, ApiException>? Declared(HttpResponseMessage response)
    {
        var mediaType = response.Content.Headers.ContentType?.MediaType ?? "";
        if (!mediaType.EndsWith("json", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var kind = mediaType == "application/problem+json" ? "problem " : "";
        var status = (int)response.StatusCode;
        return errors.GetValueOrDefault($"{kind}{status}") ?? errors.GetValueOrDefault($"{kind}{status / 100}XX") ?? errors.GetValueOrDefault($"{kind}default");
    }

    private static ApiException Failure<TError>(HttpResponseMessage response, string body) => new ApiException<TError>(
        $"The service answered {(int)response.StatusCode}.",
        (int)response.StatusCode,
        Headers(response),
        body,
        JsonSerializer.Deserialize<TError>(body) ?? throw new JsonException("The error is null."));

    // end
    // when: problems
    private static ApiException<TProblem> Failure<TProblem>(HttpResponseMessage response, string body, TProblem? problem, Func<TProblem, string?> detail) => problem is null
        ? throw new JsonException("The problem is null.")
        : new ApiException<TProblem>($"The service answered {(int)response.StatusCode}: {detail(problem)}", (int)response.StatusCode, Headers(response), body, problem);

    // end
    private static Dictionary<string, string> Headers(HttpResponseMessage response)
    {
        var all = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in response.Headers)
        {
            all[name] = string.Join(", ", values);
        }

        return all;
    }

    private void AddQuery(string name, string escaped)
    {
        uri.Append(separator).Append(Uri.EscapeDataString(name)).Append('=').Append(escaped);
        separator = '&';
    }

    // when: styles
    private void AddDeep(string name, JsonElement value)
    {
        foreach (var part in Parts(value))
        {
            if (part.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            {
                AddDeep(part.Name is null ? name : $"{name}[{part.Name}]", part.Value);
            }
            else
            {
                AddQuery(part.Name is null ? name : $"{name}[{part.Name}]", Uri.EscapeDataString(part.Text));
            }
        }
    }

    // end
    // when: multipart
    private ApiRequest AddParts(string name, JsonElement value)
    {
        foreach (var item in value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : Enumerable.Repeat(value, value.ValueKind == JsonValueKind.Null ? 0 : 1))
        {
            AddPart(name, new StringContent(Text(item)), item.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? "application/json" : null, null);
        }

        return this;
    }

    // end
    // when: multipart
    private void AddPart(string name, HttpContent part, string? mediaType, string? fileName)
    {
        part.Headers.ContentType = mediaType is null ? null : MediaTypeHeaderValue.Parse(mediaType);
        part.Headers.ContentDisposition = new("form-data") { Name = Quoted(name), FileName = fileName is null ? null : Quoted(fileName) };
        ((MultipartContent)content!).Add(part);

        // As browsers escape it (the HTML standard, multipart/form-data encoding).
        static string Quoted(string text) => $"\"{text.Replace("\"", "%22", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal)}\"";
    }

    // end
    // when: styles
    // The items, or the names and values of members, one after the other.
    private static string Join(JsonElement value, string separator, bool isExploded, bool isEscaped = true)
    {
        return string.Join(separator, Parts(value).Select(part => part.Name is null ? Written(part.Text) : $"{Written(part.Name)}{(isExploded ? "=" : separator)}{Written(part.Text)}"));

        string Written(string text) => isEscaped ? Uri.EscapeDataString(text) : text;
    }

    // end
    // when: values
    // The items of a list, the members of an object, or the value itself; null is nothing.
    private static IEnumerable<(string? Name, string Text, JsonElement Value)> Parts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().Select(item => ((string?)null, Text(item), item)),
        JsonValueKind.Object => value.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null).Select(member => ((string?)member.Name, Text(member.Value), member.Value)),
        JsonValueKind.Null => [],
        _ => [(null, Text(value), value)],
    };

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    // end
    private static string Text<T>(T value) => value switch
    {
        string text => text,
        bool flag => flag ? "true" : "false",
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
        Enum member => JsonSerializer.SerializeToElement(member, member.GetType()).ToString(),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"A {value?.GetType()} cannot be sent as a parameter.", nameof(value)),
    };
}
