namespace GoldenService.Worker;

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

/// <summary>What became of a webhook: the id of its message, and whether that is new.</summary>
internal sealed record Receipt(Guid MessageId, Acceptance Acceptance);

internal enum Acceptance
{
    /// <summary>It is a new message.</summary>
    New,

    /// <summary>The source has sent it before.</summary>
    Duplicate,

    /// <summary>The source has sent another body under its id.</summary>
    Conflict,
}

/// <summary>Whose lease it will be, from when, until when.</summary>
internal readonly record struct Claim(Guid Lease, DateTimeOffset Now, DateTimeOffset Until);

/// <summary>What becomes of a message that is leased, if it still is.</summary>
internal sealed record Settlement(Guid Id, Guid Lease, MessageState State, int Attempts, DateTimeOffset DueAt)
{
    /// <summary>The failure of an attempt whose process ended or stalled.</summary>
    public const string LeaseExpired = "LeaseExpired";

    /// <summary>The lease that it has then: the same, or none.</summary>
    public Guid? NextLease { get; init; }

    public string? LastError { get; init; }

    /// <summary>The exception behind that, for the log.</summary>
    public Exception? Exception { get; init; }

    /// <summary>What is committed with it.</summary>
    public Effect? Effect { get; init; }
}

/// <summary>
/// The queue, a table of the service's own database. All that is written to it goes through one transaction at a time: what comes
/// while one commits goes into the next one. So a commit, which waits for the disk, serves many messages, and no two of them meet
/// in the database. When a call returns, what it wrote is durable.
/// </summary>
internal sealed class MessageQueue(IServiceScopeFactory scopes) : IHostedService, IDisposable
{
    // What one transaction writes at most, so that none takes long.
    private const int MaxBatch = 256;

    // How many webhooks may wait for theirs: more would fill the memory, and their senders would have given up.
    private const int MaxArriving = 4 * MaxBatch;

    private readonly Channel<Write> writes = Channel.CreateUnbounded<Write>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Signal arrived = new();
    private Task running = Task.CompletedTask;
    private int arriving;
    private long claimingSince;

    /// <summary>Whether nothing that is given to it will be written.</summary>
    public bool HasEnded => running.IsCompleted;

    /// <summary>Whether so many webhooks wait that another one should not.</summary>
    public bool IsFull => Volatile.Read(ref arriving) >= MaxArriving;

    /// <summary>How long there has been a claim that waits or fails, and none that succeeded.</summary>
    public TimeSpan ClaimingFor => Interlocked.Read(ref claimingSince) is var since and not 0 ? Stopwatch.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>Stores a webhook as a message, unless its source has sent it before. Who waits no longer does not know whether it was stored.</summary>
    public Task<Receipt> AcceptAsync(MessageEntity message, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref arriving);
        return WriteAsync(new Arriving(message)).WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Has the caller claim what it wants, when the transaction has begun. It may be asked again, when that failed or nobody knows whether it
    /// was committed.
    /// </summary>
    public async Task<T> ClaimAsync<T>(Func<AppDbContext, Task<T>> claim)
    {
        Interlocked.CompareExchange(ref claimingSince, Stopwatch.GetTimestamp(), 0);
        var claimed = await ChangeAsync(claim);
        Interlocked.Exchange(ref claimingSince, 0);
        return claimed;
    }

    /// <summary>Has the caller change what it wants, in the same way.</summary>
    public Task<T> ChangeAsync<T>(Func<AppDbContext, Task<T>> change) => WriteAsync(new Changing<T>(change));

    /// <returns>Whether the lease still held; if not, nothing was written.</returns>
    public Task<bool> SettleAsync(Settlement settlement) => WriteAsync(new Settling(settlement));

    /// <returns>Whether the lease still held.</returns>
    public Task<bool> ExtendAsync(MessageEntity leased, DateTimeOffset until) => WriteAsync(new Settling(
        new(leased.Id, leased.Lease!.Value, MessageState.Pending, leased.Attempts, until) { NextLease = leased.Lease, LastError = leased.LastError }));

    /// <summary>Waits until something is due at once, or for this time.</summary>
    public Task WaitAsync(TimeSpan time, CancellationToken cancellationToken) => arrived.WaitAsync(time, cancellationToken);

    /// <summary>Says that something is due at once.</summary>
    public void Wake() => arrived.Set();

    public Task StartAsync(CancellationToken cancellationToken)
    {
        running = Task.Run(RunAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Commits what there is, as far as the time goes.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        writes.Writer.TryComplete();
        await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => arrived.Dispose();

    private Task<T> WriteAsync<T>(Write<T> write) =>
        writes.Writer.TryWrite(write) ? write.Task : Task.FromException<T>(new OperationCanceledException("The service is stopping."));

    private async Task RunAsync()
    {
        var batch = new List<Write>(MaxBatch);
        while (await writes.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < MaxBatch && writes.Reader.TryRead(out var write))
            {
                batch.Add(write);
            }

            await CommitAsync(batch);
            Interlocked.Add(ref arriving, -batch.Count(write => write is Arriving));
        }
    }

    private async Task CommitAsync(IReadOnlyList<Write> batch)
    {
        if (await TryAsync(batch) is not { } failure)
        {
            return;
        }

        // What fails in an effect may look as if the database were away: what has none shows whether it is.
        List<Write> effects = [.. batch.Where(write => write is Settling { Settlement.Effect: not null })];
        if (batch.Count > 1 && effects.Count > 0)
        {
            failure = await TryAsync([.. batch.Except(effects)]);
        }

        if (failure is not null && (batch.Count == 1 || Database.IsUnavailable(failure)))
        {
            foreach (var write in batch)
            {
                write.Fail(failure);
            }

            return;
        }

        // One of them cannot be written: it must not keep the others from it.
        foreach (var write in failure is null ? effects : batch)
        {
            if (await TryAsync([write]) is { } own)
            {
                write.Fail(own);
            }
        }
    }

    /// <summary>Commits all of them or none.</summary>
    /// <returns>Why none, or null.</returns>
    private async Task<Exception?> TryAsync(IReadOnlyList<Write> batch)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var strategy = scope.ServiceProvider.GetRequiredService<AppDbContext>().Database.CreateExecutionStrategy();
            await MessageTraces.CommitAsync(batch.Select(write => write.Cause), () => strategy.ExecuteAsync(() => TransactAsync(batch)));
        }
        catch (Exception exception)
        {
            return exception;
        }

