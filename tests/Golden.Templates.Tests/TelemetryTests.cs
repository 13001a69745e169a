using GoldenService.Testing;

namespace Golden.Templates.Tests;

/// <summary>The telemetry of the published service, as a collector gets it.</summary>
public sealed class TelemetryTests(InstalledPack pack) : TemplateTests(pack)
{
    const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    const string Caller = "00f067aa0ba902b7";
    const string Secret = "canary-of-the-collector";

    [Fact] // Fails when the service sends a signal nowhere or elsewhere, under another name, or without the trace of the request.
    public async Task SendsOneTraceInThreeSignals()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux takes the certificate of the tests' issuer of tokens from a file.");
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "webapi-golden", "Acme.Orders");
        var published = await PublishedService.PublishAsync(solution);
        (await published.RunAsync("migrate")).ShouldSucceed();
        using var receiver = OtlpReceiver.Start();

        await CallAndStopAsync(published, new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Url });

        Assert.All(receiver.Items, item => Assert.Equal("Acme.Orders.Api", item.Service));
        Assert.All(receiver.Requests, request => Assert.Equal(Secret, request.Authorization));
        var server = Assert.Single(receiver.Items, item => item is { Signal: "traces", TraceId: Trace, ParentSpanId: Caller });
        Assert.Equal("GET /v1/orders", server.Name);
        Assert.Equal(("GET", "/v1/orders", "200"), (server.Attributes["http.request.method"], server.Attributes["http.route"], server.Attributes["http.response.status_code"]));
        var sql = Assert.Single(receiver.Items, item => item is { Signal: "traces", TraceId: Trace } && item.ParentSpanId == server.SpanId);
        Assert.Equal(("SELECT orders", "sqlite"), (sql.Name, sql.Attributes["db.system.name"]));
        Assert.StartsWith("SELECT ", sql.Attributes["db.query.text"], StringComparison.Ordinal);
        var log = Assert.Single(receiver.Items, item => item is { Signal: "logs", TraceId: Trace });
        Assert.Equal(server.SpanId, log.SpanId);
        Assert.StartsWith("GET /v1/orders answered 200 in ", log.Name, StringComparison.Ordinal);
        foreach (var metric in new[] { "http.server.request.duration", "db.client.operation.duration" })
        {
            Assert.Contains(receiver.Items, item => item is { Signal: "metrics" } && item.Name == metric && item.ExemplarTraceIds.Contains(Trace));
        }

        // Each signal to an address of its own.
        using var apart = OtlpReceiver.Start();
        await CallAndStopAsync(published, new()
        {
            ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = $"{apart.Url}/jaeger/traces",
            ["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"] = $"{apart.Url}/prometheus/metrics",
            ["OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"] = $"{apart.Url}/loki/logs",
        });
        Assert.Equal(["/jaeger/traces", "/loki/logs", "/prometheus/metrics"], apart.Requests.Select(request => request.Path).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(3, apart.Items.Select(item => item.Path).Distinct().Count());
    }

    static async Task CallAndStopAsync(PublishedService published, Dictionary<string, string> settings)
    {
        settings["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        settings["OTEL_EXPORTER_OTLP_HEADERS"] = $"authorization={Secret}";
        settings["Shutdown__DrainSeconds"] = "0";
        await using var service = await published.StartAsync(settings);
        using var request = new HttpRequestMessage(HttpMethod.Get, "v1/orders");
        request.Headers.Add("traceparent", $"00-{Trace}-{Caller}-01");
        request.Headers.Authorization = new("Bearer", Issuer.Shared.Token());
        using var answer = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
        Assert.Equal(Trace, Assert.Single(answer.Headers.GetValues("Trace-Id")));

        Assert.Equal(0, await service.StopAsync());
        Assert.Contains(Trace, service.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, service.Output, StringComparison.Ordinal);
    }
}
