namespace Golden.Templates.Combinations;

/// <summary>How a file names a path, and so when it is wrong that nothing is there.</summary>
enum ReferenceKind
{
    /// <summary>A file or a folder.</summary>
    Path,

    /// <summary>A pattern that matches at least one file or folder.</summary>
    Glob,

    /// <summary>A file, # and a heading of it.</summary>
    Anchor,

    /// <summary>A word of a command that looks like a path: wrong only where it must be one.</summary>
    Command,

    /// <summary>The same in prose, where the folders at its beginning may be left out; a folder may have its slash.</summary>
    Mention,
}

/// <summary>A path that a file names, relative to the solution.</summary>
sealed record Reference(string File, int Line, string Target, ReferenceKind Kind);
