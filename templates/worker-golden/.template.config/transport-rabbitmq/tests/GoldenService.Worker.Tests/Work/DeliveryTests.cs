namespace GoldenService.Worker.Tests;

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Xunit;

public sealed class DeliveryTests(Service service)
{
    [Fact] // Fails when a delivery of what is done is claimed, or not acknowledged.
    public async Task A_message_that_is_done_and_delivered_again_is_acknowledged_and_nothing_else()
    {
        var runs = 0;
        await using var counting = await StubHandler.StartServiceAsync((_, _) => Task.FromResult(Interlocked.Increment(ref runs)), new() { ["Messages:Concurrency"] = "2" });
        var id = await counting.SendAsync();
        await counting.UntilAsync(id, MessageState.Done);

        // More than are delivered without an acknowledgement; and the queue keeps their order.
        await TestBroker.PublishAsync(TestBroker.QueueOf(counting), id.ToString(), times: 20);
        await counting.UntilAsync(await counting.SendAsync(), MessageState.Done);

        Assert.Equal((2, 1, 2), (runs, (await counting.MessageAsync(id)).Attempts, await counting.EffectsAsync()));
        Assert.Equal(0u, await TestBroker.CountAsync(TestBroker.QueueOf(counting)));
    }

    [Fact] // Fails when a delivery makes an attempt before its time.
    public async Task A_message_that_waits_for_its_next_attempt_is_not_handled_when_it_is_delivered()
    {
        var id = await service.AddAsync(message => (message.Attempts, message.DueAt) = (1, DateTimeOffset.UtcNow.AddHours(1)));

        await TestBroker.PublishAsync(TestBroker.QueueOf(service), id.ToString());
        await service.UntilAsync(await service.SendAsync(), MessageState.Done);

        var message = await service.MessageAsync(id);
        Assert.Equal((MessageState.Pending, 1), (message.State, message.Attempts));
    }

