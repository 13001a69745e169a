namespace GoldenService.Testing;

using System;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

/// <summary>A request to an operation, by its route and as it is sent, and the status that it is answered with.</summary>
public sealed record Request(string Method, string Route, string Path, int Status, string? Body = null)
{
    public (string Name, string Value)[] Headers { get; init; } = [];

    /// <summary>What its span is called.</summary>
    public string Name => $"{Method} {Route}";

    public HttpRequestMessage ToMessage()
    {
        var message = new HttpRequestMessage(new HttpMethod(Method), Path) { Content = Body is null ? null : new StringContent(Body, new MediaTypeHeaderValue("application/json")) };
        foreach (var (name, value) in Headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }
}

/// <summary>Requests that no client would send.</summary>
public static class Raw
{
    public static Task<Answer> Send(this Service service, Request request, params (string Name, string Value)[] headers) =>
        service.Send(request.Method, request.Path, request.Body is null ? null : Encoding.UTF8.GetBytes(request.Body), headers: [.. request.Headers, .. headers]);

    public static async Task<Answer> Send(this Service service, string method, string path, byte[]? body = null, string? contentType = "application/json", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await service.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, text, response.Headers, string.Join(", ", response.Content.Headers.Allow));
    }

    public static Task<Answer> Get(this Service service, string path) => service.Send("GET", path);

    /// <summary>Waits until /health/ready responds with a status.</summary>
    public static async Task<Answer> ReadinessBecomes(this Service service, int status)
    {
        Answer? answer = null;
        await Wait.Until(async () => (answer = await service.Get("/health/ready")).Status == status, seconds: 20, $"/health/ready does not become {status}.");
        return answer!;
    }
}

public sealed record Answer(int Status, string? MediaType, string Text, HttpResponseHeaders Headers, string Allow)
{
    public JsonElement Json => JsonElement.Parse(Text);

    public string? Detail => Json.TryGetProperty("detail", out var detail) ? detail.GetString() : null;

    /// <summary>Each field with the rules it breaks: "items[0].name pattern".</summary>
    public string[] Errors =>
        [.. Json.GetProperty("errors").EnumerateObject().SelectMany(member => member.Value.EnumerateArray().Select(error => $"{member.Name} {error.GetString()!.Split(':')[0]}"))];

    /// <summary>The answer is a problem document with all that the contract wants, and shows nothing of the inside.</summary>
    public Answer IsProblem(int status)
    {
        Assert.True(Status == status, $"{Status} {Text}");
        Assert.Equal("application/problem+json", MediaType);
        Assert.Equal(status, Json.GetProperty("status").GetInt32());
        Assert.NotEmpty(Json.GetProperty("title").GetString()!);
        Assert.StartsWith("https://", Json.GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("/", Json.GetProperty("instance").GetString(), StringComparison.Ordinal);
        Assert.Matches("^[0-9a-f]{32}$", Json.GetProperty("traceId").GetString());
        foreach (var inside in new[] { "Exception", "System.", "Microsoft", "GoldenService", "Int32", "Nullable", "   at ", "BytePosition", "Path:", "SQLite", "Npgsql" })
        {
            Assert.DoesNotContain(inside, Text, StringComparison.Ordinal);
        }

        return this;
    }
}
