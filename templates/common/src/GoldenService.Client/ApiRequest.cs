namespace GoldenService.Client;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

/// <summary>A request on its way: its values go out in the forms that the contract gives them, in no culture's.</summary>
internal sealed class ApiRequest(HttpMethod method, string path)
{
    private readonly StringBuilder uri = new(path);
    private readonly List<KeyValuePair<string, string>> headers = [];
    private byte[]? json;
    private char separator = '?';

    public static string Segment<T>(T value) => Uri.EscapeDataString(Text(value));

    public ApiRequest Query<T>(string name, T value)
    {
        if (value is not null)
        {
            uri.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(Text(value)));
            separator = '&';
        }

        return this;
    }

    public ApiRequest Header<T>(string name, T value)
    {
        if (value is not null)
        {
            headers.Add(new(name, Text(value)));
        }

        return this;
    }

    public ApiRequest Body<T>(T body)
    {
        json = JsonSerializer.SerializeToUtf8Bytes(body);
        return this;
    }

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

    public async Task<ApiResponse> SendAsync(HttpClient http, CancellationToken cancellationToken)
    {
        using var response = await SendRequestAsync(http, cancellationToken).ConfigureAwait(false);
        return new((int)response.StatusCode, Headers(response));
    }

    private async Task<HttpResponseMessage> SendRequestAsync(HttpClient http, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, uri.ToString());
        if (json is not null)
        {
            request.Content = new ByteArrayContent(json);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        request.Headers.Accept.Add(new("application/json"));
        request.Headers.Accept.Add(new("application/problem+json"));
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

    private static ApiException Failure(HttpResponseMessage response, string body)
    {
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

        return new ApiException($"The service answered {(int)response.StatusCode}.", (int)response.StatusCode, Headers(response), body);
    }

    private static ApiException<TProblem> Failure<TProblem>(HttpResponseMessage response, string body, TProblem? problem, Func<TProblem, string?> detail) => problem is null
        ? throw new JsonException("The problem is null.")
        : new ApiException<TProblem>($"The service answered {(int)response.StatusCode}: {detail(problem)}", (int)response.StatusCode, Headers(response), body, problem);

    private static Dictionary<string, string> Headers(HttpResponseMessage response)
    {
        var all = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in response.Headers)
        {
            all[name] = string.Join(", ", values);
        }

        return all;
    }

    private static string Text<T>(T value) => value switch
    {
        string text => text,
        bool flag => flag ? "true" : "false",
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
        Enum member => JsonSerializer.SerializeToElement(member, member.GetType()).GetString()!,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"A {value?.GetType()} cannot be sent as a parameter.", nameof(value)),
    };
}
