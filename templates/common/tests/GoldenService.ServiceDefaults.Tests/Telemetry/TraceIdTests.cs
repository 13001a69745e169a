namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.Extensions.Logging;
using Xunit;

[Trait("Checklist", "trace-id")]
public sealed class TraceIdTests(Service service)
{
    [Fact] // Fails when RequestTelemetry sets the header before the handler of exceptions clears it, or is not used first.
    public async Task Every_answer_has_the_trace_id_of_its_request()
    {
        foreach (var request in new[]
        {
            Examples.Good,
            new Request("GET", "", "/health/live", 200),
            new Request("GET", "", "/openapi.yaml", 200),
            Examples.Bad,
            new Request("GET", "", "/nothing", 404),
            Examples.Good with { Method = "DELETE", Status = 405 },
            Examples.WithBody("") with { Body = null, Status = 415 },
        })
        {
            using var spans = new Spans();

            var answer = await service.Send(request, spans.Header);

            Assert.Equal((request.Path, request.Status), (request.Path, answer.Status));
            Assert.Equal(spans.TraceId.ToHexString(), Assert.Single(answer.Headers.GetValues("Trace-Id")));
        }
    }

    [Fact] // Fails when any of the header, the problem, the lines and the span takes its trace id from elsewhere.
    [Trait("Checklist", "error-tracking")]
    public async Task A_defect_has_one_trace_id_in_the_header_the_problem_each_line_and_the_span()
    {
        await using var broken = await StubOperations.StartServiceAsync(_ => throw new InvalidOperationException());
        using var spans = new Spans();

        var answer = (await broken.Send(Examples.Good, spans.Header)).IsProblem(500);

        var traceId = spans.TraceId.ToHexString();
        Assert.Equal(traceId, answer.Json.GetProperty("traceId").GetString());
        Assert.Equal(traceId, Assert.Single(answer.Headers.GetValues("Trace-Id")));
        Assert.Equal(traceId, Assert.Single(await spans.OfRequestsAsync()).TraceId.ToHexString());
        Assert.Equal([LogLevel.Error, LogLevel.Information], broken.Log.All.Where(line => line.TraceId == traceId).Select(line => line.Level));
    }

    [Fact] // Fails when RequestTelemetry starts no activity of its own.
    public async Task Without_logs_and_listeners_there_still_is_a_trace_id()
    {
        await using var silent = await Service.StartAsync(settings: new() { ["Logging:LogLevel:Default"] = "None", ["Logging:LogLevel:Microsoft.AspNetCore"] = "None", ["Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics"] = "None" });

        var answer = (await silent.Get("/nothing")).IsProblem(404);

        Assert.Equal(answer.Json.GetProperty("traceId").GetString(), Assert.Single(answer.Headers.GetValues("Trace-Id")));
    }

    [Fact] // Fails when Problems leaves the address out of either kind of problem.
    public async Task In_Development_a_problem_links_to_its_trace()
    {
        await using var linking = await Service.StartAsync(settings: new() { ["Telemetry:TraceUrl"] = "http://localhost:16686/trace/{traceId}" });

        foreach (var problem in new[] { (await linking.Get("/nothing")).IsProblem(404), (await linking.Send(Examples.Bad)).IsProblem(400) })
        {
            Assert.Equal($"http://localhost:16686/trace/{problem.Json.GetProperty("traceId").GetString()}", problem.Json.GetProperty("traceUrl").GetString());
        }
    }

    [Fact] // Fails when Problems writes the member where there is no address.
    public async Task Without_an_address_of_traces_a_problem_links_to_none() =>
        Assert.False((await service.Get("/nothing")).IsProblem(404).Json.TryGetProperty("traceUrl", out _));

    [Theory] // Fails when Telemetry does not check the setting that the line has.
    [InlineData("Production", "Telemetry:TraceUrl", "http://localhost/{traceId}", "Telemetry:TraceUrl is for Development only")]
    [InlineData("Development", "Telemetry:TraceUrl", "http://localhost/", "Telemetry:TraceUrl must be an http or https URL with {traceId}")]
    [InlineData("Development", "Telemetry:TraceUrl", "localhost/{traceId}", "Telemetry:TraceUrl must be an http or https URL with {traceId}")]
    [InlineData("Development", "Telemetry:TraceUrl", "file:///{traceId}", "Telemetry:TraceUrl must be an http or https URL with {traceId}")]
    [InlineData("Production", "OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317", "OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https URL")]
    [InlineData("Production", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "collector", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT must be an http or https URL")]
    public async Task A_setting_that_cannot_be_ends_the_start_with_a_sentence(string environment, string name, string value, string sentence)
    {
        var (code, errors) = await RefusedStart.RunAsync(service, ("environment", environment), (name, value));

        Assert.Equal(1, code);
        Assert.StartsWith($"The setting {sentence}", Assert.Single(errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }
}
