namespace GoldenService.Tests;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Xunit;

/// <summary>Values that look like secrets are put wherever a caller or an operator can put one, and searched for wherever the service tells something.</summary>
[Trait("Checklist", "logs")]
public sealed class CanaryTests(Service service)
{
    private const string Canary = "canary-7f3a9c";

    [Theory] // Fails when the request's line or span tells the query, EnableSensitiveDataLogging() is on, or a parameter's value is in the statement.
    [InlineData("Information")]
    [InlineData("Trace")]
    public async Task What_callers_send_is_told_nowhere(string level)
    {
        ServiceProcess.SkipWhereItCannotBeCalledAndStopped();
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var process = ServiceProcess.Start(service, [], [.. Everything(receiver), .. Levels(level), ("ASPNETCORE_ENVIRONMENT", "Development")]);
        using var http = await process.ConnectAsync();
#if (jwt)
        var token = Issuer.Shared.Token($"{Canary}-subject");
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
#endif
        http.DefaultRequestHeaders.Add("baggage", $"user={Canary}-baggage");
        http.DefaultRequestHeaders.Add("Cookie", $"session={Canary}-cookie");

        var problems = new StringBuilder();
        foreach (var request in Examples.Saying(Canary).Append(new("GET", "", $"/v1/nothing?token={Canary}-query", 404)).Append(new("CANARY-7F3A9C", "", Examples.Good.Path, 405)))
        {
            using var message = request.ToMessage();
            using var answer = await http.SendAsync(message);
            Assert.Equal((request.Path, request.Status), (request.Path, (int)answer.StatusCode));
            problems.Append(request.Status >= 400 ? await answer.Content.ReadAsStringAsync() : "");
        }

#if (jwt)
        http.DefaultRequestHeaders.Authorization = new("Bearer", $"{Canary}-token");
        using var refused = Examples.Good.ToMessage();
        problems.Append(await (await http.SendAsync(refused)).Content.ReadAsStringAsync());
#endif
#if (worker)
        using var stranger = new HttpClient { BaseAddress = http.BaseAddress };
        using var unsigned = (Examples.WithBody(Examples.Json(Examples.Type, $"{Canary}-text")) with { Headers = [("webhook-id", $"{Canary}-id"), ("webhook-timestamp", $"{Canary}-timestamp"), ("webhook-signature", $"{Canary}-signature")] }).ToMessage();
        problems.Append(await (await stranger.SendAsync(unsigned)).Content.ReadAsStringAsync());
#endif
        process.Terminate();
        Assert.Equal((0, ""), await process.ExitAsync());

        Assert.Equal(["/v1/logs", "/v1/metrics", "/v1/traces"], receiver.Received.Select(message => message.Path).Distinct().Order(StringComparer.Ordinal));
        Assert.All(Examples.Saying(Canary), request => Assert.Contains(request.Route, process.Output, StringComparison.Ordinal));
        Assert.Contains("\"errors\"", problems.ToString(), StringComparison.Ordinal);
        AssertNone(process.Output);
        AssertNone(problems.ToString());
        Assert.All(receiver.Received, message => AssertNone(message.Text));
#if (jwt)
        Assert.DoesNotContain(token.Split('.')[2], string.Concat([process.Output, .. receiver.Received.Select(message => message.Text)]), StringComparison.Ordinal);
#endif
        Assert.All(receiver.Received, message => Assert.Contains($"{Canary}-header", message.Headers, StringComparison.Ordinal));
    }

    [Fact] // Fails when JsonLine or TextLine writes the exception itself, or WithoutExceptionMessages is not added.
    public async Task The_text_of_an_exception_is_told_nowhere()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        var (json, text) = (ConsoleLines.OfJson(), new ConsoleLines(new Logs.TextLine()));
        var broken = await StubOperations.StartServiceAsync(
            _ => throw new InvalidOperationException($"{Canary} outside", new FormatException($"{Canary} inside") { Data = { [Canary] = Canary } }),
            new(Everything(receiver).Append(("Logging:Serilog:LogLevel:Default", "Trace")).Select(setting => KeyValuePair.Create(setting.Item1, setting.Item2))),
            services =>
            {
                json.AddTo(services);
                text.AddTo(services);
            });
        await using (broken)
        {
            AssertNone((await broken.Send(Examples.Good)).IsProblem(500).Text);
        }

        await receiver.HasReceivedAsync("/v1/logs", "/v1/metrics", "/v1/traces");
        foreach (var told in new[] { string.Concat(json.All), string.Concat(text.All), Sent("/v1/logs"), Sent("/v1/traces") })
        {
            Assert.Contains("System.InvalidOperationException", told, StringComparison.Ordinal);
            Assert.Contains("System.FormatException", told, StringComparison.Ordinal);
            Assert.Contains("StubOperations", told, StringComparison.Ordinal);
            AssertNone(told);
        }

        AssertNone(Sent("/v1/metrics"));

        string Sent(string path) => string.Concat(receiver.Received.Where(message => message.Path == path).Select(message => message.Text));
    }

    [Fact] // Fails when a connection string is quoted in the sentence or the log.
    public async Task A_password_in_the_connection_string_is_told_nowhere()
    {
        await using var process = ServiceProcess.Start(service, [], [.. Levels("Trace"), ("ConnectionStrings__Database", $"Data Source=app.db;Password={Canary};Mistake=1")]);

        var (code, errors) = await process.ExitAsync();

        Assert.Equal(1, code);
        AssertNone(errors + process.Output);
    }

    private static (string Name, string Value)[] Everything(OtlpReceiver receiver) =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Url),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_EXPORTER_OTLP_HEADERS", $"authorization={Canary}-header"),
    ];

    private static void AssertNone(string told)
    {
        var at = told.IndexOf(Canary, StringComparison.OrdinalIgnoreCase);
        Assert.True(at < 0, at < 0 ? "" : $"…{told[Math.Max(0, at - 300)..Math.Min(told.Length, at + 100)]}…");
    }

    private static (string Name, string Value)[] Levels(string level) =>
        [("Logging__LogLevel__Default", level), ("Logging__LogLevel__Microsoft.AspNetCore", level), ("Logging__LogLevel__Microsoft.EntityFrameworkCore", level)];
}
