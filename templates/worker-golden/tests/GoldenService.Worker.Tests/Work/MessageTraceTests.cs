namespace GoldenService.Worker.Tests;

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using global::GoldenService.Worker.Client;
using Xunit;

[Trait("Checklist", "tracing")]
[Collection(TestOrder.Waiting)]
public sealed class MessageTraceTests(Service shared)
{
    private const int Webhooks = 4;

    [Fact] // Fails when a commit, a statement, or the look for work is a trace of its own; when a webhook's trace lacks what was done for it; or when counters do not start at zero.
    public async Task Each_webhook_is_one_trace_and_nothing_else_is_traced()
    {
        ServiceProcess.SkipWhereItCannotBeCalledAndStopped();
        await using var receiver = await OtlpReceiver.StartAsync();
        var (called, settings) = await Examples.StartCalledAsync();
        await using var running = called;
        await using var process = ServiceProcess.Start(
            shared,
            [],
            [.. settings, .. receiver.Settings("worker"), ("OTEL_TRACES_SAMPLER", "always_on"), ("ASPNETCORE_ENVIRONMENT", "Development"), ("Messages__PollSeconds", "0.05")]);
        using var http = await process.ConnectAsync();
        await receiver.HasReceivedAsync("/v1/metrics");
        var webhooks = new WebhooksClient(http);
        await Task.WhenAll(Enumerable.Range(0, Webhooks).Select(_ => webhooks.ReceiveAsync(Examples.Webhook())));
        await Wait.Until(() => receiver.Spans.Count(span => span.Attributes.GetValueOrDefault("messaging.operation.type") == "process") == Webhooks, seconds: 30, "The messages were not handled.");
        using var probe = await http.GetAsync("/health/ready");
        process.Terminate();
        Assert.Equal((0, ""), await process.ExitAsync());

        var spans = receiver.Spans;
        var traces = spans.GroupBy(span => span.TraceId).ToList();
        Assert.Equal(Webhooks, traces.Count);
        Assert.All(traces, trace => AssertWhole([.. trace], spans, calls: called is null ? 0 : 1));
        Assert.All(spans.Where(span => !span.Scope.Name.StartsWith("Microsoft", StringComparison.Ordinal) && !span.Scope.Name.StartsWith("System", StringComparison.Ordinal)), span => Assert.NotEqual("", span.Scope.Version));

        Assert.Equal((0, Webhooks), FirstAndLast(receiver, "messages.accepted", "source", Signatures.Source));
        Assert.Equal((0, Webhooks), FirstAndLast(receiver, "messaging.client.consumed.messages", "message.type", Examples.Type));
        foreach (var counter in new[] { "messages.retries", "messages.retries.deferred", "messages.dead", "messages.leases.expired", "messages.leases.lost" })
        {
            Assert.Equal((0, 0), FirstAndLast(receiver, counter, "message.type", Examples.Type));
        }
    }

    [Fact] // Fails when the context of the request is not stored, or not continued.
    public async Task Handling_is_a_span_in_the_trace_of_the_sender()
    {
        await using var service = await Service.StartAsync();
        using var spans = new Spans();
        using var measurements = new Measurements(service);
#if (rabbitmq)
        var (system, destination) = ("rabbitmq", TestBroker.QueueOf(service));
#else
        var (system, destination) = (TestDatabase.SystemName, "messages");
#endif

        await service.Send("POST", "/v1/webhooks", System.Text.Encoding.UTF8.GetBytes(Examples.WebhookJson), headers: spans.Header);

        await Wait.Until(() => spans.All.Any(span => span.Kind == ActivityKind.Consumer), 10, "No message was handled in the trace.");
        var server = Assert.Single(await spans.OfRequestsAsync());
        var handling = spans.All.Single(span => span.Kind == ActivityKind.Consumer);
#if (rabbitmq)
        var parent = spans.All.Single(span => span.Kind == ActivityKind.Producer);
        Assert.Equal(($"send {destination}", server.SpanId), (parent.DisplayName, parent.ParentSpanId));
#else
        var parent = server;
#endif
        Assert.Equal(($"process {destination}", parent.SpanId, ActivityStatusCode.Unset), (handling.DisplayName, handling.ParentSpanId, handling.Status));
        Assert.Equal(
            [
                "message.attempt=1", $"message.type={Examples.Type}", $"messaging.destination.name={destination}", "messaging.operation.name=process", "messaging.operation.type=process", $"messaging.system={system}",
#if (rabbitmq)
                $"server.address={TestBroker.Uri.Host}", $"server.port={new RabbitMQ.Client.AmqpTcpEndpoint(TestBroker.Uri).Port}",
#endif
            ],
            Spans.Tags(handling).Where(tag => !tag.StartsWith("messaging.message.", StringComparison.Ordinal)));
        Assert.Equal(
            ("s", $"message.type={Examples.Type} messaging.destination.name={destination} messaging.operation.name=process messaging.system={system}"),
            await measurements.FirstAsync("messaging.process.duration"));
    }

