namespace GoldenService.Worker;

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

/// <summary>
/// Claims messages that are due, as many as may be handled at once, and has each handled. What it holds when it ends without
/// a word is claimed again when the lease is over; what it writes for a message that it holds no more is dropped.
/// </summary>
internal sealed partial class MessageWorker(
    MessageSource source,
    MessageQueue queue,
    RetryPolicy retries,
    MessagesMetrics metrics,
    MessageTraces traces,
    IServiceScopeFactory scopes,
    IHostApplicationLifetime lifetime,
    IOptions<MessagesOptions> options,
    IOptions<ShutdownOptions> shutdown,
    TimeProvider time,
    ILogger<MessageWorker> logger) : BackgroundService
{
    // How much of the grace period handlers have; the rest is for giving back what they did not finish.
    private const double HandlersShare = 0.75;

    private readonly ConcurrentDictionary<Held, Task> held = new();
    private readonly SemaphoreSlim slots = new(options.Value.Concurrency);
    private readonly SemaphoreSlim outcomes = new(options.Value.Concurrency);
    private readonly CancellationTokenSource handlers = new();
    private readonly CancellationTokenSource heartbeats = new();
    private readonly TimeSpan lease = TimeSpan.FromSeconds(options.Value.LeaseSeconds);
    private readonly TimeSpan handlersTime = TimeSpan.FromSeconds(shutdown.Value.DrainSeconds + (shutdown.Value.GraceSeconds * HandlersShare));
    private readonly TimeSpan poll = TimeSpan.FromSeconds(options.Value.PollSeconds);
    private bool failing;

    /// <summary>Lets handlers finish, and gives back what they do not finish in time.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(held.Values).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await heartbeats.CancelAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _ = HeartbeatAsync();

        // From the first word of the stop on others may have what comes, and what has been claimed has the time until the end. It does not begin
        // when the host comes to the worker: requests may have used it up by then.
        using var told = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        using var stopping = new CancellationTokenSource();
        using var end = told.Token.Register(() =>
        {
            // In this order: what ends below takes the registration with it.
            handlers.CancelAfter(handlersTime);
            stopping.Cancel();
        });
        try
        {
            // What is claimed by a service that cannot start would wait for the end of its lease.
            var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var start = lifetime.ApplicationStarted.Register(started.SetResult);
            await started.Task.WaitAsync(stopping.Token);
            while (true)
            {
                await slots.WaitAsync(stopping.Token);
                if (!await ClaimAsync())
                {
                    await source.WaitAsync(poll, stopping.Token);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Nothing more is claimed.
        }
    }

    /// <summary>Claims as many messages as there are slots, one of which the caller has taken, and starts to handle them.</summary>
    /// <returns>Whether more may be due.</returns>
    private async Task<bool> ClaimAsync()
    {
        (Claim Claim, int Count)? wanted = null;
        var start = DateTimeOffset.UtcNow;
        List<MessageEntity> claimed;
        try
        {
            claimed = await source.ClaimAsync(() => wanted ??= (NewClaim(), slots.CurrentCount + 1));
            traces.Received(claimed, start);
            failing = false;
        }
        catch (Exception exception)
        {
            if (!failing)
            {
                LogNotClaimed(exception);
            }

            failing = true;
            claimed = [];
        }

        for (var more = claimed.Count; more > 1; more--)
        {
            slots.Wait(0, CancellationToken.None);
        }

        if (claimed.Count == 0)
        {
            slots.Release();
        }

        foreach (var message in claimed)
        {
            var one = new Held(message, CancellationTokenSource.CreateLinkedTokenSource(handlers.Token));
            held[one] = Task.CompletedTask;
            var task = Task.Run(() => RunAsync(one), CancellationToken.None);
            held.TryUpdate(one, task, Task.CompletedTask); // Unless it has ended already.
        }

        return claimed.Count > 0 && claimed.Count == wanted?.Count;
    }

    private Claim NewClaim()
    {
        var now = time.GetUtcNow();
        return new(Guid.CreateVersion7(), now, now + lease);
    }

    private async Task RunAsync(Held message)
    {
        try
        {
            var settlement = Forgo(message.Entity);
            using var activity = settlement is null ? traces.StartProcessing(message.Entity) : null;
            try
            {
                settlement ??= await HandleAsync(message.Entity, message.Cancellation);

                // The next one begins while this one is written, unless too many wait for that.
                await outcomes.WaitAsync(CancellationToken.None);
            }
            finally
            {
                slots.Release();
            }

            try
            {
                await SettleAsync(message.Entity, settlement);
            }
            finally
            {
                outcomes.Release();
            }
        }
        catch (Exception exception)
        {
            // The lease will end, and the message be claimed again.
            LogNotSettled(exception, message.Entity.Id);
        }
        finally
        {
#if (rabbitmq)
            await source.ReleaseAsync(message.Entity);
#endif
            held.TryRemove(message, out _);
            message.Cancellation.Dispose();
        }
    }

    /// <summary>What becomes of a message that there is no attempt at now, or null.</summary>
    private Settlement? Forgo(MessageEntity message)
    {
        if (message.LastError == Settlement.LeaseExpired)
        {
            metrics.LeaseExpired(message.Type);
            if (message.Attempts > options.Value.MaxAttempts)
            {
                // It may be what ended the processes that had it.
                return Dead(message, message.Attempts - 1, Settlement.LeaseExpired);
            }
        }

        if (message.Attempts > 1 && !retries.HasBudget())
        {
            metrics.Deferred(message.Type);
            return Pending(message, message.Attempts - 1, retries.Wait(message.Attempts), lastError: null);
        }

        return null;
    }

    private async Task<Settlement> HandleAsync(MessageEntity message, CancellationTokenSource cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        if (scope.ServiceProvider.GetKeyedService<IMessageHandler>(message.Type) is not { } handler)
        {
            // The service that accepted it may be a newer version, which will soon be here too.
            return Failed(message, "NoHandler");
        }

        var start = Stopwatch.GetTimestamp();
        try
        {
            cancellation.CancelAfter(TimeSpan.FromSeconds(options.Value.HandlerTimeoutSeconds));
            var effect = await handler.HandleAsync(new(message.Id, message.Source, message.Type, message.Body, message.ReceivedAt, message.Attempts), cancellation.Token);
            metrics.Processed(message.Type, Stopwatch.GetElapsedTime(start), exception: null);
            return new(message.Id, message.Lease!.Value, MessageState.Done, message.Attempts, time.GetUtcNow()) { Effect = effect };
        }
        catch (OperationCanceledException) when (handlers.IsCancellationRequested)
        {
            return Pending(message, message.Attempts - 1, TimeSpan.Zero, lastError: null);
        }
        catch (Exception exception)
        {
            metrics.Processed(message.Type, Stopwatch.GetElapsedTime(start), exception);
            return Failed(message, exception.GetType().ToString(), exception);
        }
        finally
        {
            cancellation.CancelAfter(Timeout.InfiniteTimeSpan); // Its time is over, and the lease holds until the outcome is written.
        }
    }

    private async Task SettleAsync(MessageEntity message, Settlement settlement)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                if (await queue.SettleAsync(settlement))
                {
                    Tell(message, settlement);
                }
                else
                {
                    metrics.LeaseLost(message.Type);
                    LogLeaseLost(message.Id);
                }

                return;
            }
            catch (Exception exception) when (Database.IsUnavailable(exception) && !handlers.IsCancellationRequested && Stopwatch.GetElapsedTime(start) < lease)
            {
                // What was done need not be done again when the database comes back soon.
                await Task.Delay(poll, handlers.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception exception) when (settlement.Effect is not null)
            {
                // It may be the effect that fails, however it looks.
                settlement = Failed(message, exception.GetType().ToString(), exception);
            }
        }
    }

    /// <summary>Tells of a failure, once it is what became of the message.</summary>
    private void Tell(MessageEntity message, Settlement settlement)
    {
        if (settlement.State == MessageState.Dead)
        {
            metrics.Died(message.Type);
            LogDead(settlement.Exception, message.Id, message.Type, settlement.Attempts, settlement.LastError);
        }
        else if (settlement.LastError is not null)
        {
            metrics.Retried(message.Type);
            LogFailed(settlement.Exception, message.Id, message.Type, settlement.Attempts, settlement.LastError, settlement.DueAt);
        }
    }

    private Settlement Failed(MessageEntity message, string error, Exception? exception = null)
    {
        Activity.Current?.SetStatus(ActivityStatusCode.Error);
        Activity.Current?.SetTag("error.type", error);
        var settlement = message.Attempts < options.Value.MaxAttempts
            ? Pending(message, message.Attempts, retries.Wait(message.Attempts), error)
            : Dead(message, message.Attempts, error);
        return settlement with { Exception = exception };
    }

    private Settlement Dead(MessageEntity message, int attempts, string error) =>
        new(message.Id, message.Lease!.Value, MessageState.Dead, attempts, time.GetUtcNow()) { LastError = error };

    private Settlement Pending(MessageEntity message, int attempts, TimeSpan wait, string? lastError) =>
        new(message.Id, message.Lease!.Value, MessageState.Pending, attempts, time.GetUtcNow() + wait) { LastError = lastError };

    /// <summary>
    /// Says of all that is held that it is, unless its handler was told to stop: one that goes on all the same would keep its message for ever.
    /// A handler whose message another process has claimed is told to stop.
    /// </summary>
    private async Task HeartbeatAsync()
    {
        using var timer = new PeriodicTimer(lease / 3, time);
        try
        {
            while (await timer.WaitForNextTickAsync(heartbeats.Token))
            {
                var until = time.GetUtcNow() + lease;
                await Task.WhenAll(held.Keys.Where(message => !message.Cancellation.IsCancellationRequested).Select(message => ExtendAsync(message, until)));
            }
        }
        catch (OperationCanceledException)
        {
            // Nothing is held any more.
        }
    }

    private async Task ExtendAsync(Held message, DateTimeOffset until)
    {
        try
        {
            if (!await queue.ExtendAsync(message.Entity, until))
            {
                await message.Cancellation.CancelAsync();
            }
        }
        catch (ObjectDisposedException)
        {
            // It was settled meanwhile.
        }
        catch (Exception exception)
        {
            LogNotExtended(exception, message.Entity.Id);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Message {MessageId}, {Type}, failed at attempt {Attempt} with {Error}; the next is due at {DueAt:O}.")]
    private partial void LogFailed(Exception? exception, Guid messageId, string type, int attempt, string error, DateTimeOffset dueAt);

    [LoggerMessage(LogLevel.Error, "Message {MessageId}, {Type}, failed at attempt {Attempt}, the last, with {Error}: it is a dead letter.")]
    private partial void LogDead(Exception? exception, Guid messageId, string type, int attempt, string? error);

    [LoggerMessage(LogLevel.Warning, "The outcome of message {MessageId} was dropped: its lease had ended, and another process has claimed it.")]
    private partial void LogLeaseLost(Guid messageId);

    [LoggerMessage(LogLevel.Debug, "The lease of message {MessageId} could not be extended.")]
    private partial void LogNotExtended(Exception exception, Guid messageId);

    [LoggerMessage(LogLevel.Error, "The outcome of message {MessageId} could not be written; it is handled again when its lease ends.")]
    private partial void LogNotSettled(Exception exception, Guid messageId);

    [LoggerMessage(LogLevel.Warning, "Messages cannot be claimed; it is tried again and again.")]
    private partial void LogNotClaimed(Exception exception);

    private sealed class Held(MessageEntity entity, CancellationTokenSource cancellation)
    {
        public MessageEntity Entity => entity;

        public CancellationTokenSource Cancellation => cancellation;
    }
}
