namespace GoldenService.Worker;

using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using NpgsqlTypes;

/// <summary>What the queue asks of the database, within the transaction of its caller: one statement for all rows, which come as arrays.</summary>
internal static class MessageQueries
{
    private const string Insert =
        """
        INSERT INTO messages (id, source, webhook_id, type, body, body_hash, trace_parent, trace_state, received_at, state, attempts, due_at)
        SELECT id, source, webhook_id, type, body, body_hash, trace_parent, trace_state, received_at, 'Pending', 0, due_at
        FROM unnest(@ids, @sources, @webhook_ids, @types, @bodies, @body_hashes, @trace_parents, @trace_states, @received_ats, @due_ats)
            AS arrived (id, source, webhook_id, type, body, body_hash, trace_parent, trace_state, received_at, due_at)
        ORDER BY source, webhook_id
        ON CONFLICT (source, webhook_id) DO NOTHING
        RETURNING id
        """;

    private const string Settle =
        """
        UPDATE messages AS m
        SET state = s.state, attempts = s.attempts, due_at = s.due_at, lease = s.next_lease, last_error = s.last_error
        FROM unnest(@rows, @states, @attempts, @due_ats, @next_leases, @last_errors, @ids, @leases)
            AS s (row, state, attempts, due_at, next_lease, last_error, id, lease)
        WHERE m.id = s.id AND m.lease = s.lease
        RETURNING s.row
        """;

    /// <summary>Inserts those whose webhook is not known yet; of two instances that insert the same, one waits for the other.</summary>
    /// <returns>Of each, whether it is new.</returns>
    public static async Task<bool[]> InsertAsync(this AppDbContext db, IReadOnlyList<MessageEntity> messages, CancellationToken cancellationToken)
    {
        var inserted = await ExecuteAsync<Guid>(
            db,
            Insert,
            messages.Count,
            [
                Array("ids", NpgsqlDbType.Uuid, messages, message => message.Id),
                Array("sources", NpgsqlDbType.Text, messages, message => message.Source),
                Array("webhook_ids", NpgsqlDbType.Text, messages, message => message.WebhookId),
                Array("types", NpgsqlDbType.Text, messages, message => message.Type),
                Array("bodies", NpgsqlDbType.Bytea, messages, message => message.Body),
                Array("body_hashes", NpgsqlDbType.Bytea, messages, message => message.BodyHash),
                Array("trace_parents", NpgsqlDbType.Text, messages, message => message.TraceParent),
                Array("trace_states", NpgsqlDbType.Text, messages, message => message.TraceState),
                Array("received_ats", NpgsqlDbType.Bigint, messages, message => message.ReceivedAt.ToUnixTimeMilliseconds()),
                Array("due_ats", NpgsqlDbType.Bigint, messages, message => message.DueAt.ToUnixTimeMilliseconds()),
            ],
            cancellationToken);
        return [.. messages.Select(message => inserted.Contains(message.Id))];
    }

    /// <summary>Changes those that the lease still holds.</summary>
    /// <returns>Of each, whether it did.</returns>
    public static async Task<bool[]> SettleAsync(this AppDbContext db, IReadOnlyList<Settlement> settlements, CancellationToken cancellationToken)
    {
        var rows = Enumerable.Range(0, settlements.Count).ToArray();
        var settled = await ExecuteAsync<int>(
            db,
            Settle,
            settlements.Count,
            [
                Array("rows", NpgsqlDbType.Integer, rows, row => row),
                Array("states", NpgsqlDbType.Text, settlements, settlement => settlement.State.ToString()),
                Array("attempts", NpgsqlDbType.Integer, settlements, settlement => settlement.Attempts),
                Array("due_ats", NpgsqlDbType.Bigint, settlements, settlement => settlement.DueAt.ToUnixTimeMilliseconds()),
                Array("next_leases", NpgsqlDbType.Uuid, settlements, settlement => settlement.NextLease),
                Array("last_errors", NpgsqlDbType.Text, settlements, settlement => settlement.LastError),
                Array("ids", NpgsqlDbType.Uuid, settlements, settlement => settlement.Id),
                Array("leases", NpgsqlDbType.Uuid, settlements, settlement => settlement.Lease),
            ],
            cancellationToken);
        return [.. rows.Select(settled.Contains)];
    }

#if (rabbitmq)
    /// <summary>Takes what is due for handed over to the broker, the longest due first, and passes over what another process is taking.</summary>
    public static Task<List<Handover>> HandOverAsync(this AppDbContext db, DateTimeOffset now, int count, CancellationToken cancellationToken)
    {
        var due = now.ToUnixTimeMilliseconds();
        return db.Database
            .SqlQuery<Handover>(
                $"""
                WITH due AS MATERIALIZED (
                    SELECT id FROM messages WHERE state = 'Pending' AND due_at <= {due} ORDER BY due_at, id LIMIT {count} FOR UPDATE SKIP LOCKED)
                UPDATE messages AS m
                SET state = 'Queued'
                FROM due
                WHERE m.id = due.id
                RETURNING m.id AS "Id", m.trace_parent AS "TraceParent", m.trace_state AS "TraceState"
                """)
            .ToListAsync(cancellationToken);
    }
#else
    /// <summary>Leases what is due, the longest due first, and passes over what another process is claiming.</summary>
    public static Task<List<MessageEntity>> ClaimAsync(this AppDbContext db, Claim claim, int count, CancellationToken cancellationToken)
    {
        var (now, until) = (claim.Now.ToUnixTimeMilliseconds(), claim.Until.ToUnixTimeMilliseconds());
        return db.Messages
            .FromSql(
                $"""
                WITH due AS MATERIALIZED (
                    SELECT id FROM messages WHERE state = 'Pending' AND due_at <= {now} ORDER BY due_at, id LIMIT {count} FOR UPDATE SKIP LOCKED)
                UPDATE messages AS m
                SET lease = {claim.Lease}, due_at = {until}, attempts = m.attempts + 1, last_error = CASE WHEN m.lease IS NULL THEN m.last_error ELSE {Settlement.LeaseExpired} END
                FROM due
                WHERE m.id = due.id
                RETURNING m.*
                """)
            .AsNoTracking()
            .ToListAsync(cancellationToken);
    }
#endif

    [SuppressMessage("Security", "CA2100", Justification = "The statements are the constants above.")]
    private static async Task<HashSet<T>> ExecuteAsync<T>(AppDbContext db, string sql, int size, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        var changed = new HashSet<T>(size);
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        await using var command = new NpgsqlCommand(sql, connection, (NpgsqlTransaction)db.Database.CurrentTransaction!.GetDbTransaction());
        command.Parameters.AddRange(parameters);
        await db.GetService<DatabaseTelemetry>().ExecuteAsync(connection, sql, async () =>
        {
            await command.PrepareAsync(cancellationToken);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                changed.Add(reader.GetFieldValue<T>(0));
            }
        });
        return changed;
    }

    private static NpgsqlParameter Array<TRow, TValue>(string name, NpgsqlDbType type, IReadOnlyList<TRow> rows, Func<TRow, TValue> value) =>
        new(name, NpgsqlDbType.Array | type) { Value = rows.Select(value).ToArray() };
}