    [Fact] // Fails when the trace ends at the queue of a service whose spans nobody wants: those that a handler calls may want theirs in it.
    public async Task The_trace_goes_on_where_nobody_wants_its_spans()
    {
        var traceOfHandler = new TaskCompletionSource<ActivityTraceId?>();
        await using var service = await StubHandler.StartServiceAsync((_, _) =>
        {
            traceOfHandler.TrySetResult(Activity.Current?.TraceId);
            return Task.CompletedTask;
        });
        var trace = ActivityTraceId.CreateRandom();

        await service.Send("POST", "/v1/webhooks", System.Text.Encoding.UTF8.GetBytes(Examples.WebhookJson), headers: ("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01"));

        Assert.Equal(trace, await traceOfHandler.Task.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact] // Fails when a failure is told with its message, or not at all.
    public async Task An_attempt_that_fails_is_an_error_of_its_type()
    {
        await using var failing = await StubHandler.StartServiceAsync((_, _) => throw new TimeoutException("a secret"), new() { ["Messages:MaxAttempts"] = "1" });
        using var spans = new Spans();

        await failing.Send("POST", "/v1/webhooks", System.Text.Encoding.UTF8.GetBytes(Examples.WebhookJson), headers: spans.Header);

        await Wait.Until(() => spans.All.Any(span => span.Kind == ActivityKind.Consumer), 10, "No message was handled in the trace.");
        var handling = spans.All.Single(span => span.Kind == ActivityKind.Consumer);
        Assert.Equal((ActivityStatusCode.Error, null), (handling.Status, handling.StatusDescription));
        Assert.Equal("System.TimeoutException", handling.GetTagItem("error.type"));
        Assert.DoesNotContain(spans.All.SelectMany(Spans.Tags), tag => tag.Contains("a secret", StringComparison.Ordinal));
    }

    private static void AssertWhole(OtlpItem[] trace, OtlpItem[] all, int calls)
    {
        Assert.Equal("POST /v1/webhooks", Assert.Single(trace, span => span.ParentSpanId.Length == 0).Name);
        Assert.All(trace.Where(span => span.ParentSpanId.Length > 0), span => Assert.Contains(trace, parent => parent.SpanId == span.ParentSpanId));
        string[] expected =
        [
#if (rabbitmq)
            "process", "receive", "send",
#else
            "process", "receive",
#endif
        ];
        Assert.Equal(expected, trace.Select(span => span.Attributes.GetValueOrDefault("messaging.operation.type")).Where(type => type is not null).Order());

        // One commit stored the message, and one what its handler writes. Where a commit served several messages, the statements are in the trace of one of them.
        var commits = trace.Where(span => span.Name == "commit messages").ToList();
        Assert.Equal(2, commits.Count);
        var statements = commits
            .SelectMany(commit => all.Where(span => span.ParentSpanId == commit.SpanId || commit.Links.Any(link => link.SpanId == span.ParentSpanId)))
            .Select(span => span.Name.Replace("BATCH ", "", StringComparison.Ordinal))
            .ToList();
        Assert.Contains("INSERT messages", statements);
        Assert.Contains("UPDATE messages", statements);
        Assert.Contains($"INSERT {Examples.EffectTable}", statements);
        var processing = trace.Single(span => span.Attributes.GetValueOrDefault("messaging.operation.type") == "process");
        Assert.Equal(calls, trace.Count(span => span.Scope.Name == "System.Net.Http" && span.ParentSpanId == processing.SpanId));
    }

    private static (double First, double Last) FirstAndLast(OtlpReceiver receiver, string counter, string tag, string value)
    {
        var points = receiver.Metrics.Where(metric => metric.Name == counter).SelectMany(metric => metric.Points).Where(point => point.Attributes.GetValueOrDefault(tag) == value).ToList();
        Assert.True(points.Count > 1, $"{counter} was exported {points.Count} times.");
        return (points[0].Value, points[^1].Value);
    }
}
