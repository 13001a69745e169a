using System.Collections.Concurrent;

namespace Golden.Templates.Combinations;

/// <summary>The checks of files, each done once for each distinct file.</summary>
sealed class OutputChecks
{
    readonly ConcurrentDictionary<(OutputFile File, FileFormat Format), IReadOnlyList<Finding>> _findings = new(SameFile.Instance);
    readonly ConcurrentDictionary<OutputFile, FileFacts> _facts = new(ReferenceEqualityComparer.Instance);
    readonly ConcurrentDictionary<OutputFile, FileFormats> _formats = new(ReferenceEqualityComparer.Instance);

    public IEnumerable<Finding> Check(Output output)
    {
        var settings = output.Files.GetValueOrDefault(".editorconfig") ?? OutputFiles.Intern(".editorconfig", "");
        var formats = _formats.GetOrAdd(settings, file => new(file.Text));
        return
        [
            .. output.Files.Values.SelectMany(file => _findings.GetOrAdd((file, formats.Of(file.Path)), key => [.. FileChecks.Check(key.File, key.Format)])),
            .. SolutionChecks.Check(output.Files, file => _facts.GetOrAdd(file, FileFacts.Of)),
        ];
    }

    sealed class SameFile : IEqualityComparer<(OutputFile File, FileFormat Format)>
    {
        public static readonly SameFile Instance = new();

        public bool Equals((OutputFile File, FileFormat Format) x, (OutputFile File, FileFormat Format) y) => ReferenceEquals(x.File, y.File) && x.Format == y.Format;

        public int GetHashCode((OutputFile File, FileFormat Format) key) => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(key.File);
    }
}
