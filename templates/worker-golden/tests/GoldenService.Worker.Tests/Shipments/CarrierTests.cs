namespace GoldenService.Worker.Tests;

using System;
using System.Diagnostics;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

[Trait("Checklist", "client")]
[Collection(TestOrder.Waiting)]
public sealed class CarrierTests(Service service)
{
    [Fact] // Fails when the booking is another one, or what the carrier answers is not kept.
    public async Task A_shipment_is_booked_under_the_id_of_the_message_and_keeps_its_tracking_number()
    {
        await using var carrier = await StubCarrier.StartAsync(_ => 201);
        await using var booking = await carrier.StartServiceAsync();
        var webhook = Examples.Webhook(lines: [Examples.Line(quantity: 2), Examples.Line(quantity: 3)]);

        var id = (await booking.Webhooks.ReceiveAsync(webhook)).Result.MessageId;

        await booking.UntilAsync(id, MessageState.Done);
        Assert.Equal(
            ("POST /api/v1/bookings", id.ToString(), $$"""{"orderId":"{{webhook.Data.OrderId}}","customer":"acme","units":5}"""),
            carrier.Calls.Select(call => (call.Operation, call.Key, call.Body)).Single());
        Assert.Equal($"T-{id}", await TrackingNumberAsync(booking, id));
        Assert.DoesNotContain(booking.Log.All, line => line.Message.Contains("not booked", StringComparison.Ordinal));
    }

    [Fact] // Fails when a carrier is called that there is none of, or nobody is told.
    public async Task Without_an_address_nothing_is_booked_and_the_start_says_so()
    {
        var id = await service.SendAsync();

        Assert.Equal(1, (await service.UntilAsync(id, MessageState.Done)).Attempts);
        Assert.Null(await TrackingNumberAsync(service, id));
        Assert.Single(service.Log.All, line => line.Message.Contains("Shipments are not booked", StringComparison.Ordinal));
    }

    [Theory] // Fails when there are no retries within an attempt, or they have another key.
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task What_may_go_well_another_time_is_repeated_within_the_attempt(int status)
    {
        await using var carrier = await StubCarrier.StartAsync(number => number < 3 ? status : 201);
        await using var booking = await carrier.StartServiceAsync();

        var id = await booking.SendAsync();

        Assert.Equal(1, (await booking.UntilAsync(id, MessageState.Done)).Attempts);
        Assert.Equal(Enumerable.Repeat(id.ToString(), 3), carrier.Calls.Select(call => call.Key));
    }

    [Fact] // Fails when a refusal is repeated in vain, does not fail the attempt, or the next one has another key.
    public async Task A_refusal_is_not_repeated_and_fails_the_attempt()
    {
        await using var carrier = await StubCarrier.StartAsync(_ => 422);
        await using var booking = await carrier.StartServiceAsync(("Messages:MaxAttempts", "2"));

        var id = await booking.SendAsync();

        Assert.Equal("GoldenService.Carrier.ApiException`1[GoldenService.Carrier.Problem]", (await booking.UntilAsync(id, MessageState.Dead)).LastError);
        Assert.Equal([id.ToString(), id.ToString()], carrier.Calls.Select(call => call.Key));
        Assert.Equal(0, await booking.EffectsAsync());
        Assert.DoesNotContain(booking.Log.All, line => line.Message.Contains("a secret", StringComparison.Ordinal));
    }

    [Fact] // Fails when a handler waits for a carrier that has said when it will answer, or asks it before.
    public async Task A_carrier_that_says_when_to_come_back_is_asked_again_by_another_attempt()
    {
        await using var carrier = await StubCarrier.StartAsync((_, context) =>
        {
            context.Response.Headers.RetryAfter = "1";
            return Task.FromResult(503);
        });
        await using var booking = await carrier.StartServiceAsync(("Messages:MaxAttempts", "1"));

        await booking.UntilAsync(await booking.SendAsync(), MessageState.Dead);

        Assert.Single(carrier.Calls);
    }

    [Fact] // Fails when a request may take as long as it likes, or one that took too long is not repeated.
    public async Task A_request_that_takes_too_long_is_given_up()
    {
        await using var carrier = await StubCarrier.StartAsync(async (_, context) =>
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
            return 201;
        });
        await using var booking = await carrier.StartServiceAsync(("Carrier:TimeoutSeconds", "2"), ("Carrier:Retries", "1"), ("Messages:MaxAttempts", "1"));

