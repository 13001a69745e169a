namespace GoldenService.Worker;

using System;

/// <summary>The webhook that a request has brought, once its signature was checked.</summary>
internal sealed class WebhookDelivery
{
    /// <summary>Who sent it: the name of the secrets that its signature was made with. Null where the request is no webhook.</summary>
    public string? Source { get; set; }

    /// <summary>The bytes that were signed.</summary>
    public ReadOnlyMemory<byte> Body { get; set; }

    /// <summary>The type of the event, one of those that the contract has. Null where the contract has none.</summary>
    public string? Type { get; set; }
}
