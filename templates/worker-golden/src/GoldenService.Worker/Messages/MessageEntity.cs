namespace GoldenService.Worker;

using System;

/// <summary>A message as it is stored: the inbox, which knows every webhook again, and the queue are one table.</summary>
public sealed class MessageEntity
{
    public required Guid Id { get; init; }

    /// <summary>Who sent it: the name of the secrets that its signature was made with.</summary>
    public required string Source { get; init; }

    /// <summary>The id that the source gave it. Together they are unique.</summary>
    public required string WebhookId { get; init; }

    public required string Type { get; init; }

    public required byte[] Body { get; init; }

    /// <summary>The SHA-256 of the body.</summary>
    public required byte[] BodyHash { get; init; }

    /// <summary>The request that brought it, as W3C Trace Context has it.</summary>
    public string? TraceParent { get; set; }

    public string? TraceState { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public MessageState State { get; set; }

    /// <summary>How many attempts there were, the present one included.</summary>
    public int Attempts { get; set; }

    /// <summary>
    /// When it may be claimed; while it is leased that is the end of the lease. Of one that is done or dead, since when.
    /// </summary>
    public required DateTimeOffset DueAt { get; set; }

    /// <summary>The token of the claim that it is leased to. Whoever has another one changes nothing.</summary>
    public Guid? Lease { get; set; }

    /// <summary>What kind of failure ended the last attempt.</summary>
    public string? LastError { get; set; }
}
