namespace GoldenService.Api;

using System;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

/// <summary>A webhook that is to be delivered. It is stored in the transaction of the change that it reports, and deleted when it is delivered.</summary>
public sealed class OutboxMessageEntity
{
    /// <summary>Grows in the order in which messages are stored.</summary>
    public long Sequence { get; init; }

    /// <summary>The same in every attempt, so that the receiver recognizes a repeated one.</summary>
    public required Guid WebhookId { get; init; }

    /// <summary>Messages of one key are delivered one after the other, in their sequence.</summary>
    public required Guid Key { get; init; }

    /// <summary>The bytes to send, the same in every attempt.</summary>
    public required byte[] Body { get; init; }

    /// <summary>The request that made the change, as W3C Trace Context has it.</summary>
    public string? TraceParent { get; init; }

    public string? TraceState { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public OutboxState State { get; init; }

    /// <summary>How many attempts there were, the present one included.</summary>
    public int Attempts { get; init; }

    /// <summary>When the next attempt is due; while it is leased, when the lease ends. Of a dead one, since when it is dead.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>The claim that holds it; a process with another one changes nothing.</summary>
    public Guid? Lease { get; init; }

    /// <summary>The status or the type of exception that ended the last attempt.</summary>
    public string? LastError { get; init; }
}

/// <summary>Where a message stands. One that is delivered is deleted.</summary>
public enum OutboxState
{
    /// <summary>It is to be delivered, or is being delivered.</summary>
    Pending,

    /// <summary>It was given up, and is kept until somebody has looked at it.</summary>
    Dead,
}

internal sealed class OutboxMessageConfiguration : IEntityTypeConfiguration<OutboxMessageEntity>
{
    public void Configure(EntityTypeBuilder<OutboxMessageEntity> builder)
    {
        builder.ToTable("outbox_messages");
        builder.HasKey(message => message.Sequence);
        builder.Property(message => message.State).HasConversion<string>();

        // What is due; what is first of its key; and how old the oldest is.
        builder.HasIndex(message => new { message.State, message.DueAt, message.Sequence });
        builder.HasIndex(message => new { message.Key, message.State, message.Sequence });
        builder.HasIndex(message => new { message.State, message.CreatedAt });
    }
}
