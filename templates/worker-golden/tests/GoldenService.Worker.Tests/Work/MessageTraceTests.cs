namespace GoldenService.Worker.Tests;

using System;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Xunit;

[Trait("Checklist", "tracing")]
public sealed class MessageTraceTests
{
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
        Assert.Equal(("process messages", server.SpanId, ActivityStatusCode.Unset), (handling.DisplayName, handling.ParentSpanId, handling.Status));
        Assert.Equal(
            ["message.attempt=1", $"message.type={Examples.Type}", $"messaging.destination.name={destination}", "messaging.operation.name=process", "messaging.operation.type=process", $"messaging.system={system}"],
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
}
