namespace GoldenService.Api;

using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql;
using NpgsqlTypes;

/// <summary>What the outbox asks of the database, within the transaction of its caller.</summary>
internal static class OutboxQueries
{
    private const string Copy =
        "COPY outbox_messages (webhook_id, key, body, trace_parent, trace_state, created_at, state, attempts, due_at) FROM STDIN (FORMAT BINARY)";

    /// <summary>Stores many messages at once.</summary>
    public static Task InsertAsync(this AppDbContext db, IReadOnlyList<OutboxMessageEntity> messages, CancellationToken cancellationToken)
    {
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        return db.GetService<DatabaseTelemetry>().ExecuteAsync(connection, Copy, async () =>
        {
            await using var copy = await connection.BeginBinaryImportAsync(Copy, cancellationToken);
            foreach (var message in messages)
            {
                await copy.StartRowAsync(cancellationToken);
                await copy.WriteAsync(message.WebhookId, NpgsqlDbType.Uuid, cancellationToken);
                await copy.WriteAsync(message.Key, NpgsqlDbType.Uuid, cancellationToken);
                await copy.WriteAsync(message.Body, NpgsqlDbType.Bytea, cancellationToken);
                await copy.WriteAsync(message.TraceParent, NpgsqlDbType.Text, cancellationToken);
                await copy.WriteAsync(message.TraceState, NpgsqlDbType.Text, cancellationToken);
                await copy.WriteAsync(message.CreatedAt.ToUnixTimeMilliseconds(), NpgsqlDbType.Bigint, cancellationToken);
                await copy.WriteAsync(nameof(OutboxState.Pending), NpgsqlDbType.Text, cancellationToken);
                await copy.WriteAsync(0, NpgsqlDbType.Integer, cancellationToken);
                await copy.WriteAsync(message.DueAt.ToUnixTimeMilliseconds(), NpgsqlDbType.Bigint, cancellationToken);
            }

            await copy.CompleteAsync(cancellationToken);
        });
    }

    /// <summary>Leases what is due and the first of its key, the longest due first, and passes over what another process is claiming.</summary>
    public static Task<List<OutboxMessageEntity>> ClaimAsync(this AppDbContext db, OutboxClaim claim, int count)
    {
        var (now, until) = (claim.Now.ToUnixTimeMilliseconds(), claim.Until.ToUnixTimeMilliseconds());
        return db.OutboxMessages
            .FromSql(
                $"""
                WITH due AS MATERIALIZED (
                    SELECT m.sequence FROM outbox_messages AS m
                    WHERE m.state = 'Pending' AND m.due_at <= {now}
                        AND m.sequence = (SELECT min(f.sequence) FROM outbox_messages AS f WHERE f.key = m.key AND f.state = 'Pending')
                    ORDER BY m.due_at, m.sequence LIMIT {count} FOR UPDATE SKIP LOCKED)
                UPDATE outbox_messages AS o
                SET lease = {claim.Lease}, due_at = {until}, attempts = o.attempts + 1
                FROM due
                WHERE o.sequence = due.sequence
                RETURNING o.*
                """)
            .AsNoTracking()
            .ToListAsync();
    }
}
