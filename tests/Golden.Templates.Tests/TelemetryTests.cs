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
        await using var receiver = await OtlpReceiver.StartAsync();

        await CallAndStopAsync(published, new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Url });

        Assert.All(receiver.Received, message => Assert.Contains($"Authorization: {Secret}", message.Headers, StringComparison.OrdinalIgnoreCase));
        Assert.All([.. receiver.Spans, .. receiver.LogRecords, .. receiver.Metrics], item => Assert.Equal(("Acme.Orders.Api", "production"), (item.Scope.Resource["service.name"], item.Scope.Resource["deployment.environment.name"])));
        var server = Assert.Single(receiver.Spans, span => span is { TraceId: Trace, ParentSpanId: Caller });
        Assert.Equal("GET /v1/orders", server.Name);
        Assert.Equal(("GET", "/v1/orders", "200"), (server.Attributes["http.request.method"], server.Attributes["http.route"], server.Attributes["http.response.status_code"]));
        var sql = Assert.Single(receiver.Spans, span => span is { TraceId: Trace } && span.ParentSpanId == server.SpanId);
        Assert.Equal(("SELECT orders", "sqlite"), (sql.Name, sql.Attributes["db.system.name"]));
        Assert.StartsWith("SELECT ", sql.Attributes["db.query.text"], StringComparison.Ordinal);
        var log = Assert.Single(receiver.LogRecords, record => record is { TraceId: Trace });
        Assert.Equal(server.SpanId, log.SpanId);
        Assert.StartsWith("GET /v1/orders responded 200 in ", log.Name, StringComparison.Ordinal);
        Assert.Equal(("GET", "/v1/orders", "200"), (log.Attributes["http.request.method"], log.Attributes["http.route"], log.Attributes["http.response.status_code"]));
        Assert.True(double.Parse(log.Attributes["http.server.request.duration"], System.Globalization.CultureInfo.InvariantCulture) > 0);
        foreach (var metric in new[] { "http.server.request.duration", "db.client.operation.duration" })
        {
            Assert.Contains(receiver.Metrics, item => item.Name == metric && item.Points.Any(point => point.ExemplarTraceIds.Contains(Trace)));
        }

        // Each signal to an address of its own.
        await using var apart = await OtlpReceiver.StartAsync();
        await CallAndStopAsync(published, new()
        {
            ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = $"{apart.Url}/jaeger/traces",
            ["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"] = $"{apart.Url}/prometheus/metrics",
            ["OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"] = $"{apart.Url}/loki/logs",
        });
        Assert.Equal(["/jaeger/traces", "/loki/logs", "/prometheus/metrics"], apart.Received.Select(message => message.Path).Distinct().Order(StringComparer.Ordinal));
        Assert.All([apart.Spans, apart.LogRecords, apart.Metrics], Assert.NotEmpty);
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
