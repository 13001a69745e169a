namespace GoldenService.Api;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using global::GoldenService.Api.Generated;
using global::GoldenService.ServiceDefaults;

/// <summary>Orders as the contract has them to and from orders as they are stored.</summary>
internal static class OrderMapping
{
    public static OrderEntity ToEntity(this OrderDraft draft, string owner, DateTimeOffset placedAt) => new()
    {
        // Ids that grow with time keep the indexes compact.
        Id = Guid.CreateVersion7(placedAt),
        Owner = owner,
        PlacedAt = placedAt,
        Customer = draft.Customer,
        Currency = draft.Currency,
        Note = draft.Note,
        Lines = draft.Lines.ToEntities(),
        Total = draft.Lines.Total(),
    };

    public static List<OrderLineEntity> ToEntities(this IReadOnlyList<OrderLine> lines) =>
        [.. lines.Select((line, index) => new OrderLineEntity { Position = index, Sku = line.Sku, Quantity = line.Quantity, UnitPrice = line.UnitPrice.Stored() })];

    public static decimal Total(this IReadOnlyList<OrderLine> lines) => lines.Sum(line => line.Quantity * line.UnitPrice).Stored();

    public static Order ToOrder(this OrderEntity order) => new()
    {
        Id = order.Id,
        Status = order.Status,
        PlacedAt = order.PlacedAt,
        Customer = order.Customer,
        Currency = order.Currency,
        Lines = [.. order.Lines.OrderBy(line => line.Position).Select(line => new OrderLine { Sku = line.Sku, Quantity = line.Quantity, UnitPrice = line.UnitPrice })],
        Total = order.Total,
        Note = order.Note,
    };

    public static string ETag(this OrderEntity order) => string.Create(CultureInfo.InvariantCulture, $"\"{order.Version}\"");
}
