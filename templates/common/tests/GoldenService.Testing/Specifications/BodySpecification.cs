namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Xunit;

/// <summary>
/// Whatever is sent as a body, to any operation that takes one, the answer is one that the contract declares (ContractHandler
/// sees to that), is the caller's error and not the service's, and a 400 says where the error is.
/// </summary>
public abstract class BodySpecification(Service service)
{
    private static readonly string[] Values = ["null", "[]", "1", "\"text\""];

    /// <summary>The operations that take a body.</summary>
    public static TheoryData<string> Operations { get; } = [.. ContractDocument.Current.Operations.Where(operation => operation.Bodies is not []).Select(operation => operation.Id)];

    /// <summary>Those that take JSON.</summary>
    public static TheoryData<string> JsonOperations { get; } = [.. ContractDocument.Current.Operations.Where(operation => operation.Bodies is [{ IsJson: true }, ..]).Select(operation => operation.Id)];

    /// <summary>Those whose body is read before they are carried out: a stream of bytes they read themselves.</summary>
    public static TheoryData<string> ReadOperations { get; } =
        [.. ContractDocument.Current.Operations.Where(operation => operation.Bodies is [{ IsJson: true } or { IsForm: true } or { IsMultipart: true } or { IsText: true }, ..]).Select(operation => operation.Id)];

