namespace Golden.Templates.Combinations;

/// <summary>What the checks ask of a file.</summary>
static class OutputFileParts
{
    extension(OutputFile file)
    {
        /// <summary>The lines without their ends; a newline at the end of the file begins no further one.</summary>
        public string[] Lines
        {
            get
            {
                var lines = file.Text.Split('\n');
                return [.. (lines[^1].Length == 0 ? lines.SkipLast(1) : lines).Select(line => line.TrimEnd('\r'))];
            }
        }

        public bool Ends(params ReadOnlySpan<string> ends)
        {
            foreach (var end in ends)
            {
                if (file.Path.EndsWith(end, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }

            return false;
        }

        public Finding Finding(int line, string message) => new(file.Path, line, message);

        /// <summary>A reference to a path that is written relative to a folder of the solution.</summary>
        public Reference Reference(int line, string folder, string path, ReferenceKind kind = ReferenceKind.Path)
        {
            var isGlob = kind is ReferenceKind.Path && path.AsSpan().ContainsAny('*', '?');
            return new(file.Path, line, SolutionPath.Resolve(folder, path), isGlob ? ReferenceKind.Glob : kind);
        }
    }
}
