namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

[Trait("Checklist", "tracing")]
public sealed class TraceTests(Service service)
{
    /// <summary>Those of a service that sends its traces, though nobody takes them: only then it tells all of a request.</summary>
    private static readonly Dictionary<string, string> Sending = new() { ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = "http://127.0.0.1:9" };

    [Fact] // Fails when a span has no name, http.route or status of its own, or tells the query, or the switch for the server's tags is left out.
    public async Task A_request_is_a_server_span_with_the_tags_of_the_semantic_conventions()
    {
        await using var sending = await Service.StartAsync(settings: Sending);
        using var spans = new Spans();

        var request = Examples.Good;
        await sending.Send(request, spans.Header);

        await AssertServerSpan(spans, request, ActivityStatusCode.Unset, "http.response.status_code=200");
    }

    [Fact] // Fails when RequestTelemetry takes the path for the route, or a 404 for an error.
    public async Task What_is_asked_for_by_its_id_has_one_name_whatever_the_id_and_is_no_error_when_it_is_not_there()
    {
        await using var sending = await Service.StartAsync(settings: Sending);
        using var spans = new Spans();

        var request = Examples.Item(Guid.NewGuid());
        await sending.Send(request, spans.Header);

        await AssertServerSpan(spans, request, ActivityStatusCode.Unset, $"http.response.status_code={request.Status}");
    }

    [Fact] // Fails when RequestTelemetry comes after what answers, and sees no status; or takes one below 500 for an error.
    public async Task A_request_that_is_refused_has_its_status()
    {
        await using var sending = await Service.StartAsync(settings: Sending);
        using var spans = new Spans();

        var request = Examples.Bad;
        await sending.Send(request, spans.Header);

        await AssertServerSpan(spans, request, ActivityStatusCode.Unset, "http.response.status_code=400");
    }

    [Fact] // Fails when a span tells the method as it came, or names itself after it.
    public async Task A_method_that_nobody_knows_is_one_of_the_others()
    {
        await using var sending = await Service.StartAsync(settings: Sending);
        using var spans = new Spans();

        await sending.Send("CANARY", Examples.Good.Path, headers: spans.Header);

        var span = Assert.Single(await spans.OfRequestsAsync());
        Assert.Equal(("HTTP", "_OTHER"), (span.DisplayName, span.GetTagItem("http.request.method")));
        Assert.DoesNotContain("CANARY", string.Concat(Spans.Tags(span)), StringComparison.Ordinal);
    }

