namespace GoldenService.Api;

using System;
using System.Collections.Generic;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.Api.Generated;
using global::GoldenService.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

/// <summary>Writes many orders at once: two prepared statements in one transaction, without a tracked object for each row.</summary>
internal static class OrdersImport
{
    private const string InsertOrder =
        """
        INSERT INTO orders (id, owner, version, status, placed_at, customer, currency, total, note)
        VALUES (@id, @owner, 1, @status, @placed_at, @customer, @currency, @total, @note)
        """;

    private const string InsertLine =
        """
        INSERT INTO order_lines (order_id, position, sku, quantity, unit_price)
        VALUES (@order_id, @position, @sku, @quantity, @unit_price)
        """;

    public static async Task ImportAsync(this AppDbContext db, string owner, IReadOnlyList<PlacedOrder> orders, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await using var insertOrder = Prepare(db, transaction, InsertOrder, "@id", "@owner", "@status", "@placed_at", "@customer", "@currency", "@total", "@note");
        await using var insertLine = Prepare(db, transaction, InsertLine, "@order_id", "@position", "@sku", "@quantity", "@unit_price");

        var telemetry = db.GetService<DatabaseTelemetry>();
        Guid[] ids = [.. orders.Select(_ => Guid.CreateVersion7())];
        await telemetry.ExecuteAsync(
            insertOrder.Connection!,
            InsertOrder,
            async () =>
            {
                foreach (var (order, id) in orders.Zip(ids))
                {
                    await InsertAsync(
                        insertOrder,
                        [id, owner, nameof(OrderStatus.Open), order.PlacedAt.ToUnixTimeMilliseconds(), order.Customer, order.Currency.ToString(), MinorUnits.Of(order.Lines.Total()), order.Note],
                        cancellationToken);
                }
            },
            times: orders.Count);

        await telemetry.ExecuteAsync(
            insertLine.Connection!,
            InsertLine,
            async () =>
            {
                foreach (var (order, id) in orders.Zip(ids))
                {
                    foreach (var (position, line) in order.Lines.Index())
                    {
                        await InsertAsync(insertLine, [id, position, line.Sku, line.Quantity, MinorUnits.Of(line.UnitPrice)], cancellationToken);
                    }
                }
            },
            times: orders.Sum(order => order.Lines.Count));

#if (outbox)
        await db.InsertPlacedAsync(orders.Zip(ids), cancellationToken);
#endif
        await transaction.CommitAsync(cancellationToken);
    }

    [SuppressMessage("Security", "CA2100", Justification = "The statements are the constants above.")]
    private static DbCommand Prepare(AppDbContext db, IDbContextTransaction transaction, string sql, params ReadOnlySpan<string> parameters)
    {
        var command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = transaction.GetDbTransaction();
        command.CommandText = sql;
        foreach (var name in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private static Task<int> InsertAsync(DbCommand command, ReadOnlySpan<object?> values, CancellationToken cancellationToken)
    {
        for (var index = 0; index < values.Length; index++)
        {
            command.Parameters[index].Value = values[index] ?? DBNull.Value;
        }

        return command.ExecuteNonQueryAsync(cancellationToken);
    }
}
