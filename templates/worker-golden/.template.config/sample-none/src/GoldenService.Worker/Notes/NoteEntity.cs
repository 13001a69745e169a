namespace GoldenService.Worker;

using System;

/// <summary>A note as it is stored.</summary>
public sealed class NoteEntity
{
    /// <summary>The message that told of it, and the key: one message makes one note at most.</summary>
    public required Guid MessageId { get; init; }

    public required Guid NoteId { get; init; }

    public required string Text { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}
