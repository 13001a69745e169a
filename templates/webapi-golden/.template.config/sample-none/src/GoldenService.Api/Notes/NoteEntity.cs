namespace GoldenService.Api;

using System;

/// <summary>A note as it is stored.</summary>
public sealed class NoteEntity
{
    /// <summary>The subject who wrote it, and alone may know of it.</summary>
    public required string Owner { get; init; }

    /// <summary>What the owner calls it.</summary>
    public required Guid Id { get; init; }

    public required string Text { get; set; }

    public required DateTimeOffset SavedAt { get; set; }
}
