namespace GoldenService.Api;

using System;
using System.Collections.Generic;
using global::GoldenService.Api.Generated;

/// <summary>An order as it is stored.</summary>
public sealed class OrderEntity
{
    public required Guid Id { get; init; }

    /// <summary>The subject who placed it, and alone may know of it.</summary>
    public required string Owner { get; init; }

    /// <summary>Counts the changes, and is the ETag.</summary>
    public long Version { get; set; } = 1;

    public OrderStatus Status { get; set; }

    public required DateTimeOffset PlacedAt { get; init; }

    public required string Customer { get; set; }

    public required Currency Currency { get; set; }

    /// <summary>The sum over the lines, kept here because orders are filtered and summed up by it.</summary>
    public required decimal Total { get; set; }

    public string? Note { get; set; }

    public List<OrderLineEntity> Lines { get; init; } = [];
}