    [Fact] // Fails when RequestTelemetry reads the endpoint after the handler of exceptions took it away, or tells no exception.
    [Trait("Checklist", "error-tracking")]
    public async Task A_defect_is_an_error_with_its_type_and_frames_and_without_its_message()
    {
        await using var broken = await StubOperations.StartServiceAsync(_ => throw new InvalidOperationException("the secret of the inside"), Sending);
        using var spans = new Spans();

        var request = Examples.Good;
        await broken.Send(request, spans.Header);

        var span = await AssertServerSpan(spans, request, ActivityStatusCode.Error, "error.type=System.InvalidOperationException", "http.response.status_code=500");
        var tags = Assert.Single(span.Events, e => e.Name == "exception").Tags.ToDictionary();
        Assert.Equal("System.InvalidOperationException", tags["exception.type"]);
        Assert.Contains("StubOperations", (string)tags["exception.stacktrace"]!, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", string.Concat(tags.Values), StringComparison.Ordinal);
        Assert.Null(span.StatusDescription);
    }

    [Fact] // Fails when the interceptor is not added, tells the values, or loses the parent.
    public async Task A_statement_is_a_client_span_below_the_request()
    {
        using var spans = new Spans();
        var id = Guid.NewGuid();

        await service.Send(Examples.Item(id), spans.Header);

        var server = Assert.Single(await spans.OfRequestsAsync());
        var sql = Assert.Single(spans.All, span => span.Source.Name == "GoldenService.Database" && span.DisplayName == Examples.Statement);
        Assert.Equal((ActivityKind.Client, server.SpanId, ActivityStatusCode.Unset), (sql.Kind, sql.ParentSpanId, sql.Status));
        Assert.Equal(
            [$"db.namespace={service.Database.Name}", $"db.query.summary={Examples.Statement}", "db.query.text=", $"db.system.name={TestDatabase.SystemName}", .. service.Database.Server],
            Spans.Tags(sql).Select(tag => tag.StartsWith("db.query.text", StringComparison.Ordinal) ? "db.query.text=" : tag));
        Assert.Equal(Telemetry.VersionOf(typeof(Telemetry).Assembly), sql.Source.Version);
        var text = (string)sql.GetTagItem("db.query.text")!;
        Assert.Contains(".id = @", text.Replace("\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain(id.ToString(), text, StringComparison.OrdinalIgnoreCase);
        Assert.InRange(sql.Duration, TimeSpan.FromTicks(1), server.Duration);
    }

    [Fact] // Fails when DatabaseTelemetry starts a span where no span is current, or measures only what has one.
    public async Task A_statement_of_no_request_is_measured_and_is_no_trace()
    {
        var roots = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "GoldenService.Database",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) => options.Parent == default ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStarted = span =>
            {
                // Other tests have statements below spans of theirs.
                if (span.ParentId is null)
                {
                    roots.Enqueue(span.DisplayName);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        using var measurements = new Measurements(service);

        await service.WithDatabase(db => db.Database.ExecuteSqlRawAsync("SELECT 1"));

        Assert.Contains("db.query.summary=SELECT", (await measurements.FirstAsync("db.client.operation.duration")).Tags, StringComparison.Ordinal);
        Assert.Empty(roots);
    }

    [Fact] // Fails when a statement below a span that is not recorded is recorded: with OTEL_TRACES_SAMPLER=always_on those of a health probe would be.
    public async Task A_statement_below_what_is_not_recorded_is_not_recorded()
    {
        using var spans = new Spans();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "GoldenService.Database",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) => options.TraceId == spans.TraceId ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
        };
        ActivitySource.AddActivityListener(listener);
        using var probe = new Activity("probe").SetParentId(spans.TraceId, spans.ParentId, ActivityTraceFlags.None).Start();

        await service.WithDatabase(db => db.Database.ExecuteSqlRawAsync("SELECT 1"));

        Assert.Empty(spans.All);
    }

    [Fact] // Fails when CommandFailed is not overridden, or tells the message.
    public async Task A_statement_that_fails_is_an_error_with_the_codes_of_the_database()
    {
        await using var bare = await Service.StartAsync("Production", ownDatabase: true);
        using var spans = new Spans();

        await bare.Send(Examples.Good, spans.Header);

        var sql = Assert.Single(spans.All, span => span.Source.Name == "GoldenService.Database");
        Assert.Equal((ActivityStatusCode.Error, null), (sql.Status, sql.StatusDescription));
        Assert.Equal(TestDatabase.NoSuchTable, (sql.GetTagItem("error.type"), sql.GetTagItem("db.response.status_code")));
        Assert.Empty(sql.Events);
    }

    [Fact] // Fails when an operation is not run inside the span of its request.
    public async Task A_call_to_another_service_is_a_client_span_below_the_request_and_continues_the_trace()
    {
        using var http = new HttpClient();
        await using var calling = await StubOperations.StartServiceAsync(cancellationToken => http.GetAsync(new Uri(service.Http.BaseAddress!, "/v1/nothing?key=secret"), cancellationToken), Sending);
        using var spans = new Spans();

        var request = Examples.Good;
        await calling.Send(request, spans.Header);

        await spans.OfRequestsAsync(2);
        var client = Assert.Single(spans.All, span => span.Source.Name == "System.Net.Http" && Equals(span.GetTagItem("server.port"), service.Http.BaseAddress!.Port)); // It may ask for keys, too.
        Assert.Equal(spans.All.Single(span => span.DisplayName == request.Name).SpanId, client.ParentSpanId);
        Assert.Equal(client.SpanId, spans.All.Single(span => span.Kind == ActivityKind.Server && span.DisplayName == "GET").ParentSpanId);
        Assert.DoesNotContain("secret", string.Concat(Spans.Tags(client)), StringComparison.Ordinal);
    }

    [Theory] // Fails when the probes have no DisableHttpMetrics.
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task A_probe_is_no_span_no_metric_and_no_line(string path)
    {
        await using var probed = await Service.StartAsync(settings: Sending);
        using var spans = new Spans();
        using var measurements = new Measurements(probed);

        await probed.Send("GET", path, headers: spans.Header);
        await probed.Send("GET", "/openapi.yaml", headers: spans.Header);

        // The connection is the same: when the second request has ended, so has the first.
        Assert.Equal("GET /openapi.yaml", Assert.Single(await spans.OfRequestsAsync()).DisplayName);
        Assert.Single(spans.All);
        Assert.Contains("http.route=/openapi.yaml", (await measurements.FirstAsync("http.server.request.duration")).Tags, StringComparison.Ordinal);
        Assert.Single(probed.Log.All, line => line.TraceId == spans.TraceId.ToHexString());
    }

    private static async Task<Activity> AssertServerSpan(Spans spans, Request request, ActivityStatusCode status, params string[] particular)
    {
        var span = Assert.Single(await spans.OfRequestsAsync());
        Assert.Equal((request.Name, status, spans.ParentId), (span.DisplayName, span.Status, span.ParentSpanId));
        var port = span.GetTagItem("server.port");
        Assert.Equal(
            particular.Concat([$"http.request.method={request.Method}", $"http.route={request.Route}", $"url.path={request.Path.Split('?')[0]}", "network.protocol.version=1.1", "server.address=127.0.0.1", $"server.port={port}", "url.scheme=http"]).Order(StringComparer.Ordinal),
            Spans.Tags(span));
        return span;
    }
}
