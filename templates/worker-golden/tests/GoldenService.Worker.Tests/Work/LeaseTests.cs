namespace GoldenService.Worker.Tests;

using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

[Trait("Checklist", "work")]
[Collection(TestOrder.Waiting)]
public sealed class LeaseTests(Service service)
{
    [Theory] // Fails when what is written is not guarded by the lease, or a failure is told of that nothing became of.
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_another_process_has_claimed_meanwhile_has_no_effect(bool fails)
    {
        var (started, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var losing = await StubHandler.StartServiceAsync(
            async (_, _) =>
            {
                started.TrySetResult();
                await go.Task;
                _ = fails ? throw new TimeoutException() : true;
            },
            new() { ["Messages:MaxAttempts"] = "1" });
        using var measurements = new Measurements(losing);
        var id = await losing.SendAsync();
        await started.Task;
        var (other, until) = (Guid.NewGuid(), DateTimeOffset.UtcNow.AddMinutes(1));
        await losing.WithDatabase(db => db.Messages.ExecuteUpdateAsync(message => message.SetProperty(m => m.Lease, other).SetProperty(m => m.DueAt, until)));

        go.SetResult();

        Assert.Equal(("{message}", $"message.type={Examples.Type}"), await measurements.FirstAsync("messages.leases.lost"));
        var message = await losing.MessageAsync(id);
        Assert.Equal((MessageState.Pending, other), (message.State, message.Lease));
        Assert.Equal(0, await losing.EffectsAsync());
        Assert.DoesNotContain(measurements.All, measured => measured.Name == "messages.dead");
        Assert.DoesNotContain(losing.Log.All, line => line.Level == LogLevel.Error);
    }

    [Fact] // Fails when nobody tells the handler that its work is in vain.
    public async Task A_handler_whose_message_another_process_has_claimed_is_told_to_stop()
    {
        var (started, told) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var losing = await StubHandler.StartServiceAsync(
            async (_, cancellationToken) =>
            {
                started.TrySetResult();
                cancellationToken.Register(() => told.TrySetResult());
                await Task.Delay(Timeout.Infinite, cancellationToken);
            },
            new() { ["Messages:LeaseSeconds"] = "0.5", ["Messages:HandlerTimeoutSeconds"] = "60" });
        await losing.SendAsync();
        await started.Task;

        var until = DateTimeOffset.UtcNow.AddMinutes(1);
        await losing.WithDatabase(db => db.Messages.ExecuteUpdateAsync(message => message.SetProperty(m => m.Lease, Guid.NewGuid()).SetProperty(m => m.DueAt, until)));

        await told.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact] // Fails when a lease is not extended while the handler runs.
    public async Task A_handler_may_take_longer_than_a_lease()
    {
        var runs = 0;
        await using var slow = await StubHandler.StartServiceAsync(
            (_, cancellationToken) =>
            {
                Interlocked.Increment(ref runs);
                return Task.Delay(7000, cancellationToken);
            },
            new() { ["Messages:LeaseSeconds"] = "3" });

        var message = await slow.UntilAsync(await slow.SendAsync(), MessageState.Done);

        Assert.Equal((1, 1), (runs, message.Attempts));
    }

    [Fact] // Fails when a handler that ignores that its time is over keeps its message for ever.
    public async Task A_message_whose_handler_does_not_stop_is_claimed_again()
    {
        var stuck = new TaskCompletionSource();
        await using var hanging = await StubHandler.StartServiceAsync(
            (message, _) => message.Attempt == 1 ? stuck.Task : Task.CompletedTask,
            new() { ["Messages:LeaseSeconds"] = "3", ["Messages:HandlerTimeoutSeconds"] = "0.5" });

        var id = await hanging.SendAsync();

        Assert.Equal(2, (await hanging.UntilAsync(id, MessageState.Done)).Attempts);
        stuck.SetResult();
    }

    [Fact] // Fails when the time of a handler goes on when it has ended, and a lease that is not extended ends with it.
    public async Task What_waits_to_be_settled_keeps_its_lease()
    {
        await using var failing = await StubHandler.StartServiceAsync(
            (_, _) => Task.FromResult<Effect?>((db, cancellationToken) => db.Database.ExecuteSqlAsync($"DROP TABLE nowhere", cancellationToken)),
            new() { ["Messages:Concurrency"] = "1", ["Messages:MaxAttempts"] = "1", ["Messages:LeaseSeconds"] = "2", ["Messages:HandlerTimeoutSeconds"] = "0.1" });

        // The first takes as long as a lease until it is given up, and the second waits for it.
        foreach (var id in await Task.WhenAll(failing.SendAsync(), failing.SendAsync()))
        {
            Assert.EndsWith("Exception", (await failing.UntilAsync(id, MessageState.Dead)).LastError, StringComparison.Ordinal);
        }
    }

    [Fact] // Fails when what a process held when it ended is never claimed again, or an attempt of its is forgotten.
    public async Task What_a_process_held_that_ended_is_handled_when_the_lease_is_over()
    {
        await using var next = await Service.StartAsync();
        using var measurements = new Measurements(next);
        var held = await next.AddAsync(message => (message.Lease, message.Attempts, message.DueAt) = (Guid.NewGuid(), 1, DateTimeOffset.UtcNow.AddSeconds(1.5)));

        await Task.Delay(500);
        Assert.Equal(MessageState.Pending, (await next.MessageAsync(held)).State);

        Assert.Equal(2, (await next.UntilAsync(held, MessageState.Done)).Attempts);
        Assert.Equal(("{message}", $"message.type={Examples.Type}"), await measurements.FirstAsync("messages.leases.expired"));
    }

    [Fact] // Fails when a message that ends each process that handles it goes on to do so.
    public async Task A_message_whose_lease_ended_at_every_attempt_is_a_dead_letter()
    {
        var id = await service.AddAsync(message => (message.Lease, message.Attempts) = (Guid.NewGuid(), 10));

        var dead = await service.UntilAsync(id, MessageState.Dead);

        Assert.Equal((10, "LeaseExpired"), (dead.Attempts, dead.LastError));
        await Wait.Until(() => service.Log.All.Any(line => line.Message == $"Message {id}, {Examples.Type}, failed at attempt 10, the last, with LeaseExpired: it is a dead letter."), seconds: 10, "Nobody is told.");
    }

    [Fact] // Fails when a service that may not come to run, because its port is busy, holds messages.
    public async Task Nothing_is_claimed_before_the_service_has_started()
    {
        await using var first = await Queue.StartWithoutWorkerAsync();
        var id = await first.AddAsync();
        var slow = new SlowStart();
        var starting = Task.Run(() => Service.StartAsync(
            settings: new() { ["ConnectionStrings:Database"] = first.Database.ConnectionString },
            replace: services => services.AddHostedService(_ => slow)));

        await slow.Reached.Task;
        await Task.Delay(500);
        Assert.Equal(0, (await first.MessageAsync(id)).Attempts);

        slow.Go.SetResult();
        await using var next = await starting;
        await next.UntilAsync(id, MessageState.Done);
    }

    [Fact] // Fails when two processes can claim the same message.
    public async Task Two_instances_share_the_messages_and_handle_each_once()
    {
        var handled = new ConcurrentQueue<Guid>();
        Func<Message, CancellationToken, Task> note = async (message, _) =>
        {
            handled.Enqueue(message.Id);
            await Task.Delay(5, CancellationToken.None);
        };
        await using var first = await StubHandler.StartServiceAsync(note, new() { ["Messages:Concurrency"] = "4" });
        await using var second = await StubHandler.StartServiceAsync(note, new() { ["Messages:Concurrency"] = "4", ["ConnectionStrings:Database"] = first.Database.ConnectionString });

        var sent = await Task.WhenAll(Enumerable.Range(0, 200).Select(n => (n % 2 == 0 ? first : second).SendAsync()));

        await Wait.Until(async () => await first.EffectsAsync() == sent.Length, 30, "Messages are not handled.");
        Assert.Equal(sent.Order(), handled.Order());
        Assert.Equal(sent.Length, await first.WithDatabase(db => db.Messages.SumAsync(message => message.Attempts)));
    }

    /// <summary>Holds up the start when all that starts before has started.</summary>
    private sealed class SlowStart : IHostedService
    {
        public TaskCompletionSource Reached { get; } = new();

        public TaskCompletionSource Go { get; } = new();

        public Task StartAsync(CancellationToken cancellationToken)
        {
            Reached.SetResult();
            return Go.Task;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
