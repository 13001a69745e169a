namespace Golden.Templates.Combinations;

/// <summary>What is wrong with a file by itself, whatever lies beside it.</summary>
static class FileChecks
{
    static readonly (Func<OutputFile, bool> Is, Func<OutputFile, IEnumerable<Finding>> Findings)[] Kinds =
    [
        (JsonFile.Is, JsonFile.Findings),
        (XmlFile.Is, XmlFile.Findings),
        (YamlFile.Is, YamlFile.Findings),
        (YamlFile.Is, Kubernetes.Findings),
        (Workflow.Is, Workflow.Findings),
        (Pipeline.Is, Pipeline.Findings),
        (Compose.Is, Compose.Findings),
        (Dockerfile.Is, Dockerfile.Findings),
    ];

    public static IEnumerable<Finding> Check(OutputFile file, FileFormat format) => Check(file, format, Leftovers.Tokens);

    // A picture is no text; that a page shows it is checked with the links.
    public static IEnumerable<Finding> Check(OutputFile file, FileFormat format, IReadOnlyList<string> tokens) => file.Ends(".png") ? [] :
    [
        .. TextRules.Findings(file, format),
        .. Leftovers.Findings(file, tokens),
        .. string.IsNullOrWhiteSpace(file.Text) ? [] : Kinds.Where(kind => kind.Is(file)).SelectMany(kind => kind.Findings(file)),
    ];
}
