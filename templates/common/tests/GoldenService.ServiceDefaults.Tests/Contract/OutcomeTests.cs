namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Collections.Generic;
using System.IO;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json.Serialization;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

/// <summary>Responses of every kind, and bodies that are not JSON.</summary>
public sealed partial class OutcomeTests
{
    [Fact]
    public async Task Every_kind_of_body_is_written_and_none_for_HEAD()
    {
        var stream = new MemoryStream("abc"u8.ToArray());

        Assert.Equal("application/vnd.a+json 3 \"a\"", await WriteAsync(OperationOutcome.Json(200, "a", OutcomeJson.Default.String, "application/vnd.a+json")));
        Assert.Equal("text/csv; charset=utf-8 2 é", await WriteAsync(OperationOutcome.Text(200, "é", "text/csv")));
        Assert.Equal("application/pdf 3 abc", await WriteAsync(OperationOutcome.Binary(200, stream, "application/pdf")));
        Assert.False(stream.CanRead);
        Assert.Equal("text/event-stream  data: a\n\nevent: b\ndata: c\n\n", await WriteAsync(OperationOutcome.Events(200, Events())));
        Assert.Equal("  ", await WriteAsync(OperationOutcome.Empty(404)));
        Assert.Equal("text/csv; charset=utf-8  ", await WriteAsync(OperationOutcome.Text(200, "a", "text/csv"), "HEAD"));
    }

    [Fact]
    public async Task Headers_are_written_as_JSON_writes_values()
    {
        var context = Context("GET");

        await OperationOutcome.Empty(204)
            .With("A", 1L).With("B", true).With("C", new DateTimeOffset(2026, 1, 31, 12, 30, 0, TimeSpan.Zero)).With("D", (int?)null).With("E", new[] { 1.5, 2 }).With("F", Guid.Empty)
            .WriteAsync(context);

        Assert.Equal(
            ["1", "true", "2026-01-31T12:30:00Z", "", "1.5,2", "00000000-0000-0000-0000-000000000000"],
            Array.ConvertAll<string, string>(["A", "B", "C", "D", "E", "F"], name => context.Response.Headers[name].ToString()));
    }

    [Fact]
    public async Task A_form_is_read_by_its_fields()
    {
        var reader = Requests.WithBody("name=a+b%2Bc&tags=1&tags=2&size=3&at=%7B%22x%22%3A1%7D", "application/x-www-form-urlencoded");
        var form = await reader.FormBody(static value =>
        {
            var members = value.AsMembers("name", "tags", "size", "at");
            return (members.Required("name").AsString(), string.Join('|', members.Required("tags").AsList(static item => item.AsInt32())), members.Required("size").AsInt32(), members.Required("at").AsMap(static item => item.AsInt32())["x"]);
        });
        Assert.Equal((("a b+c", "1|2", 3, 1), ""), (form, Requests.Of(reader)));

        var wrong = Requests.WithBody("size=x&other=1&size2=1", "application/x-www-form-urlencoded");
        _ = await wrong.FormBody(static value => value.AsMembers("size", "name") is var members ? (members.Required("size").AsInt32(), members.Required("name").AsString()) : default);
        Assert.Equal("other: unknown; size2: unknown; size: type; name: required", Requests.Of(wrong));
    }

    [Fact]
    public async Task A_multipart_form_has_files()
    {
        const string body = "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nA\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\nabc\r\n--b--\r\n";
        var reader = Requests.WithBody(body, "multipart/form-data; boundary=b");

        var (title, file) = await reader.MultipartBody(static value => value.AsMembers("title", "file") is var members ? (members.Required("title").AsString(), members.Required("file").AsFile()) : default);
        using var content = new StreamReader(file.Content);
        Assert.Equal(("A", "a.txt", "text/plain", "abc", ""), (title, file.FileName, file.ContentType, await content.ReadToEndAsync(), Requests.Of(reader)));

        var broken = Requests.WithBody("--b\r\nnonsense", "multipart/form-data; boundary=b");
        _ = await broken.MultipartBody(static value => value.AsMembers("title").Required("title").AsString());
        Assert.NotEqual("", Requests.Of(broken));
    }

    [Fact]
    public async Task A_body_is_of_a_media_type_that_the_contract_names()
    {
        Assert.Equal(1, Requests.WithBody("a", "text/csv; charset=utf-8").ContentType("application/json", "text/csv"));
        Assert.Equal(0, Requests.WithBody("a", "image/png").ContentType("image/*"));
        Assert.ThrowsAny<BadHttpRequestException>(() => Requests.WithBody("{}", "application/problem+json").ContentType("application/json"));
        Assert.Equal("a", await Requests.WithBody("\"a\"", "application/vnd.a+json").JsonBody(static value => value.AsString(), "application/vnd.a+json"));
        Assert.Null(await Requests.WithBody("").OptionalJsonBody(static value => value.AsString()));
        Assert.Equal("The body must be text/csv, in UTF-8.", Assert.ThrowsAny<BadHttpRequestException>(() => Requests.WithBody("a", "text/csv; charset=latin1").ContentType("text/csv")).Message);
        using var reader = new StreamReader(Requests.WithBody("abc", "application/pdf").BinaryBody("application/pdf"));
        Assert.Equal("abc", await reader.ReadToEndAsync());

        var text = Requests.WithBody([0xC3, 0x28], "text/csv");
        _ = await text.TextBody("text/csv");
        Assert.Equal("$: format", Requests.Of(text));
    }

    private static async IAsyncEnumerable<SseItem<string>> Events()
    {
        yield return new("a");
        await Task.Yield();
        yield return new("c", "b");
    }

    private static async Task<string> WriteAsync(OperationOutcome outcome, string method = "GET")
    {
        var context = Context(method);
        await outcome.WriteAsync(context);
        return $"{context.Response.ContentType} {context.Response.ContentLength} {Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray())}";
    }

    private static DefaultHttpContext Context(string method) => new()
    {
        RequestServices = new ServiceCollection().BuildServiceProvider(),
        Request = { Method = method },
        Response = { Body = new MemoryStream() },
    };

    [JsonSerializable(typeof(string))]
    internal sealed partial class OutcomeJson : JsonSerializerContext;
}
