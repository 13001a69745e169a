namespace GoldenService.Api;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

/// <summary>The claim that leases messages, from when, until when.</summary>
internal readonly record struct OutboxClaim(Guid Lease, DateTimeOffset Now, DateTimeOffset Until);

/// <summary>
/// Delivers what is in the outbox: leases what is due, the first of each key, sends all of it at once, and stores what became of it in one
/// transaction. A message is deleted after it was delivered, so it is never lost; one that was delivered and not deleted, because the process
/// ended, is delivered again under the same id.
/// </summary>
internal sealed partial class OutboxDispatcher(
    IServiceScopeFactory scopes,
    Signal signal,
    OutboxSender sender,
    WebhookTarget target,
    OutboxMetrics metrics,
    IHostApplicationLifetime lifetime,
    IOptions<OutboxOptions> options,
    IOptions<ShutdownOptions> shutdown,
    TimeProvider time,
    ILogger<OutboxDispatcher> logger) : BackgroundService
{
    // How much of the grace period deliveries have; the rest is for giving back what was broken off.
    private const double DeliveriesShare = 0.75;

    // The longest pause after batches that failed: new messages wait for it when the receiver is back.
    private const double MaxPauseSeconds = 10;

    private static readonly TimeSpan WarningInterval = TimeSpan.FromMinutes(1);

    private readonly TimeSpan lease = TimeSpan.FromSeconds(options.Value.LeaseSeconds);
    private readonly TimeSpan poll = TimeSpan.FromSeconds(options.Value.PollSeconds);
    private readonly TimeSpan giveUp = TimeSpan.FromHours(options.Value.GiveUpHours);
    private DateTimeOffset pausedUntil;
    private DateTimeOffset noWarningUntil;
    private int failedBatches;
    private bool unavailable;
    private bool failing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        using var deliveries = new CancellationTokenSource();
        using var end = stopping.Token.Register(() => deliveries.CancelAfter(TimeSpan.FromSeconds(shutdown.Value.DrainSeconds + (shutdown.Value.GraceSeconds * DeliveriesShare))));
        try
        {
            // What is claimed by a service that cannot start would wait for the end of its lease.
            var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var start = lifetime.ApplicationStarted.Register(started.SetResult);
            await started.Task.WaitAsync(stopping.Token);
            while (options.Value.Concurrency > 0)
            {
                if (!await TryDeliverAsync(deliveries.Token))
                {
                    await signal.WaitAsync(poll, stopping.Token);
                }

                stopping.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Nothing more is claimed.
        }
    }

    /// <returns>Whether more may be due.</returns>
    private async Task<bool> TryDeliverAsync(CancellationToken cancellationToken)
    {
        if (target.Current is not { } endpoint || time.GetUtcNow() < pausedUntil)
        {
            return false;
        }

        try
        {
            var claimed = await ClaimAsync();
            var sent = await Task.WhenAll(claimed.Select(message => sender.SendAsync(endpoint, message, cancellationToken)));
            if (sent.Length > 0)
            {
                var now = time.GetUtcNow();
                Attempt[] attempts = [.. sent.Select(attempt => attempt with { IsDead = attempt.Error is not null && now - attempt.Message.CreatedAt >= giveUp })];
                pausedUntil = now + Pause(attempts);
                var settled = await SettleAsync(attempts, now);
                if (settled < attempts.Length)
                {
                    LogLeaseLost(attempts.Length - settled);
                }

                Report(attempts, now);
            }

            unavailable = false;
            return claimed.Count > 0;
        }
        catch (Exception exception)
        {
            if (!unavailable)
            {
                LogUnavailable(exception);
            }

            unavailable = true;
            return false;
        }
    }

    private Task<List<OutboxMessageEntity>> ClaimAsync() => TransactAsync(db =>
    {
        var now = time.GetUtcNow();
        return db.ClaimAsync(new(Guid.CreateVersion7(now), now, now + lease), options.Value.Concurrency);
    });

    /// <summary>How long nothing is sent: as long as the receiver wants, and a while if it took nothing of a full batch, so that a backlog is not sent to it without pause.</summary>
    private TimeSpan Pause(Attempt[] attempts)
    {
        failedBatches = attempts.Any(attempt => attempt.Error is null) ? 0 : failedBatches + 1;
        var asked = attempts.Max(attempt => attempt.RetryAfter);
        var pause = failedBatches > 0 && attempts.Length == options.Value.Concurrency
            ? Backoff.Wait(failedBatches, options.Value.BackoffSeconds, Math.Min(MaxPauseSeconds, options.Value.MaxBackoffSeconds))
            : TimeSpan.Zero;
        return asked > pause ? asked : pause;
    }

    /// <summary>Stores what became of messages.</summary>
    /// <returns>Of how many; another process may have claimed the others meanwhile.</returns>
    private Task<int> SettleAsync(Attempt[] attempts, DateTimeOffset now) => TransactAsync(async db =>
    {
        var lease = attempts[0].Message.Lease;
        var held = db.OutboxMessages.Where(message => message.Lease == lease);
        long[] delivered = [.. attempts.Where(attempt => attempt.IsDelivered).Select(attempt => attempt.Message.Sequence)];
        var settled = delivered is [] ? 0 : await held.Where(message => delivered.Contains(message.Sequence)).ExecuteDeleteAsync();

        foreach (var attempt in attempts.Where(attempt => !attempt.IsDelivered))
        {
            var message = attempt.Message;
            var state = attempt.IsDead ? OutboxState.Dead : OutboxState.Pending;
            var dueAt = attempt.IsBrokenOff || state == OutboxState.Dead ? now : now + Wait(attempt);
            var made = attempt.IsBrokenOff ? message.Attempts - 1 : message.Attempts;
            var error = attempt.IsBrokenOff ? message.LastError : attempt.Error;
            settled += await held.Where(row => row.Sequence == message.Sequence).ExecuteUpdateAsync(row => row
                .SetProperty(m => m.State, state)
                .SetProperty(m => m.DueAt, dueAt)
                .SetProperty(m => m.Attempts, made)
                .SetProperty(m => m.LastError, error)
                .SetProperty(m => m.Lease, (Guid?)null));
        }

        return settled;
    });

    private async Task<T> TransactAsync<T>(Func<AppDbContext, Task<T>> change)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        return await db.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            var result = await change(db);
            await transaction.CommitAsync();
            return result;
        });
    }

    private void Report(Attempt[] attempts, DateTimeOffset now)
    {
        metrics.Delivered(attempts.Count(attempt => attempt.IsDelivered));
        foreach (var attempt in attempts.Where(attempt => attempt.Error is not null))
        {
            if (attempt.IsDead)
            {
                metrics.Died();
                LogDead(attempt.Message.WebhookId, attempt.Message.Attempts, attempt.Error);
            }
            else
            {
                metrics.Retried();
            }
        }

        if (attempts.Any(attempt => attempt.IsDelivered) && failing)
        {
            failing = false;
            LogRecovered();
        }
        else if (!failing && now >= noWarningUntil && attempts.FirstOrDefault(attempt => attempt.Error is not null)?.Error is { } error)
        {
            // A receiver of which one instance fails would have lines for each batch.
            (failing, noWarningUntil) = (true, now + WarningInterval);
            LogFailing(error);
        }
    }

    private TimeSpan Wait(Attempt attempt)
    {
        var wait = Backoff.Wait(attempt.Message.Attempts, options.Value.BackoffSeconds, options.Value.MaxBackoffSeconds);
        return wait > attempt.RetryAfter ? wait : attempt.RetryAfter;
    }

    [LoggerMessage(LogLevel.Warning, "Webhooks cannot be delivered: the attempt fails with {Error}. They are kept and tried again, after waits that grow.")]
    private partial void LogFailing(string error);

    [LoggerMessage(LogLevel.Information, "Webhooks are delivered again.")]
    private partial void LogRecovered();

    [LoggerMessage(LogLevel.Error, "Webhook {WebhookId} was given up after {Attempts} attempts, the last of which failed with {Error}. It is kept in the table outbox_messages; docs/outbox.md says how to send it again.")]
    private partial void LogDead(Guid webhookId, int attempts, string? error);

    [LoggerMessage(LogLevel.Warning, "What became of {Count} webhooks was dropped: their leases had ended, and another process has claimed them.")]
    private partial void LogLeaseLost(int count);

    [LoggerMessage(LogLevel.Warning, "The outbox cannot be read or written. Nothing is lost: it is tried again and again.")]
    private partial void LogUnavailable(Exception exception);
}
