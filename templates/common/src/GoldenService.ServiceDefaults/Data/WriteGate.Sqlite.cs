namespace GoldenService.ServiceDefaults;

using System;
using System.Data;
using System.Data.Common;
using System.Diagnostics.Metrics;
using System.IO;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.RateLimiting;
using System.Threading.Tasks;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

/// <summary>
/// Lets one connection of the service write at a time. SQLite has one writer and no asynchronous calls, so a write that waits in
/// SQLite for another one blocks a thread. Here it waits without one, in order, from its first statement until the connection is
/// closed. What waits for too long, or finds too many before it, fails as SQLite's own wait does: with SQLITE_BUSY, which is 503.
/// </summary>
internal sealed class WriteGate : IDbTransactionInterceptor, IDbCommandInterceptor, IDisposable
{
    private const int MaxWaiting = 256;

    // With SQLite's own wait for other processes it is less than a request may take.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ConcurrencyLimiter limiter = new(new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = MaxWaiting });
    private readonly ConditionalWeakTable<DbConnection, RateLimitLease> leases = [];
    private readonly TimeProvider time;

    public WriteGate(TimeProvider time, IMeterFactory meters, CurrentConnectionString connectionString)
    {
        this.time = time;
        var meter = meters.Create("GoldenService.Database", Telemetry.VersionOf(typeof(WriteGate).Assembly));
        meter.CreateObservableUpDownCounter("database.writes.waiting", () => limiter.GetStatistics()!.CurrentQueuedCount, "{write}", "Writes that wait for another one.");
        meter.CreateObservableUpDownCounter("database.disk.free", () => FreeSpace(connectionString.Value), "By", "Space that is left where the file of the database is.");
    }

    public async ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result, CancellationToken cancellationToken = default)
    {
        try
        {
            await EnterAsync(connection, cancellationToken);
            return InterceptionResult<DbTransaction>.SuppressWithResult(await connection.BeginTransactionAsync(eventData.IsolationLevel, cancellationToken));
        }
        catch
        {
            // EF Core has opened the connection for the transaction, and leaves it open when there is none.
            await eventData.Context!.Database.CloseConnectionAsync();
            throw;
        }
    }

    public async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        await EnterAsync(command, eventData, cancellationToken);
        return result;
    }

    public async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        await EnterAsync(command, eventData, cancellationToken);
        return result;
    }

    public void Dispose() => limiter.Dispose();

    private static long FreeSpace(string connectionString) =>
        new DriveInfo(Path.GetDirectoryName(new SqliteConnectionStringBuilder(connectionString).DataSource)!).AvailableFreeSpace;

    private ValueTask EnterAsync(DbCommand command, CommandEventData eventData, CancellationToken cancellationToken) =>
        eventData.CommandSource is CommandSource.SaveChanges or CommandSource.ExecuteUpdate or CommandSource.ExecuteDelete or CommandSource.ExecuteSqlRaw
            ? EnterAsync(command.Connection!, cancellationToken)
            : ValueTask.CompletedTask;

    private async ValueTask EnterAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        if (!leases.TryGetValue(connection, out _))
        {
            leases.Add(connection, await AcquireAsync(cancellationToken));

            // EF Core has an interceptor for that too, which it does not call when it resets a context.
            connection.StateChange += Leave;
        }
    }

    private async ValueTask<RateLimitLease> AcquireAsync(CancellationToken cancellationToken)
    {
        var lease = limiter.AttemptAcquire();
        if (lease.IsAcquired)
        {
            return lease;
        }

        using var patience = new CancellationTokenSource(Patience, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            lease = await limiter.AcquireAsync(1, end.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new WriteTimeoutException();
        }

        return lease.IsAcquired ? lease : throw new WriteQueueFullException();
    }

    private void Leave(object sender, StateChangeEventArgs change)
    {
        var connection = (DbConnection)sender;
        if (change.CurrentState == ConnectionState.Closed && leases.Remove(connection, out var lease))
        {
            connection.StateChange -= Leave;
            lease.Dispose();
        }
    }

    // The log has the name of a failure, and its code: SQLITE_BUSY.
    private sealed class WriteTimeoutException() : SqliteException($"Other writes took longer than {Patience.TotalSeconds} s.", 5);

    private sealed class WriteQueueFullException() : SqliteException($"{MaxWaiting} writes wait already.", 5);
}
