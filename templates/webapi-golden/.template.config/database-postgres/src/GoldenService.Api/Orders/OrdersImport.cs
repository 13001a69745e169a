namespace GoldenService.Api;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.Api.Generated;
using global::GoldenService.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql;
using NpgsqlTypes;

/// <summary>Writes many orders at once: COPY in one transaction, without a tracked object for each row.</summary>
internal static class OrdersImport
{
    private const string CopyOrders =
        "COPY orders (id, owner, version, status, placed_at, customer, currency, total, note) FROM STDIN (FORMAT BINARY)";

    private const string CopyLines =
        "COPY order_lines (order_id, position, sku, quantity, unit_price) FROM STDIN (FORMAT BINARY)";

    public static Task ImportAsync(this AppDbContext db, string owner, IReadOnlyList<PlacedOrder> orders, CancellationToken cancellationToken)
    {
        // Made before the first attempt: when its commit is not answered, the first id tells whether it was done.
        Guid[] ids = [.. orders.Select(_ => Guid.CreateVersion7())];

        return db.Database.CreateExecutionStrategy().ExecuteInTransactionAsync(
            cancellationToken => CopyAsync(db, owner, orders, ids, cancellationToken),
            cancellationToken => db.Orders.AnyAsync(order => order.Owner == owner && order.Id == ids[0], cancellationToken),
            cancellationToken);
    }

    private static async Task CopyAsync(AppDbContext db, string owner, IReadOnlyList<PlacedOrder> orders, Guid[] ids, CancellationToken cancellationToken)
    {
        var telemetry = db.GetService<DatabaseTelemetry>();
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();

        await telemetry.ExecuteAsync(connection, CopyOrders, async () =>
        {
            await using var copy = await connection.BeginBinaryImportAsync(CopyOrders, cancellationToken);
            foreach (var (order, id) in orders.Zip(ids))
            {
                await copy.StartRowAsync(cancellationToken);
                await copy.WriteAsync(id, NpgsqlDbType.Uuid, cancellationToken);
                await copy.WriteAsync(owner, NpgsqlDbType.Text, cancellationToken);
                await copy.WriteAsync(1L, NpgsqlDbType.Bigint, cancellationToken);
                await copy.WriteAsync(nameof(OrderStatus.Open), NpgsqlDbType.Text, cancellationToken);
                await copy.WriteAsync(order.PlacedAt.ToUnixTimeMilliseconds(), NpgsqlDbType.Bigint, cancellationToken);
                await copy.WriteAsync(order.Customer, NpgsqlDbType.Text, cancellationToken);
                await copy.WriteAsync(order.Currency.ToString(), NpgsqlDbType.Text, cancellationToken);
                await copy.WriteAsync(MinorUnits.Of(order.Lines.Total()), NpgsqlDbType.Bigint, cancellationToken);
                await copy.WriteAsync(order.Note, NpgsqlDbType.Text, cancellationToken);
            }

            await copy.CompleteAsync(cancellationToken);
        });

        await telemetry.ExecuteAsync(connection, CopyLines, async () =>
        {
            await using var copy = await connection.BeginBinaryImportAsync(CopyLines, cancellationToken);
            foreach (var (order, id) in orders.Zip(ids))
            {
                foreach (var (position, line) in order.Lines.Index())
                {
                    await copy.StartRowAsync(cancellationToken);
                    await copy.WriteAsync(id, NpgsqlDbType.Uuid, cancellationToken);
                    await copy.WriteAsync(position, NpgsqlDbType.Integer, cancellationToken);
                    await copy.WriteAsync(line.Sku, NpgsqlDbType.Text, cancellationToken);
                    await copy.WriteAsync(line.Quantity, NpgsqlDbType.Integer, cancellationToken);
                    await copy.WriteAsync(MinorUnits.Of(line.UnitPrice), NpgsqlDbType.Bigint, cancellationToken);
                }
            }

            await copy.CompleteAsync(cancellationToken);
        });
#if (outbox)

        await db.InsertPlacedAsync(orders.Zip(ids), cancellationToken);
#endif
    }
}
