namespace GoldenService.Worker;

using System;

/// <summary>A shipment as it is stored.</summary>
public sealed class ShipmentEntity
{
    /// <summary>The message that asked for it, and the key: one message makes one shipment at most.</summary>
    public required Guid MessageId { get; init; }

    public required Guid OrderId { get; init; }

    public required string Customer { get; init; }

    /// <summary>How many units of all articles.</summary>
    public required int Units { get; init; }

    /// <summary>The number under which the carrier knows it, where one was asked.</summary>
    public string? TrackingNumber { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}
