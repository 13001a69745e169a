namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Xunit;

/// <summary>Values that look like secrets are put into exceptions and settings, and searched for in everything that the service sends and logs.</summary>
[Trait("Checklist", "logs")]
public sealed class CanaryTests(Service service)
{
    [Fact] // Fails when JsonLine or TextLine writes the exception itself, or WithoutExceptionMessages is not added.
    public async Task The_text_of_an_exception_is_in_no_output()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        var (json, text) = (ConsoleLines.OfJson(), new ConsoleLines(new Logs.TextLine()));
        var broken = await StubOperations.StartServiceAsync(
            _ => throw new InvalidOperationException($"{Canary.Value} outside", new FormatException($"{Canary.Value} inside") { Data = { [Canary.Value] = Canary.Value } }),
            new(receiver.Settings(Canary.Value).Append(("Logging:Serilog:LogLevel:Default", "Trace")).Select(setting => KeyValuePair.Create(setting.Item1, setting.Item2))),
            services =>
            {
                json.AddTo(services);
                text.AddTo(services);
            });
        await using (broken)
        {
            Canary.AssertAbsent((await broken.Send(Examples.Good)).IsProblem(500).Text);
        }

        await Wait.Until(() => new[] { Sent("/v1/logs"), Sent("/v1/traces") }.All(sent => sent.Contains("System.InvalidOperationException", StringComparison.Ordinal)), seconds: 10, "The exception was not sent.");
        foreach (var output in new[] { string.Concat(json.All), string.Concat(text.All), Sent("/v1/logs"), Sent("/v1/traces") })
        {
            Assert.Contains("System.InvalidOperationException", output, StringComparison.Ordinal);
            Assert.Contains("System.FormatException", output, StringComparison.Ordinal);
            Assert.Contains("StubOperations", output, StringComparison.Ordinal);
            Canary.AssertAbsent(output);
        }

        Canary.AssertAbsent(Sent("/v1/metrics"));

        string Sent(string path) => string.Concat(receiver.Received.Where(message => message.Path == path).Select(message => message.Text));
    }

    [Fact] // Fails when a connection string is quoted in the sentence or the log.
    public async Task A_password_in_the_connection_string_is_in_no_output()
    {
        await using var process = ServiceProcess.Start(service, [], [.. Canary.AllIsLogged, ("ConnectionStrings__Database", $"Data Source=app.db;Password={Canary.Value};Mistake=1")]);

        var (code, errors) = await process.ExitAsync();

        Assert.Equal(1, code);
        Canary.AssertAbsent(errors + process.Output);
    }
}
