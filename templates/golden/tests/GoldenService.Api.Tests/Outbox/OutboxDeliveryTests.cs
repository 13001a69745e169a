namespace GoldenService.Api.Tests;

using System;
using System.Diagnostics;
using System.Linq;
using System.Net.Mime;
using System.Text;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

[Trait("Checklist", "work")]
public sealed class OutboxDeliveryTests
{
    [Fact] // Fails when delivery waits for the next look at the outbox, or what is delivered stays in it.
    public async Task An_order_is_delivered_at_once_as_a_signed_webhook()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var service = await receiver.StartServiceAsync(("Outbox:PollSeconds", "60"));
        using var measurements = new Measurements(service);
        await Task.Delay(200); // The dispatcher has looked once.

        var order = (await service.Orders.CreateOrderAsync(Examples.NewKey(), Examples.Draft())).Result;

        await receiver.HasReceivedAsync(1);
        var webhook = Assert.Single(receiver.All);
        Assert.Equal($"POST /v1/webhooks {MediaTypeNames.Application.Json}", webhook.Operation);
        Assert.Contains($"{order.Id}", Encoding.UTF8.GetString(webhook.Body), StringComparison.Ordinal);
        Assert.InRange(webhook.Timestamp, webhook.ReceivedAt.ToUnixTimeSeconds() - 5, webhook.ReceivedAt.ToUnixTimeSeconds());
        Assert.Equal(webhook.SignedWith(receiver.Secret), webhook.Signature);
        await service.OutboxIsEmptyAsync();
        Assert.Equal(("{message}", ""), await measurements.FirstAsync("outbox.delivered"));
    }

    [Fact] // Fails when an attempt has another id or other bytes, an old timestamp, or does not wait as long as the receiver asks.
    public async Task A_repeated_attempt_is_the_same_webhook_signed_again_after_the_time_that_the_receiver_asks_for()
    {
        await using var receiver = await WebhookReceiver.StartAsync((number, context) =>
        {
            context.Response.Headers.RetryAfter = "2";
            return Task.FromResult(number == 1 ? 429 : 202);
        });
        await using var service = await receiver.StartServiceAsync();
        using var measurements = new Measurements(service);
        await service.Orders.CreateOrderAsync(Examples.NewKey(), Examples.Draft());
        await receiver.HasReceivedAsync(1);

        // The receiver wants no other request, either.
        await service.Orders.CreateOrderAsync(Examples.NewKey(), Examples.Draft());
        await receiver.HasReceivedAsync(3);
        await service.OutboxIsEmptyAsync();

        var first = receiver.All[0];
        var again = Assert.Single(receiver.All.Skip(1), webhook => webhook.Id == first.Id);
        Assert.Equal(first.Body, again.Body);
        Assert.True(again.Timestamp >= first.Timestamp + 1, $"{again.Timestamp} is not after {first.Timestamp}.");
        Assert.All(receiver.All, webhook => Assert.Equal(webhook.SignedWith(receiver.Secret), webhook.Signature));
        Assert.All(receiver.All.Skip(1), webhook => Assert.InRange((webhook.ReceivedAt - first.ReceivedAt).TotalSeconds, 1.9, 20));
        Assert.Equal(1, measurements.All.Where(measured => measured.Name == "outbox.retries").Sum(measured => measured.Value));
    }

    [Fact] // Fails when a message is sent while an earlier one of its key is not delivered.
    public async Task Messages_of_one_key_are_delivered_in_their_order()
    {
        await using var receiver = await WebhookReceiver.StartAsync(number => number is 1 or 2 or 4 ? 500 : 204);
        await using var service = await receiver.StartServiceAsync();

        await service.AddToOutboxAsync(count: 3);

        await receiver.HasReceivedAsync(6);
        await service.OutboxIsEmptyAsync();
        Assert.Equal(["1", "1", "1", "2", "2", "3"], receiver.All.Select(webhook => Encoding.UTF8.GetString(webhook.Body)));
    }

    [Fact] // Fails when a webhook is tried for ever, is deleted unsent, is reported twice, or holds up those behind it for ever.
    public async Task A_webhook_that_is_never_taken_is_given_up_and_kept()
    {
        await using var receiver = await WebhookReceiver.StartAsync(number => number == 1 ? 400 : 202);
        await using var service = await receiver.StartServiceAsync(("Outbox:GiveUpHours", "24"));
        using var measurements = new Measurements(service);

        await service.AddToOutboxAsync(count: 2, createdAt: DateTimeOffset.UtcNow.AddHours(-25));

        await receiver.HasReceivedAsync(2);
        await Wait.Until(async () => (await service.OutboxAsync()).Count == 1, seconds: 10, "The second message was not delivered.");
        var dead = Assert.Single(await service.OutboxAsync());
        Assert.Equal((OutboxState.Dead, 1, null, "400"), (dead.State, dead.Attempts, dead.Lease, dead.LastError));
        Assert.Equal(1, measurements.All.Where(measured => measured.Name == "outbox.dead").Sum(measured => measured.Value));
        var line = Assert.Single(service.Log.All, line => line.Level == LogLevel.Error);
        Assert.StartsWith($"Webhook {dead.WebhookId} was given up after 1 attempts, the last of which failed with 400.", line.Message, StringComparison.Ordinal);
    }

    [Fact] // Fails when an endpoint that takes no more webhooks gets some, or gets none after its settings have changed.
    public async Task A_worker_that_is_gone_gets_nothing_until_the_settings_change()
    {
        await using var receiver = await WebhookReceiver.StartAsync(number => number == 1 ? 410 : 202);
        await using var service = await receiver.StartServiceAsync(("Outbox:Concurrency", "1"));
        await service.AddToOutboxAsync();
        await service.AddToOutboxAsync();

        await receiver.HasReceivedAsync(1);
        await Task.Delay(500);
        Assert.Single(receiver.All);
        Assert.Single(service.Log.All, line => line.Level == LogLevel.Error && line.Message.StartsWith("The worker responds with 410", StringComparison.Ordinal));

        service.Change("Worker:Secrets:0", WebhookReceiver.NewSecret());
        await service.OutboxIsEmptyAsync();
        Assert.Equal(3, receiver.All.Count);
    }

    [Fact] // Fails when what a process held that was killed is lost, or is sent while the lease holds.
    public async Task What_a_process_held_that_ended_is_delivered_when_its_lease_is_over()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var service = await receiver.StartServiceAsync();
        var end = DateTimeOffset.UtcNow.AddSeconds(1);
        await service.AddToOutboxAsync(dueAt: end, lease: Guid.NewGuid());

        await service.OutboxIsEmptyAsync();

        Assert.InRange(Assert.Single(receiver.All).ReceivedAt, end.AddMilliseconds(-50), end.AddSeconds(20));
    }

    [Fact] // Fails when two processes can claim the same message.
    public async Task Two_instances_deliver_each_message_once()
    {
        await using var receiver = await WebhookReceiver.StartAsync(async (_, _) =>
        {
            await Task.Delay(5);
            return 202;
        });
        await using var first = await receiver.StartServiceAsync();
        await using var second = await Service.StartAsync(settings: receiver.Settings(("ConnectionStrings:Database", first.Database.ConnectionString)));
        for (var key = 0; key < 10; key++)
        {
            await first.AddToOutboxAsync(count: 10);
        }

        await first.OutboxIsEmptyAsync();

        Assert.Equal(100, receiver.All.Count);
        Assert.Equal(100, receiver.All.DistinctBy(webhook => webhook.Id).Count());
    }

    [Fact] // Fails when a delivery that runs is cut off by a stop.
    public async Task What_is_being_delivered_when_the_service_stops_is_finished()
    {
        await using var receiver = await WebhookReceiver.StartAsync(async (_, context) =>
        {
            await Task.Delay(500, context.RequestAborted);
            return 202;
        });
        await using var service = await receiver.StartServiceAsync();
        await service.AddToOutboxAsync(count: 2);
        await receiver.HasReceivedAsync(1);

        await service.StopDispatcherAsync();

        Assert.Equal("2", Encoding.UTF8.GetString(Assert.Single(await service.OutboxAsync()).Body));
        Assert.Single(receiver.All);
    }

    [Fact] // Fails when a receiver that does not respond holds up the stop, or what was broken off keeps its lease or counts as an attempt.
    public async Task What_is_not_delivered_in_time_is_given_back()
    {
        await using var receiver = await WebhookReceiver.StartAsync(async (_, context) =>
        {
            await Task.Delay(System.Threading.Timeout.Infinite, context.RequestAborted);
            return 202;
        });
        await using var service = await receiver.StartServiceAsync(("Shutdown:GraceSeconds", "1"));
        await service.AddToOutboxAsync();
        await receiver.HasReceivedAsync(1);

        var start = Stopwatch.GetTimestamp();
        await service.StopDispatcherAsync();

        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0.5, 10);
        var message = Assert.Single(await service.OutboxAsync());
        Assert.Equal((OutboxState.Pending, 0, null), (message.State, message.Attempts, message.Lease));
        Assert.InRange(message.DueAt, DateTimeOffset.UnixEpoch, DateTimeOffset.UtcNow);
    }

    [Fact] // Fails when a receiver that hangs is waited for without end, or a failure is logged for each attempt.
    public async Task A_receiver_that_hangs_is_tried_again_and_told_of_once()
    {
        await using var receiver = await WebhookReceiver.StartAsync(async (number, context) =>
        {
            await Task.Delay(number < 4 ? System.Threading.Timeout.Infinite : 0, context.RequestAborted);
            return 202;
        });
        await using var service = await receiver.StartServiceAsync(("Outbox:TimeoutSeconds", "0.2"));

        await service.AddToOutboxAsync();
        await service.OutboxIsEmptyAsync();

        await Wait.Until(() => service.Log.All.Any(line => line.Message == "Webhooks are delivered again."), seconds: 10, "No log line says that it recovered.");
        var warning = Assert.Single(service.Log.All, line => line.Level == LogLevel.Warning && line.Message.StartsWith("Webhooks cannot be delivered", StringComparison.Ordinal));
        Assert.Contains("System.TimeoutException", warning.Message, StringComparison.Ordinal);
        Assert.Equal(4, receiver.All.Count);
    }

    [Fact] // Fails when a backlog is sent without pause to a receiver that takes nothing.
    public async Task A_backlog_is_not_sent_without_pause_to_a_receiver_that_fails()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_ => 500);
        await using var service = await receiver.StartServiceAsync(("Outbox:Concurrency", "4"), ("Outbox:BackoffSeconds", "2"));
        await service.WithDatabase(db =>
        {
            db.OutboxMessages.AddRange(Enumerable.Range(0, 200).Select(_ => OutboxService.NewMessage()));
            return db.SaveChangesAsync();
        });

        await receiver.HasReceivedAsync(4);
        await Task.Delay(2000);

        Assert.InRange(receiver.All.Count, 4, 100);
    }

    [Fact] // Fails when each change between success and failure is logged.
    public async Task A_receiver_that_fails_now_and_then_is_logged_once()
    {
        await using var receiver = await WebhookReceiver.StartAsync(number => number % 2 == 0 ? 500 : 202);
        await using var service = await receiver.StartServiceAsync(("Outbox:Concurrency", "1"));
        await service.AddToOutboxAsync(count: 10);

        await service.OutboxIsEmptyAsync();

        Assert.Single(service.Log.All, line => line.Message.StartsWith("Webhooks cannot be delivered", StringComparison.Ordinal));
        Assert.InRange(service.Log.All.Count(line => line.Message == "Webhooks are delivered again."), 0, 1);
    }

    [Fact] // Fails when what a response sets goes with the next webhook, or a webhook follows a redirect.
    public async Task A_response_leads_no_webhook_elsewhere()
    {
        await using var receiver = await WebhookReceiver.StartAsync((number, context) =>
        {
            context.Response.Headers.SetCookie = "instance=1";
            context.Response.Headers.Location = "/elsewhere";
            return Task.FromResult(number == 1 ? 307 : 202);
        });
        await using var service = await receiver.StartServiceAsync();

        await service.AddToOutboxAsync();
        await service.OutboxIsEmptyAsync();

        Assert.Equal(2, receiver.All.Count);
        Assert.All(receiver.All, webhook => Assert.StartsWith("POST /v1/webhooks ", webhook.Operation, StringComparison.Ordinal));
        Assert.All(receiver.All, webhook => Assert.Equal("", webhook.Cookie));
    }

    [Fact] // Fails when the gauges count what is dead, or know another age.
    [Trait("Checklist", "metrics")]
    public async Task What_waits_is_measured()
    {
        await using var service = await Service.StartAsync(ownDatabase: true);
        using var measurements = new Measurements(service);
        await service.AddToOutboxAsync(count: 2, createdAt: DateTimeOffset.UtcNow.AddMinutes(-10));

        await service.Services.GetServices<IHostedService>().OfType<OutboxMeter>().Single().MeasureAsync(default);

        Assert.Contains(("outbox.pending", "{message}", 2, ""), measurements.All);
        var age = measurements.All.Single(measured => measured.Name == "outbox.oldest.age");
        Assert.Equal("s", age.Unit);
        Assert.InRange(age.Value, 600, 660);
    }
}
