namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.Extensions.Logging;
using Xunit;

/// <summary>Values that look like secrets are put into exceptions and settings, and searched for wherever the service tells something.</summary>
[Trait("Checklist", "logs")]
public sealed class CanaryTests(Service service)
{
    private const string Canary = "canary-7f3a9c";

    [Fact] // Fails when JsonLine or TextLine writes the exception itself, or WithoutExceptionMessages is not added.
    public async Task The_text_of_an_exception_is_told_nowhere()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        var (json, text) = (ConsoleLines.OfJson(), new ConsoleLines(new Logs.TextLine()));
        var broken = await StubOperations.StartServiceAsync(
            _ => throw new InvalidOperationException($"{Canary} outside", new FormatException($"{Canary} inside") { Data = { [Canary] = Canary } }),
            new(receiver.Settings(Canary).Append(("Logging:Serilog:LogLevel:Default", "Trace")).Select(setting => KeyValuePair.Create(setting.Item1, setting.Item2))),
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

    private static void AssertNone(string told)
    {
        var at = told.IndexOf(Canary, StringComparison.OrdinalIgnoreCase);
        Assert.True(at < 0, at < 0 ? "" : $"…{told[Math.Max(0, at - 300)..Math.Min(told.Length, at + 100)]}…");
    }

    private static (string Name, string Value)[] Levels(string level) =>
        [("Logging__LogLevel__Default", level), ("Logging__LogLevel__Microsoft.AspNetCore", level), ("Logging__LogLevel__Microsoft.EntityFrameworkCore", level)];
}
