namespace GoldenService.Worker;

using System;
using System.Collections.Generic;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

/// <summary>What the queue asks of the database, within the transaction of its caller: SQLite takes a statement for each row, prepared once.</summary>
internal static class MessageQueries
{
    private const string Insert =
        """
        INSERT INTO messages (id, source, webhook_id, type, body, body_hash, trace_parent, trace_state, received_at, state, attempts, due_at)
        VALUES (@id, @source, @webhook_id, @type, @body, @body_hash, @trace_parent, @trace_state, @received_at, 'Pending', 0, @due_at)
        ON CONFLICT (source, webhook_id) DO NOTHING
        """;

    private const string Settle =
        """
        UPDATE messages SET state = @state, attempts = @attempts, due_at = @due_at, lease = @next_lease, last_error = @last_error
        WHERE id = @id AND lease = @lease
        """;

    /// <summary>Inserts those whose webhook is not known yet.</summary>
    /// <returns>Of each, whether it is new.</returns>
    public static async Task<bool[]> InsertAsync(this AppDbContext db, IReadOnlyList<MessageEntity> messages, CancellationToken cancellationToken)
    {
        await using var insert = Prepare(db, Insert, "@id", "@source", "@webhook_id", "@type", "@body", "@body_hash", "@trace_parent", "@trace_state", "@received_at", "@due_at");
        return await ExecuteAsync(
            db,
            insert,
            messages,
            message => [message.Id, message.Source, message.WebhookId, message.Type, message.Body, message.BodyHash, message.TraceParent, message.TraceState, message.ReceivedAt.ToUnixTimeMilliseconds(), message.DueAt.ToUnixTimeMilliseconds()],
            cancellationToken);
    }

    /// <summary>Changes those that the lease still holds.</summary>
    /// <returns>Of each, whether it did.</returns>
    public static async Task<bool[]> SettleAsync(this AppDbContext db, IReadOnlyList<Settlement> settlements, CancellationToken cancellationToken)
    {
        await using var settle = Prepare(db, Settle, "@state", "@attempts", "@due_at", "@next_lease", "@last_error", "@id", "@lease");
        return await ExecuteAsync(
            db,
            settle,
            settlements,
            settlement => [settlement.State.ToString(), settlement.Attempts, settlement.DueAt.ToUnixTimeMilliseconds(), settlement.NextLease, settlement.LastError, settlement.Id, settlement.Lease],
            cancellationToken);
    }

#if (rabbitmq)
    /// <summary>Takes what is due for handed over to the broker, the longest due first. Whoever writes is alone, so nobody else can take the same.</summary>
    public static Task<List<Handover>> HandOverAsync(this AppDbContext db, DateTimeOffset now, int count, CancellationToken cancellationToken)
    {
        var due = now.ToUnixTimeMilliseconds();
        return db.Database
            .SqlQuery<Handover>(
                $"""
                UPDATE messages
                SET state = 'Queued'
                WHERE id IN (SELECT id FROM messages WHERE state = 'Pending' AND due_at <= {due} ORDER BY due_at, id LIMIT {count})
                RETURNING id AS "Id", trace_parent AS "TraceParent", trace_state AS "TraceState"
                """)
            .ToListAsync(cancellationToken);
    }
#else
    /// <summary>Leases what is due, the longest due first. Whoever writes is alone, so nobody else can claim the same.</summary>
    public static Task<List<MessageEntity>> ClaimAsync(this AppDbContext db, Claim claim, int count, CancellationToken cancellationToken)
    {
        var (now, until) = (claim.Now.ToUnixTimeMilliseconds(), claim.Until.ToUnixTimeMilliseconds());
        return db.Messages
            .FromSql(
                $"""
                UPDATE messages
                SET lease = {claim.Lease}, due_at = {until}, attempts = attempts + 1, last_error = CASE WHEN lease IS NULL THEN last_error ELSE {Settlement.LeaseExpired} END
                WHERE id IN (SELECT id FROM messages WHERE state = 'Pending' AND due_at <= {now} ORDER BY due_at, id LIMIT {count})
                RETURNING *
                """)
            .AsNoTracking()
            .ToListAsync(cancellationToken);
    }
#endif

    private static async Task<bool[]> ExecuteAsync<T>(AppDbContext db, DbCommand command, IReadOnlyList<T> rows, Func<T, object?[]> values, CancellationToken cancellationToken)
    {
        var changed = new bool[rows.Count];
        await db.GetService<DatabaseTelemetry>().ExecuteAsync(command.Connection!, command.CommandText, ExecuteRowsAsync, times: rows.Count);
        return changed;

        async Task ExecuteRowsAsync()
        {
            for (var row = 0; row < rows.Count; row++)
            {
                var parameters = values(rows[row]);
                for (var index = 0; index < parameters.Length; index++)
                {
                    command.Parameters[index].Value = parameters[index] ?? DBNull.Value;
                }

                changed[row] = await command.ExecuteNonQueryAsync(cancellationToken) > 0;
            }
        }
    }

    [SuppressMessage("Security", "CA2100", Justification = "The statements are the constants above.")]
    private static DbCommand Prepare(AppDbContext db, string sql, params ReadOnlySpan<string> parameters)
    {
        var command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
        command.CommandText = sql;
        foreach (var name in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