    // Fails when RequestReader lets a JsonException or a lone surrogate pass for a defect, or names the body otherwise.
    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(JsonOperations))]
    public async Task What_is_not_JSON_in_UTF_8_is_refused_as_the_whole_body(string operation)
    {
        var (request, json) = Example(operation);
        byte[] notUtf8 = [.. "{\""u8, 0xC3, 0x28, .. "\":1}"u8];
        string[] values = [.. Values.Where(value => ContractDocument.Current.Failures(request.Media!.Schema, JsonElement.Parse(value), isRequest: true).Any())];
        byte[][] bodies =
        [
            .. IsRequired(request) ? new byte[][] { [] } : [], .. Utf8(values), .. Utf8("{", "NaN", "'a'", "{} {}", "{\"a\":1,}", "// no comment\n{}", json[..^1], json + "}", new string('[', 10_000), string.Concat(Enumerable.Repeat("{\"a\":", 10_000)), "{\"\\ud800\":1}"),
            [0], [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(json)],
        ];
        foreach (var body in bodies)
        {
            var (status, errors) = await SendAsync(service, request, new ByteArrayContent(body), request.Media!.Sent);

            Assert.True(status == 400 && errors.ContainsKey("$"), $"{Encoding.UTF8.GetString(body.AsSpan()[..Math.Min(body.Length, 50)])}: {status} {string.Join(", ", errors.Keys)}");
        }

        var answer = await SendAsync(service, request, new ByteArrayContent(notUtf8), request.Media!.Sent);
        Assert.Equal(400, answer.Status);
        Assert.NotEmpty(answer.Errors);
    }

    // Fails when InputValue takes the first or the last of two members.
    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(JsonOperations))]
    public async Task A_member_that_is_given_twice_is_refused(string operation)
    {
        var (request, json) = Example(operation);
        if (JsonNode.Parse(json) is not JsonObject { Count: > 0 } members)
        {
            Assert.Skip("Its example has no members.");
            return;
        }

        var (name, value) = members.First();

        var (status, errors) = await SendAsync(service, request, new StringContent($"{json[..^1]},{JsonSerializer.Serialize(name)}:{value?.ToJsonString() ?? "null"}}}"), request.Media!.Sent);

        Assert.Equal(400, status);
        Assert.Equal(["unique"], errors[name]);
    }

    // Fails when RequestReader reads bodies of other media types or charsets.
    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Operations))]
    public async Task A_body_of_another_media_type_or_charset_is_415(string operation)
    {
        var (request, json) = Example(operation);
        var taken = request.Operation.Bodies;
        string?[] others = [null, "text/plain", "text/json", "application/xml", "application/problem+json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a"];
        foreach (var type in others.Where(type => !taken.Any(media => media.Takes(type?.Split(';')[0]))))
        {
            Assert.Equal((type, 415), (type, (await SendAsync(service, request, new StringContent(json), type)).Status));
        }

        if (IsRequired(request))
        {
            Assert.Equal(415, (await SendAsync(service, request, null, null)).Status);
        }

        if (request.Media is { IsJson: true, Sent: var sent })
        {
            foreach (var charset in new[] { "utf-16", "iso-8859-1", "nonsense" })
            {
                Assert.Equal((charset, 415), (charset, (await SendAsync(service, request, new StringContent(json), $"{sent}; charset={charset}")).Status));
            }

            foreach (var type in new[] { sent, sent.ToUpperInvariant(), $"{sent}; charset=\"UTF-8\"" })
            {
                Assert.NotEqual(415, (await SendAsync(service, request, new StringContent(json), type)).Status);
            }
        }
    }

    // Fails when Limits does not set MaxRequestBodySize, or Problems makes a 500 of what the server refuses.
    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(ReadOperations))]
    public async Task A_body_that_is_too_large_is_413_with_its_length_or_without(string operation)
    {
        var (request, json) = Example(operation);
        await using var small = await Service.StartAsync("Production", new() { ["Limits:MaxBodyBytes"] = "1000" });

        var type = request.Media!.IsMultipart ? $"{request.Media.Sent}; boundary=a" : request.Media.Sent;
        Assert.Equal(413, (await SendAsync(small, request, new StringContent(json.PadRight(1001)), type)).Status);
        Assert.Equal(413, (await SendAsync(small, request, new StringContent(json.PadRight(1001)), type, isChunked: true)).Status);
    }

    // Fails when Limits does not set MinRequestBodyDataRate, or a contract lacks 408.
    [Fact]
    public async Task A_body_that_comes_too_slowly_is_408() => await Task.WhenAll(ReadOperations.Select(async row =>
    {
        var (request, _) = Example(row.Data);
        using var message = request.ToMessage();
        await TestedService.Current.CompleteAsync(message);
        var headers = message.Headers.Concat(service.Http.DefaultRequestHeaders).Select(header => $"{header.Key}: {string.Join(", ", header.Value)}\r\n");
        using var connection = new TcpClient(service.Http.BaseAddress!.Host, service.Http.BaseAddress.Port);
        await using var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{message.Method} {message.RequestUri} HTTP/1.1\r\nHost: localhost\r\n{string.Concat(headers)}Content-Type: {request.Media!.Sent}{(request.Media.IsMultipart ? "; boundary=a" : "")}\r\nContent-Length: 1000\r\n\r\n{{"));
        using var reader = new StreamReader(stream);

        var answer = await reader.ReadToEndAsync();

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Contains("application/problem+json", answer, StringComparison.Ordinal);
        Assert.Contains("408", ContractDocument.Current.Operations.Single(operation => operation.Id == row.Data).Responses.Keys);
    }));

    private static bool IsRequired(ContractRequest request) => ContractSchema.IsTrue(request.Operation.RequestBody!["required"]);

    private static (ContractRequest Request, string Json) Example(string id)
    {
        var request = ContractRequest.Example(ContractDocument.Current, ContractDocument.Current.Operations.Single(operation => operation.Id == id));
        return (request, request.Json!);
    }

    private static async Task<(int Status, Dictionary<string, string[]> Errors)> SendAsync(Service service, ContractRequest request, HttpContent? body, string? type, bool isChunked = false)
    {
        using var message = request.ToMessage();
        message.Content = body;
        message.Headers.TransferEncodingChunked = isChunked ? true : null;
        body?.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        using var response = await service.Http.SendAsync(message);
        Assert.True((int)response.StatusCode < 500, $"{request.Operation} responded with {response.StatusCode}");
        var errors = response.StatusCode == HttpStatusCode.BadRequest ? JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("errors") : JsonElement.Parse("{}");
        return ((int)response.StatusCode, errors.EnumerateObject().ToDictionary(field => field.Name, field => field.Value.EnumerateArray().Select(error => error.GetString()!.Split(':')[0]).ToArray()));
    }

    private static IEnumerable<byte[]> Utf8(params string[] texts) => texts.Select(Encoding.UTF8.GetBytes);
}
