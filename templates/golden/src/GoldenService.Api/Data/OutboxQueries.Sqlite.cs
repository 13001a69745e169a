namespace GoldenService.Api;

using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

/// <summary>What the outbox asks of the database, within the transaction of its caller.</summary>
internal static class OutboxQueries
{
    private const string Insert =
        """
        INSERT INTO outbox_messages (webhook_id, key, body, trace_parent, trace_state, created_at, state, attempts, due_at)
        VALUES (@webhook_id, @key, @body, @trace_parent, @trace_state, @created_at, 'Pending', 0, @due_at)
        """;

    /// <summary>Stores many messages, by one prepared statement.</summary>
    public static async Task InsertAsync(this AppDbContext db, IReadOnlyList<OutboxMessageEntity> messages, CancellationToken cancellationToken)
    {
        await using var insert = new SqliteCommand(Insert, (SqliteConnection)db.Database.GetDbConnection(), (SqliteTransaction)db.Database.CurrentTransaction!.GetDbTransaction());
        await db.GetService<DatabaseTelemetry>().ExecuteAsync(insert.Connection!, Insert, ExecuteRowsAsync, times: messages.Count);

        async Task ExecuteRowsAsync()
        {
            foreach (var message in messages)
            {
                insert.Parameters.Clear();
                insert.Parameters.AddWithValue("@webhook_id", message.WebhookId);
                insert.Parameters.AddWithValue("@key", message.Key);
                insert.Parameters.AddWithValue("@body", message.Body);
                insert.Parameters.AddWithValue("@trace_parent", (object?)message.TraceParent ?? DBNull.Value);
                insert.Parameters.AddWithValue("@trace_state", (object?)message.TraceState ?? DBNull.Value);
                insert.Parameters.AddWithValue("@created_at", message.CreatedAt.ToUnixTimeMilliseconds());
                insert.Parameters.AddWithValue("@due_at", message.DueAt.ToUnixTimeMilliseconds());
                await insert.ExecuteNonQueryAsync(cancellationToken);
            }
        }
    }

    /// <summary>Leases what is due and the first of its key, the longest due first. Only one transaction writes at a time, so nobody else can claim the same.</summary>
    public static Task<List<OutboxMessageEntity>> ClaimAsync(this AppDbContext db, OutboxClaim claim, int count)
    {
        var (now, until) = (claim.Now.ToUnixTimeMilliseconds(), claim.Until.ToUnixTimeMilliseconds());
        return db.OutboxMessages
            .FromSql(
                $"""
                UPDATE outbox_messages
                SET lease = {claim.Lease}, due_at = {until}, attempts = attempts + 1
                WHERE sequence IN (
                    SELECT m.sequence FROM outbox_messages AS m
                    WHERE m.state = 'Pending' AND m.due_at <= {now}
                        AND m.sequence = (SELECT min(f.sequence) FROM outbox_messages AS f WHERE f.key = m.key AND f.state = 'Pending')
                    ORDER BY m.due_at, m.sequence LIMIT {count})
                RETURNING *
                """)
            .AsNoTracking()
            .ToListAsync();
    }
}
