namespace GoldenService.Api;

using System;

/// <summary>Remembers which order an Idempotency-Key has placed, and for what request.</summary>
public sealed class IdempotencyKeyEntity
{
    public required string Key { get; init; }

    /// <summary>The SHA-256 of the request's body.</summary>
    public required byte[] RequestHash { get; init; }

    public required Guid OrderId { get; init; }
}
