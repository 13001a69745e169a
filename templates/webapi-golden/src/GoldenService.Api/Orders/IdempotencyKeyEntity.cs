namespace GoldenService.Api;

using System;
using global::GoldenService.ServiceDefaults;

/// <summary>Remembers which order an Idempotency-Key of a caller has placed, and for what request. A key means nothing for another caller or operation.</summary>
public sealed class IdempotencyKeyEntity
{
    public required string Owner { get; init; }

    public required string Operation { get; init; }

    public required string Key { get; init; }

    /// <summary>The SHA-256 of the request's body.</summary>
    public required byte[] RequestHash { get; init; }

    public required Guid OrderId { get; init; }
}