    [Fact] // Fails when what is taken back is what was there at first: a message that was done meanwhile would be done again.
    public async Task What_another_process_does_meanwhile_is_not_taken_back()
    {
        var id = await service.AddAsync(message => message.State = MessageState.Queued);
        await service.WithDatabase(db => db.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            await db.Messages.Where(message => message.Id == id).ExecuteUpdateAsync(message => message.SetProperty(m => m.State, MessageState.Done));
            var taken = Task.Run(() => service.WithDatabase(other => other.TakeBackAsync(DateTimeOffset.UtcNow.AddMinutes(1), count: 256, CancellationToken.None)));
            await Task.Delay(500); // It has seen the message, and waits.
            await transaction.CommitAsync();
            return await taken;
        }));

        Assert.Equal(MessageState.Done, (await service.MessageAsync(id)).State);
    }

    [Fact] // Fails when what is no id ends the deliveries, or is thrown away.
    public async Task What_is_no_message_goes_to_the_dead_queue()
    {
        await using var alone = await Service.StartAsync();
        await alone.UntilAsync(await alone.SendAsync(), MessageState.Done);

        await TestBroker.PublishAsync(TestBroker.QueueOf(alone), "nonsense", times: 3);

        await Wait.Until(async () => await TestBroker.CountAsync($"{TestBroker.QueueOf(alone)}.dead") == 3, 10, "It is not in the dead queue.");
        await alone.UntilAsync(await alone.SendAsync(), MessageState.Done);
    }

    [Fact] // Fails when a lost connection ends the handler, has another begin, or the new delivery is not acknowledged.
    public async Task A_message_whose_connection_breaks_while_it_is_handled_is_done_once()
    {
        using var proxy = new BrokerProxy();
        var runs = 0;
        var (started, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var cut = await StubHandler.StartServiceAsync(
            (_, _) =>
            {
                Interlocked.Increment(ref runs);
                started.TrySetResult();
                return go.Task;
            },
            new() { ["RabbitMq:Uri"] = proxy.Uri, ["Messages:Concurrency"] = "1" });
        var id = await cut.SendAsync();
        await started.Task;

        proxy.Cut();
        await Task.Delay(3000); // It connects again, and the message is delivered again.
        go.SetResult();

        Assert.Equal((1, null), ((await cut.UntilAsync(id, MessageState.Done)).Attempts, (await cut.MessageAsync(id)).LastError));

        // There is room for one delivery: the next would not come if that were not acknowledged.
        await cut.UntilAsync(await cut.SendAsync(), MessageState.Done);
        Assert.Equal((2, 2), (runs, await cut.EffectsAsync()));
    }

    [Fact] // Fails when a delivery to another process waits for the lease of one that is no more there, or both have an effect.
    public async Task What_a_process_had_that_lost_the_broker_another_does_at_once_and_its_outcome_is_dropped()
    {
        using var proxy = new BrokerProxy();
        var (started, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var lost = await StubHandler.StartServiceAsync(
            (_, _) =>
            {
                started.TrySetResult();
                return go.Task;
            },
            new() { ["RabbitMq:Uri"] = proxy.Uri });
        using var measurements = new Measurements(lost);
        var id = await lost.SendAsync();
        await started.Task;

        proxy.GoAway();
        await using var other = await StubHandler.StartServiceAsync((_, _) => Task.CompletedTask, new() { ["ConnectionStrings:Database"] = lost.Database.ConnectionString });
        Assert.Equal(2, (await other.UntilAsync(id, MessageState.Done)).Attempts);
        go.SetResult();

        Assert.Equal(("{message}", $"message.type={Examples.Type}"), await measurements.FirstAsync("messages.leases.lost"));
        Assert.Equal(1, await lost.EffectsAsync());
    }

    [Fact] // Fails when what a lost connection had brought is begun: the broker may have given it to another by then.
    public async Task What_a_lost_connection_had_brought_waits_for_the_next()
    {
        using var proxy = new BrokerProxy();
        var go = new TaskCompletionSource();
        await using var busy = await StartAsync(proxy, () => go.Task);
        var (first, next) = await BeBusyAsync(busy, proxy);

        proxy.GoAway();
        await Wait.Until(async () => await TestBroker.CountAsync(TestBroker.QueueOf(busy)) == 1, 20, "The broker does not see that the connection is lost.");
        go.SetResult();
        await busy.UntilAsync(first, MessageState.Done);
        await Task.Delay(500, TestContext.Current.CancellationToken); // There is room for the next one.
        Assert.Equal(MessageState.Queued, (await busy.MessageAsync(next)).State);

        proxy.ComeBack();
        await busy.UntilAsync(next, MessageState.Done);
    }

    [Fact] // Fails when what a process has not begun waits until its handlers have finished.
    public async Task What_was_brought_and_not_begun_is_given_back_at_the_first_word_of_a_stop()
    {
        using var proxy = new BrokerProxy();
        var go = new TaskCompletionSource();
        await using var busy = await StartAsync(proxy, () => go.Task);
        await BeBusyAsync(busy, proxy);

        Stop(busy);

        await Wait.Until(async () => await TestBroker.CountAsync(TestBroker.QueueOf(busy)) == 1, 20, "It is not given back.");
        go.SetResult();
    }

    [Fact] // Fails when the broker still delivers to a process that stops.
    public async Task From_the_first_word_of_a_stop_on_others_have_what_comes()
    {
        var (started, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var stopping = await StubHandler.StartServiceAsync(
            (_, _) =>
            {
                started.TrySetResult();
                return go.Task;
            },
            new() { ["Shutdown:GraceSeconds"] = "60" }); // The stop outlasts the test.
        await stopping.SendAsync();
        await started.Task;
        await using var other = await StubHandler.StartServiceAsync((_, _) => Task.CompletedTask, new() { ["ConnectionStrings:Database"] = stopping.Database.ConnectionString });

        Stop(stopping);

        foreach (var id in await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => other.SendAsync())))
        {
            await other.UntilAsync(id, MessageState.Done);
        }

        go.SetResult();
    }

    [Fact] // Fails when a process has more delivered than it may handle at once.
    public async Task What_a_process_has_no_room_for_others_have()
    {
        var (started, go) = (new CountdownEvent(2), new TaskCompletionSource());
        await using var busy = await StubHandler.StartServiceAsync(
            (_, _) =>
            {
                started.Signal();
                return go.Task;
            },
            new() { ["Messages:Concurrency"] = "2" });
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => busy.SendAsync()));
        await Wait.Until(() => started.IsSet, 20, "Nothing is handled.");
        await Wait.Until(async () => await busy.WithDatabase(db => db.Messages.CountAsync(message => message.State == MessageState.Queued)) == 8, 20, "Not all were handed over.");

        await using var other = await StubHandler.StartServiceAsync((_, _) => Task.CompletedTask, new() { ["ConnectionStrings:Database"] = busy.Database.ConnectionString });

        await Wait.Until(async () => await other.EffectsAsync() == 8, 20, "The other does not have what there is no room for.");
        go.SetResult();
    }

    [Fact] // Fails when a delivery is acknowledged before its effect is committed.
    public async Task A_message_is_the_brokers_until_its_effect_is_committed()
    {
        using var proxy = new BrokerProxy();
        var (started, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var committing = await StubHandler.StartServiceAsync(
            (message, _) => Task.FromResult<Effect?>(async (db, cancellationToken) =>
            {
                started.TrySetResult();
                await go.Task;
                await StubHandler.Write(message.Id)(db, cancellationToken);
            }),
            new() { ["RabbitMq:Uri"] = proxy.Uri });
        var id = await committing.SendAsync();
        await started.Task;

        await Task.Delay(500, TestContext.Current.CancellationToken); // An acknowledgement would have arrived by then.
        proxy.GoAway();
        await Wait.Until(async () => await TestBroker.CountAsync(TestBroker.QueueOf(committing)) == 1, 20, "The broker does not have it any more.");

        go.SetResult();
        await committing.UntilAsync(id, MessageState.Done);
        proxy.ComeBack();
        await Wait.Until(async () => await TestBroker.CountAsync(TestBroker.QueueOf(committing)) == 0, 20, "It is not delivered again.");
        Assert.Equal((1, 1), ((await committing.MessageAsync(id)).Attempts, await committing.EffectsAsync()));
    }

    [Fact] // Fails when intake waits for the broker or needs it, or what came meanwhile is forgotten or done twice.
    public async Task While_the_broker_is_away_webhooks_are_accepted_and_are_worked_off_when_it_is_back()
    {
        using var proxy = new BrokerProxy(isAway: true);
        var handled = new ConcurrentQueue<Guid>();
        await using var patient = await StubHandler.StartServiceAsync(
            (message, _) =>
            {
                handled.Enqueue(message.Id);
                return Task.CompletedTask;
            },
            new() { ["RabbitMq:Uri"] = proxy.Uri });

        var sent = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => patient.SendAsync()));
        Assert.Empty(handled);
        proxy.ComeBack();
        await Wait.Until(async () => await patient.EffectsAsync() == 50, 20, "Messages are not handled.");

        proxy.GoAway();
        var more = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => patient.SendAsync()));
        proxy.ComeBack();
        await Wait.Until(async () => await patient.EffectsAsync() == 100, 20, "Messages are not handled.");
        Assert.Equal(sent.Concat(more).Order(), handled.Order());
    }

    [Fact] // Fails when what the broker was to have and does not have is never looked for.
    public async Task What_the_broker_has_lost_is_handed_over_again()
    {
        await using var looking = await StubHandler.StartServiceAsync((_, _) => Task.CompletedTask, new() { ["Messages:LeaseSeconds"] = "1" });

        var id = await looking.AddAsync(message => message.State = MessageState.Queued);

        Assert.Equal(1, (await looking.UntilAsync(id, MessageState.Done)).Attempts);
    }

    [Fact] // Fails when what only waits long is handed over again and again.
    public async Task What_waits_at_the_broker_for_longer_than_a_lease_is_handed_over_once()
    {
        await using var idle = await Queue.StartWithoutWorkerAsync(new() { ["Messages:LeaseSeconds"] = "0.5", ["Messages:PollSeconds"] = "0.02" });
        await idle.SendAsync();
        await Wait.Until(async () => await TestBroker.CountAsync(TestBroker.QueueOf(idle)) == 1, 10, "The message is not in the queue.");

        await Task.Delay(2000, TestContext.Current.CancellationToken);

        Assert.Equal(1u, await TestBroker.CountAsync(TestBroker.QueueOf(idle)));
    }

    [Fact] // Fails when a message that the broker cannot place counts as handed over, or the queue is not made anew.
    public async Task A_queue_that_was_removed_is_made_anew_and_nothing_is_lost()
    {
        await using var alone = await StubHandler.StartServiceAsync((_, _) => Task.CompletedTask);
        await alone.UntilAsync(await alone.SendAsync(), MessageState.Done);

        await TestBroker.RemoveAsync(TestBroker.QueueOf(alone));
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => alone.SendAsync()));

        await Wait.Until(async () => await alone.EffectsAsync() == 11, 20, "Messages are not handled.");
    }

    [Fact] // Fails when messages would be lost with a node of the broker, or what cannot be handled would be dropped.
    public async Task The_queue_is_durable_and_of_the_kind_that_the_setting_says()
    {
        await using var classic = await Service.StartAsync(settings: new() { ["RabbitMq:QueueType"] = "classic" });
        await classic.UntilAsync(await classic.SendAsync(), MessageState.Done);
        await service.UntilAsync(await service.SendAsync(), MessageState.Done);

        await AssertAre(service, "quorum", new() { ["x-delivery-limit"] = 20 });
        await AssertAre(classic, "classic", []);
        await Assert.ThrowsAsync<OperationInterruptedException>(() => AssertAre(service, "classic", []));

        // The broker refuses to declare a queue anew that is another.
        static Task AssertAre(Service service, string type, Dictionary<string, object?> arguments) => TestBroker.WithChannel(async channel =>
        {
            var queue = TestBroker.QueueOf(service);
            await channel.QueueDeclareAsync($"{queue}.dead", durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = type });
            return await channel.QueueDeclareAsync(
                queue,
                durable: true,
                exclusive: false,
                autoDelete: false,
                new Dictionary<string, object?>(arguments) { ["x-queue-type"] = type, ["x-dead-letter-exchange"] = "", ["x-dead-letter-routing-key"] = $"{queue}.dead" });
        });
    }

    [Fact] // Fails when a message says nothing of the trace that it belongs to, or would not survive the broker's end.
    public async Task A_message_in_the_queue_is_its_id_with_the_trace_of_the_request()
    {
        await using var idle = await Queue.StartWithoutWorkerAsync();
        using var spans = new Spans();
        await idle.Send("POST", "/v1/webhooks", System.Text.Encoding.UTF8.GetBytes(Examples.WebhookJson), headers: spans.Header);
        await Wait.Until(async () => await TestBroker.CountAsync(TestBroker.QueueOf(idle)) == 1, 10, "The message is not in the queue.");

        var (id, properties) = await TestBroker.WithChannel(async channel =>
        {
            var message = await channel.BasicGetAsync(TestBroker.QueueOf(idle), autoAck: true);
            return (System.Text.Encoding.UTF8.GetString(message!.Body.Span), message.BasicProperties);
        });

        Assert.Equal(MessageState.Queued, (await idle.MessageAsync(Guid.Parse(id))).State);
        Assert.Equal((id, DeliveryModes.Persistent), (properties.MessageId, properties.DeliveryMode));
        await Wait.Until(() => spans.All.Any(span => span.Kind == ActivityKind.Producer), 10, "Handing over is no span.");
        Assert.Equal(spans.All.Single(span => span.Kind == ActivityKind.Producer).Id, System.Text.Encoding.UTF8.GetString((byte[])properties.Headers!["traceparent"]!));
    }

    /// <summary>Starts a service that has room for one message.</summary>
    private static Task<Service> StartAsync(BrokerProxy proxy, Func<Task> handle) =>
        StubHandler.StartServiceAsync((_, _) => handle(), new() { ["RabbitMq:Uri"] = proxy.Uri, ["Messages:Concurrency"] = "1" });

    /// <summary>Has a service handle a message, and another one delivered, which it has no room for: the broker has lost the first meanwhile.</summary>
    private static async Task<(Guid First, Guid Next)> BeBusyAsync(Service busy, BrokerProxy proxy)
    {
        var queue = TestBroker.QueueOf(busy);
        var first = await busy.SendAsync();
        await Wait.Until(async () => (await busy.MessageAsync(first)).Lease is not null, 20, "The first message is not handled.");
        proxy.GoAway();
        await Wait.Until(async () => await TestBroker.WithChannel(async channel => await channel.BasicGetAsync(queue, autoAck: true)) is not null, 10, "The broker still waits for the first message.");
        var next = await busy.AddAsync(message => message.State = MessageState.Queued);
        await TestBroker.PublishAsync(queue, next.ToString());
        proxy.ComeBack();
        await Wait.Until(async () => await TestBroker.CountAsync(queue) == 0, 20, "The next message is not delivered.");
        return (first, next);
    }

    private static void Stop(Service service) => service.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
}
