namespace GoldenService.Worker.Tests;

using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Xunit;

[Trait("Checklist", "work")]
[Collection(TestOrder.Waiting)]
public sealed class HandlingTests
{
    [Fact] // Fails when an attempt that failed is not repeated, or not under the same id.
    public async Task What_fails_is_tried_again_and_done_once()
    {
        var attempts = new ConcurrentQueue<(Guid Id, int Attempt)>();
        await using var failing = await StubHandler.StartServiceAsync((message, _) =>
        {
            attempts.Enqueue((message.Id, message.Attempt));
            return message.Attempt < 3 ? throw new TimeoutException("a secret") : Task.CompletedTask;
        });
        using var measurements = new Measurements(failing);

        var id = await failing.SendAsync();

        Assert.Equal(3, (await failing.UntilAsync(id, MessageState.Done)).Attempts);
        Assert.Equal([(id, 1), (id, 2), (id, 3)], attempts);
        Assert.Equal(1, await failing.EffectsAsync());
        Assert.Equal(2, measurements.All.Count(measured => measured.Name == "messages.retries"));
    }

    [Fact] // Fails when attempts have no end, the failure is not kept, or its message is.
    public async Task What_fails_at_every_attempt_is_a_dead_letter_until_it_is_requeued()
    {
        var isMended = false;
        await using var failing = await StubHandler.StartServiceAsync(
            (_, _) => isMended ? Task.CompletedTask : throw new TimeoutException("a secret"),
            new() { ["Messages:MaxAttempts"] = "3" });
        using var measurements = new Measurements(failing);
        var id = await failing.SendAsync();
        await failing.UntilAsync(id, MessageState.Dead);

        var letter = Assert.Single((await failing.DeadLetters.ListDeadLettersAsync()).Result.DeadLetters);
        Assert.Equal((id, Signatures.Source, Examples.Type, 3, "System.TimeoutException"), (letter.MessageId, letter.Source, letter.Type, letter.Attempts, letter.LastError));
        Assert.Matches("^[0-9a-f]{32}$", letter.TraceId);
        Assert.InRange(letter.DiedAt, letter.ReceivedAt, DateTimeOffset.UtcNow);
        Assert.Equal(("{message}", $"message.type={Examples.Type}"), await measurements.FirstAsync("messages.dead"));
        Assert.Equal(letter.TraceId, Assert.Single(failing.Log.All, line => line.Level == LogLevel.Error).TraceId);

        isMended = true;
        Assert.Equal(204, (await failing.DeadLetters.RequeueDeadLetterAsync(id)).StatusCode);

        Assert.Equal(1, (await failing.UntilAsync(id, MessageState.Done)).Attempts);
        Assert.Equal(1, await failing.EffectsAsync());
        Assert.Empty((await failing.DeadLetters.ListDeadLettersAsync()).Result.DeadLetters);
    }

