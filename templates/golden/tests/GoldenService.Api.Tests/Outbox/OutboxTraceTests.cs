namespace GoldenService.Api.Tests;

using System;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Api.Client;
using global::GoldenService.Testing;
using Xunit;

[Trait("Checklist", "tracing")]
[Collection(TestOrder.Waiting)]
public sealed class OutboxTraceTests(Service shared)
{
    [Fact] // Fails when the context of the request is not stored, or an attempt is in no trace or in one of its own.
    public async Task Each_attempt_is_a_span_in_the_trace_of_the_order()
    {
        await using var receiver = await WebhookReceiver.StartAsync(number => number == 1 ? 500 : 202);
        await using var service = await receiver.StartServiceAsync();
        using var spans = new Spans();

        await service.Send("POST", "/v1/orders", """{"customer":"a","currency":"EUR","lines":[{"sku":"TEA-001","quantity":1,"unitPrice":1}]}"""u8.ToArray(), headers: [spans.Header, ("Idempotency-Key", Examples.NewKey())]);
        await service.OutboxIsEmptyAsync();

        var server = (await spans.OfRequestsAsync()).Single(span => span.ParentSpanId == spans.ParentId); // The receiver has spans, too.
        var attempts = spans.All.Where(span => span.Source.Name == "GoldenService.Outbox").ToList();
        Assert.Equal([(1, ActivityStatusCode.Error, "500"), (2, ActivityStatusCode.Unset, null)], attempts.Select(span => ((int)span.GetTagItem("message.attempt")!, span.Status, (string?)span.GetTagItem("error.type"))));
        Assert.All(attempts, span => Assert.Equal(("send worker", ActivityKind.Producer, server.SpanId), (span.DisplayName, span.Kind, span.ParentSpanId)));
        Assert.Equal(
            attempts.Zip(receiver.All, (span, webhook) => $"{webhook.Id} 00-{spans.TraceId}"),
            attempts.Zip(receiver.All, (span, webhook) => $"{span.GetTagItem("messaging.message.id")} {webhook.TraceParent[..35]}"));
        var calls = spans.All.Where(span => span.Source.Name == "System.Net.Http").ToList();
        Assert.Equal(attempts.Select(span => span.SpanId), calls.Select(call => call.ParentSpanId));
        Assert.Equal(calls.Select(call => call.Id), receiver.All.Select(webhook => webhook.TraceParent));
    }

    [Fact] // Fails when looking for work or storing what became of it is a trace of its own, or a counter does not start at zero.
    public async Task An_order_is_one_trace_and_nothing_else_is_traced()
    {
        ServiceProcess.SkipWhereItCannotBeCalledAndStopped();
        await using var otlp = await OtlpReceiver.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var process = ServiceProcess.Start(
            shared,
            [],
            [
                .. otlp.Settings("outbox"), .. receiver.Settings().Select(setting => (setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value)),
                ("OTEL_TRACES_SAMPLER", "always_on"), ("ASPNETCORE_ENVIRONMENT", "Development"),
            ]);
        using var http = await process.ConnectAsync();
        await otlp.HasReceivedAsync("/v1/metrics");
        await new OrdersClient(http).CreateOrderAsync(Examples.NewKey(), Examples.Draft());
        await receiver.HasReceivedAsync(1);
        await Task.Delay(300); // The dispatcher looks some times more.
        process.Terminate();
        Assert.Equal((0, ""), await process.ExitAsync());

        var trace = Assert.Single(otlp.Spans.GroupBy(span => span.TraceId));
        Assert.Equal(["POST /v1/orders"], trace.Where(span => span.ParentSpanId.Length == 0).Select(span => span.Name));
        Assert.Single(trace, span => span.Name == "send worker");
        foreach (var counter in new[] { "outbox.delivered", "outbox.retries", "outbox.dead" })
        {
            Assert.Equal(0, otlp.Metrics.First(metric => metric.Name == counter).Points.Single().Value);
        }
    }
}
