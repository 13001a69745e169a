namespace GoldenService.Api;

using System;

/// <summary>A line of an order as it is stored.</summary>
public sealed class OrderLineEntity
{
    public Guid OrderId { get; init; }

    public required int Position { get; init; }

    public required string Sku { get; set; }

    public required int Quantity { get; set; }

    public required decimal UnitPrice { get; set; }
}
