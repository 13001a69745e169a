namespace Golden.Templates.Combinations;

/// <summary>A file that the engine wrote: its path relative to the solution, with slashes, and its text.</summary>
sealed record OutputFile(string Path, string Text)
{
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>The folder, with a slash at its end; empty for the solution's own.</summary>
    public string Folder => Path[..(Path.LastIndexOf('/') + 1)];
}

/// <summary>What is wrong at a place of the output; line 0 where it is the file as a whole.</summary>
sealed record Finding(string File, int Line, string Message)
{
    public override string ToString() => Line == 0 ? $"{File}: {Message}" : $"{File}({Line}): {Message}";
}