        var id = await booking.SendAsync();

        Assert.Equal("Polly.Timeout.TimeoutRejectedException", (await booking.UntilAsync(id, MessageState.Dead)).LastError);
        Assert.Equal(2, carrier.Calls.Count);
    }

    [Fact] // Fails when there is no circuit breaker, or one that stays open.
    public async Task A_carrier_that_fails_is_left_alone_for_a_while()
    {
        await using var carrier = await StubCarrier.StartAsync(_ => 500);
        await using var booking = await carrier.StartServiceAsync(("Carrier:Retries", "0"), ("Carrier:BreakSeconds", "4"), ("Messages:MaxAttempts", "1"));
        foreach (var id in await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => booking.SendAsync())))
        {
            await booking.UntilAsync(id, MessageState.Dead);
        }

        var spared = await booking.UntilAsync(await booking.SendAsync(), MessageState.Dead);
        Assert.Equal("Polly.CircuitBreaker.BrokenCircuitException", spared.LastError);
        Assert.Equal(10, carrier.Calls.Count);
        Assert.Single(booking.Log.All, line => line.Message == "The carrier fails, and is left alone for 4 s.");

        carrier.Answer = (_, _) => Task.FromResult(201);
        await Wait.Until(
            async () =>
            {
                var id = await booking.SendAsync();
                await Wait.Until(async () => (await booking.MessageAsync(id)).State != MessageState.Pending, seconds: 10, "The message is not handled.");
                return (await booking.MessageAsync(id)).State == MessageState.Done;
            },
            seconds: 20,
            "The carrier is not called again.");
        Assert.Single(booking.Log.All, line => line.Message == "The carrier answers again.");
    }

    [Fact] // Fails when the calls are no part of the trace, or a repeated one tells the span of the first.
    public async Task From_the_sender_to_the_carrier_there_is_one_trace()
    {
        await using var carrier = await StubCarrier.StartAsync(number => number == 1 ? 503 : 201);
        await using var booking = await carrier.StartServiceAsync();
        using var spans = new Spans();

        await booking.Send("POST", "/v1/webhooks", Encoding.UTF8.GetBytes(Examples.WebhookJson), headers: spans.Header);

        await Wait.Until(() => spans.All.Any(span => span.Kind == ActivityKind.Consumer), seconds: 10, "No message was handled in the trace.");
        await Wait.Until(() => spans.All.Any(span => span.Kind == ActivityKind.Server && span.ParentSpanId == spans.ParentId), seconds: 10, "The span of the request has not ended.");
        var intake = spans.All.Single(span => span.Kind == ActivityKind.Server && span.ParentSpanId == spans.ParentId);
        var handling = spans.All.Single(span => span.Kind == ActivityKind.Consumer);
        var requests = spans.All.Where(span => span.Source.Name == "System.Net.Http").ToList();
#if (rabbitmq)
        var parent = spans.All.Single(span => span.Kind == ActivityKind.Producer);
        Assert.Equal(intake.SpanId, parent.ParentSpanId);
#else
        var parent = intake;
#endif
        Assert.Equal(parent.SpanId, handling.ParentSpanId);
        Assert.Equal([handling.SpanId, handling.SpanId], requests.Select(request => request.ParentSpanId));
        Assert.Equal(requests.Select(request => $"00-{spans.TraceId}-{request.SpanId}-01"), carrier.Calls.Select(call => call.TraceParent));
    }

    [Theory] // Fails when an address that cannot be called is found out by the first message, or is shown with its password.
    [InlineData("carrier.example")]
    [InlineData("ftp://carrier.example")]
    [InlineData("http://user@carrier.example")]
    [InlineData("https://carrier.example/?key=1")]
    public async Task An_address_that_cannot_be_called_ends_the_start_with_a_sentence(string address)
    {
        var (code, errors) = await RefusedStart.RunAsync(service, ("Carrier:BaseAddress", address));

        Assert.Equal((1, "The setting Carrier:BaseAddress must be an http or https URL that has no user, query or fragment."), (code, errors.Trim()));
    }

    private static Task<string?> TrackingNumberAsync(Service service, Guid id) =>
        service.WithDatabase(db => db.Shipments.Where(shipment => shipment.MessageId == id).Select(shipment => shipment.TrackingNumber).SingleAsync());
}
