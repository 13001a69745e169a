namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Xunit;

[Trait("Checklist", "tracing")]
[Collection(TestOrder.Waiting)]
public sealed class ExportTests(Service service)
{
    [Theory] // Fails when Telemetry exports without an endpoint, or gives a signal that has none something to send.
    [InlineData("")]
    [InlineData("", "OTEL_EXPORTER_OTLP_ENDPOINT=/", "OTEL_SDK_DISABLED=true")]
    [InlineData("/v1/metrics /v1/traces", "OTEL_EXPORTER_OTLP_ENDPOINT=/", "OTEL_LOGS_EXPORTER=none")]
    [InlineData("/v1/logs /v1/traces", "OTEL_EXPORTER_OTLP_ENDPOINT=/", "OTEL_METRICS_EXPORTER=none", "OTEL_TRACES_EXPORTER=otlp")]
    [InlineData("/v1/logs /v1/metrics", "OTEL_EXPORTER_OTLP_ENDPOINT=/", "OTEL_TRACES_EXPORTER=none")]
    [InlineData("", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=/here", "OTEL_TRACES_EXPORTER=none")]
    [InlineData("/v1/logs /v1/metrics /v1/traces", "OTEL_EXPORTER_OTLP_ENDPOINT=/")]
    [InlineData("/here", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=/here")]
    [InlineData("/here", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=/here")]
    [InlineData("/here", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=/here")]
    [InlineData("/l /m", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=/m", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=/l")]
    [InlineData("/m /v1/logs /v1/traces", "OTEL_EXPORTER_OTLP_ENDPOINT=/", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=/m")]
    public async Task Only_what_has_an_endpoint_is_sent_and_only_there(string expected, params string[] variables)
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        using var sent = new SentRequests();

        var address = await RunAsync(
            new(variables.Select(variable => variable.Split('=')).Select(pair => KeyValuePair.Create(pair[0], pair[1].Replace("/", $"{receiver.Url}/", StringComparison.Ordinal)))));

        await receiver.HasReceivedAsync(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(expected, string.Join(' ', receiver.Received.Select(message => message.Path).Distinct().Order(StringComparer.Ordinal)));
        Assert.Contains(sent.All, request => request.Authority == address.Authority);
        Assert.All(
            sent.All.Where(request => request.Scheme == Uri.UriSchemeHttp && request.Authority != address.Authority),
            request => Assert.Equal(new Uri(receiver.Url).Authority, request.Authority));
    }

    [Theory] // Fails when a value that the exporter would pass over does not end the start.
    [InlineData("OTEL_TRACES_EXPORTER", "console", "otlp or none")]
    [InlineData("OTEL_METRICS_EXPORTER", "prometheus", "otlp or none")]
    [InlineData("OTEL_LOGS_EXPORTER", "otlp,console", "otlp or none")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", "grpc or http/protobuf")]
    [InlineData("OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", "http", "grpc or http/protobuf")]
    [InlineData("OTEL_PROPAGATORS", "b3", "tracecontext or tracecontext,baggage or none")]
    public async Task A_value_that_is_not_supported_ends_the_start_with_a_sentence(string name, string value, string supported)
    {
        var (code, errors) = await RefusedStart.RunAsync(service, (name, value));

        Assert.Equal((1, $"The setting {name} must be {supported}, and is '{value}'."), (code, errors.Trim()));
    }

    [Fact] // Fails when each signal is sent after the other: with a collector that does not respond, each waits for seconds.
    public async Task The_end_sends_all_signals_at_once()
    {
        await using var receiver = await OtlpReceiver.StartAsync(together: 3);
        var start = Stopwatch.GetTimestamp();

        await RunAsync(new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Url });

        Assert.Equal("/v1/logs /v1/metrics /v1/traces", string.Join(' ', receiver.Received.Select(message => message.Path).Distinct().Order(StringComparer.Ordinal)));
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(7));
    }

    [Theory] // Fails when the resource has no service, or the variables do not come after it.
    [InlineData("GoldenService.ServiceDefaults.TestHost")]
    [InlineData("shop", "OTEL_SERVICE_NAME", "shop")]
    [InlineData("kiosk", "OTEL_RESOURCE_ATTRIBUTES", "service.name=kiosk")]
    public async Task Everything_is_sent_under_the_name_of_the_service(string expected, string name = "OTEL_SERVICE_NAME", string value = "")
    {
        await using var receiver = await OtlpReceiver.StartAsync();

        await RunAsync(new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Url, [name] = value });

        await receiver.HasReceivedAsync("/v1/logs", "/v1/metrics", "/v1/traces");

        var scopes = new[] { receiver.Spans, receiver.LogRecords, receiver.Metrics }.SelectMany(items => items).Select(item => item.Scope).ToList();
        Assert.All(
            scopes,
            scope => Assert.Equal((expected, "development"), (scope.Resource["service.name"], scope.Resource["deployment.environment.name"])));
        Assert.All(scopes, scope => Assert.NotEqual("", scope.Resource["service.version"]));
    }

    [Fact] // Fails when the environment variable does not come after the name of ASP.NET Core's environment.
    public async Task The_environment_of_the_deployment_can_be_named()
    {
        await using var receiver = await OtlpReceiver.StartAsync();

        await RunAsync(new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Url, ["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment.name=blue" });

        await receiver.HasReceivedAsync("/v1/traces");
        Assert.All(receiver.Spans, span => Assert.Equal("blue", span.Scope.Resource["deployment.environment.name"]));
    }

    [Fact] // Fails when Telemetry leaves out the meters of ASP.NET Core, the HTTP client, the runtime or the service.
    public async Task Metrics_of_every_part_are_sent()
    {
        await using var receiver = await OtlpReceiver.StartAsync();

        await RunAsync(new() { ["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"] = $"{receiver.Url}/m" });

        string[] expected =
        [
            "http.server.request.duration", "http.client.request.duration", "dotnet.process.cpu.time", "db.client.operation.duration",
#if (postgres)
            "db.client.connection.count", "db.client.connection.max",
#endif
        ];
        await Wait.Until(
            () => expected.All(metric => receiver.Received.Any(message => message.Text.Contains(metric, StringComparison.Ordinal))),
            seconds: 10,
            $"One of these was not sent: {string.Join(", ", expected)}.");
        Assert.DoesNotContain(receiver.Received, message => message.Text.Contains("db.client.operation.npgsql", StringComparison.Ordinal)); // Statements are measured once.
    }

    /// <summary>Makes the service send what it has to tell of a request, and returns where that was.</summary>
    private static async Task<Uri> RunAsync(Dictionary<string, string> settings)
    {
        await using var exporting = await Service.StartAsync(settings: new(settings) { ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf" });

        // The end of the service, here, sends all that there is.
        Assert.Equal(200, (await exporting.Send(Examples.Good)).Status);
        return exporting.Http.BaseAddress!;
    }
}