        foreach (var write in batch)
        {
            write.Committed();
        }

        if (batch.Any(write => write is Arriving { Result.Acceptance: Acceptance.New }))
        {
            Wake();
        }

        return null;
    }

    private async Task TransactAsync(IReadOnlyList<Write> batch)
    {
        // A context of its own for each attempt: what one that failed had tracked is no part of the next.
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        await using var transaction = await db.Database.BeginTransactionAsync();

        // Longer leases first: one statement changes a message once, and it may be settled in the same batch.
        var settling = batch.OfType<Settling>().ToLookup(write => write.Settlement.NextLease is not null);
        await SettleAsync(db, [.. settling[true]]);
        await SettleAsync(db, [.. settling[false]]);
        foreach (var write in settling[false].Where(write => write.Result))
        {
            await (write.Settlement.Effect?.Invoke(db, CancellationToken.None) ?? Task.CompletedTask);
        }

        await db.SaveChangesAsync();
        await InsertAsync(db, [.. batch.OfType<Arriving>()]);
        foreach (var write in batch.OfType<IChanging>())
        {
            await write.ChangeAsync(db);
        }

        await transaction.CommitAsync();
    }

    private static async Task SettleAsync(AppDbContext db, IReadOnlyList<Settling> batch)
    {
        if (batch.Count > 0)
        {
            var settled = await db.SettleAsync([.. batch.Select(write => write.Settlement)], CancellationToken.None);
            foreach (var (write, result) in batch.Zip(settled))
            {
                write.Result = result;
            }
        }
    }

    private static async Task InsertAsync(AppDbContext db, IReadOnlyList<Arriving> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        var inserted = await db.InsertAsync([.. batch.Select(write => write.Message)], CancellationToken.None);
        var known = await FindAsync(db, [.. batch.Where((_, index) => !inserted[index]).Select(write => write.Message)]);
        foreach (var (write, isNew) in batch.Zip(inserted))
        {
            write.Result = isNew ? new(write.Message.Id, Acceptance.New) : known[(write.Message.Source, write.Message.WebhookId)].ReceiptOf(write.Message);
        }
    }

    /// <summary>Finds what is stored under the names of these; and more, where two sources gave the same ids.</summary>
    private static Task<Dictionary<(string Source, string WebhookId), Known>> FindAsync(AppDbContext db, IReadOnlyList<MessageEntity> messages)
    {
        string[] sources = [.. messages.Select(message => message.Source).Distinct()];
        string[] ids = [.. messages.Select(message => message.WebhookId).Distinct()];
        return messages.Count == 0 ? Task.FromResult(new Dictionary<(string Source, string WebhookId), Known>()) : db.Messages
            .Where(message => sources.Contains(message.Source) && ids.Contains(message.WebhookId))
            .Select(message => new Known(message.Id, message.Source, message.WebhookId, message.BodyHash))
            .ToDictionaryAsync(known => (known.Source, known.WebhookId));
    }

    /// <summary>A message that is stored already.</summary>
    private sealed record Known(Guid Id, string Source, string WebhookId, byte[] BodyHash)
    {
        public Receipt ReceiptOf(MessageEntity message) => new(
            Id,
            Id == message.Id ? Acceptance.New // It was committed, and nobody heard of that.
            : BodyHash.AsSpan().SequenceEqual(message.BodyHash) ? Acceptance.Duplicate
            : Acceptance.Conflict);
    }

    private abstract class Write
    {
        /// <summary>The span of who gave it.</summary>
        public ActivityContext Cause { get; } = Activity.Current?.Context ?? default;

        public abstract void Committed();

        public abstract void Fail(Exception exception);
    }

    private abstract class Write<T> : Write
    {
        private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Task => completion.Task;

        public T Result { get; set; } = default!;

        public override void Committed() => completion.SetResult(Result);

        public override void Fail(Exception exception) => completion.SetException(exception);
    }

    private sealed class Arriving(MessageEntity message) : Write<Receipt>
    {
        public MessageEntity Message => message;
    }

    private interface IChanging
    {
        Task ChangeAsync(AppDbContext db);
    }

    private sealed class Changing<T>(Func<AppDbContext, Task<T>> change) : Write<T>, IChanging
    {
        public async Task ChangeAsync(AppDbContext db) => Result = await change(db);
    }

    private sealed class Settling(Settlement settlement) : Write<bool>
    {
        public Settlement Settlement => settlement;
    }
}