    [Fact] // Fails when a message that fails keeps its slot, or its place at the head of the queue.
    public async Task A_message_that_always_fails_blocks_no_other()
    {
        await using var failing = await StubHandler.StartServiceAsync(
            (message, _) => System.Text.Encoding.UTF8.GetString(message.Body.Span).Contains("poison", StringComparison.Ordinal) ? throw new TimeoutException() : Task.CompletedTask,
            new() { ["Messages:Concurrency"] = "1", ["Messages:MaxAttempts"] = "100" });

        var poison = await failing.SendAsync("poison");
        var others = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => failing.SendAsync()));

        await Wait.Until(async () => await failing.EffectsAsync() == others.Length, 20, "Other messages are not handled.");
        Assert.NotEqual(MessageState.Done, (await failing.MessageAsync(poison)).State);
    }

    [Theory] // Fails when one effect that the database refuses takes the others of its group commit with it, counts as done, or is tried without end.
    [InlineData($"INSERT INTO {Examples.EffectTable} (message_id) VALUES (NULL)")]
    [InlineData("DROP TABLE nowhere")] // It looks as if the database were of no use to anybody.
    public async Task An_effect_that_cannot_be_committed_fails_alone(string sql)
    {
        await using var failing = await StubHandler.StartServiceAsync(
            (message, _) => Task.FromResult<Effect?>(System.Text.Encoding.UTF8.GetString(message.Body.Span).Contains("poison", StringComparison.Ordinal)
                ? (db, cancellationToken) => db.Database.ExecuteSqlRawAsync(sql, cancellationToken)
                : null),
            new() { ["Messages:MaxAttempts"] = "1", ["Messages:LeaseSeconds"] = "5" });

        var all = await Task.WhenAll(Enumerable.Range(0, 40).Select(n => failing.SendAsync(n == 20 ? "poison" : "acme")));

        Assert.EndsWith("Exception", (await failing.UntilAsync(all[20], MessageState.Dead)).LastError, StringComparison.Ordinal);
        await Wait.Until(async () => await failing.EffectsAsync() == 39, 20, "Other messages are not handled.");
    }

    [Fact] // Fails when messages are claimed though the outcomes of those before cannot be written.
    public async Task No_more_messages_are_claimed_than_can_be_settled()
    {
        await using var failing = await StubHandler.StartServiceAsync(
            (_, _) => Task.FromResult<Effect?>((db, cancellationToken) => db.Database.ExecuteSqlAsync($"DROP TABLE nowhere", cancellationToken)),
            new() { ["Messages:Concurrency"] = "2" });

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => failing.SendAsync()));
        await Task.Delay(500);

        Assert.InRange(await failing.WithDatabase(db => db.Messages.CountAsync(message => message.Lease != null)), 2, 4);
    }

    [Fact] // Fails when a handler that hangs keeps its slot for ever.
    public async Task An_attempt_that_takes_too_long_has_failed()
    {
        await using var hanging = await StubHandler.StartServiceAsync(
            (_, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken),
            new() { ["Messages:HandlerTimeoutSeconds"] = "0.1", ["Messages:MaxAttempts"] = "1" });

        var id = await hanging.SendAsync();

        Assert.Equal("System.Threading.Tasks.TaskCanceledException", (await hanging.UntilAsync(id, MessageState.Dead)).LastError);
    }

    [Fact] // Fails when what an older version cannot handle yet is dead at once, is tried again and again, or dies without a word.
    public async Task A_message_without_a_handler_is_tried_again_and_then_a_dead_letter()
    {
        await using var old = await StubHandler.StartServiceAsync((_, _) => Task.CompletedTask, new() { ["Messages:MaxAttempts"] = "3" });

        var id = await old.AddAsync(type: "unknown");

        var dead = await old.UntilAsync(id, MessageState.Dead);
        Assert.Equal((3, "NoHandler"), (dead.Attempts, dead.LastError));
        await Wait.Until(() => old.Log.All.Any(line => line.Message == $"Message {id}, unknown, failed at attempt 3, the last, with NoHandler: it is a dead letter."), seconds: 10, "Nobody is told.");
    }

    [Fact] // Fails when more handlers run at once, or fewer.
    public async Task As_many_handlers_run_at_once_as_the_setting_says()
    {
        int running = 0, most = 0;
        await using var slow = await StubHandler.StartServiceAsync(
            async (_, cancellationToken) =>
            {
                InterlockedMax(ref most, Interlocked.Increment(ref running));
                await Task.Delay(20, cancellationToken);
                Interlocked.Decrement(ref running);
            },
            new() { ["Messages:Concurrency"] = "4" });

        await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => slow.SendAsync()));

        await Wait.Until(async () => await slow.EffectsAsync() == 60, 20, "Messages are not handled.");
        Assert.Equal(4, most);
    }

    [Fact] // Fails when retries have no budget, or one that waits for it counts as an attempt.
    public async Task Retries_beyond_the_budget_wait_and_do_not_count()
    {
        var runs = 0;
        await using var failing = await StubHandler.StartServiceAsync(
            (_, _) =>
            {
                Interlocked.Increment(ref runs);
                throw new TimeoutException();
            },
            new() { ["Messages:RetriesPerSecond"] = "1", ["Messages:MaxAttempts"] = "100" });
        using var measurements = new Measurements(failing);

        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => failing.SendAsync()));
        await Wait.Until(() => measurements.All.Count(measured => measured.Name == "messages.retries.deferred") > 20, 20, "No attempt waits for the budget.");

        // Twenty first attempts, a full bucket of ten, and what has come into it since.
        Assert.InRange(runs, 30, 31 + Stopwatch.GetElapsedTime(start).TotalSeconds);
        await failing.StopWorkerAsync();
        Assert.Equal(runs, await failing.WithDatabase(db => db.Messages.SumAsync(message => message.Attempts)));
    }

    private static void InterlockedMax(ref int location, int value)
    {
        for (var old = location; old < value; old = location)
        {
            Interlocked.CompareExchange(ref location, value, old);
        }
    }
}
