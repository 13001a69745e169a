namespace GoldenService.Api;

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.Worker.Client;
using Microsoft.EntityFrameworkCore.Infrastructure;

/// <summary>What the worker learns of orders: the events of its contract, in the types that are generated from it.</summary>
internal static partial class OrderEvents
{
    /// <summary>Has the worker learn of an order that is placed when the context saves its changes.</summary>
    public static void AddPlaced(this AppDbContext db, OrderEntity order) =>
        db.AddToOutbox(Placed(db, order.Id, order.Customer, order.PlacedAt, order.Lines.Select(line => (line.Sku, line.Quantity))));

    /// <summary>Has the worker learn of orders that are imported when the current transaction is committed.</summary>
    public static Task InsertPlacedAsync(this AppDbContext db, IEnumerable<(Generated.PlacedOrder Order, Guid Id)> orders, CancellationToken cancellationToken) => db.InsertAsync(
        [.. orders.Select(one => Placed(db, one.Id, one.Order.Customer, one.Order.PlacedAt, one.Order.Lines.Select(line => (line.Sku, line.Quantity))))],
        cancellationToken);

    private static OutboxMessageEntity Placed(AppDbContext db, Guid orderId, string customer, DateTimeOffset placedAt, IEnumerable<(string Sku, int Quantity)> lines)
    {
        var now = db.GetService<TimeProvider>().GetUtcNow();
        var placed = new OrderPlaced
        {
            Timestamp = placedAt,
            Data = new()
            {
                OrderId = orderId,
                Customer = customer,
                Lines = [.. lines.Select(line => new PlacedOrderLine { Sku = line.Sku, Quantity = line.Quantity })],
            },
        };
        return new()
        {
            WebhookId = Guid.CreateVersion7(now),
            Key = orderId,
            Body = JsonSerializer.SerializeToUtf8Bytes(placed, EventJson.Default.OrderPlaced),
            TraceParent = Activity.Current?.Id,
            TraceState = Activity.Current?.TraceStateString,
            CreatedAt = now,
            DueAt = now,
        };
    }

    [JsonSerializable(typeof(OrderPlaced))]
    private sealed partial class EventJson : JsonSerializerContext;
}
