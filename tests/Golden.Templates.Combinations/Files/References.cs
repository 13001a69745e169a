namespace Golden.Templates.Combinations;

/// <summary>Every path that a file names.</summary>
static class References
{
    static readonly (Func<OutputFile, bool> Is, Func<OutputFile, IEnumerable<Reference>> References)[] Kinds =
    [
        (JsonFile.Is, JsonFile.References),
        (XmlFile.Is, XmlFile.References),
        (YamlFile.Is, Kubernetes.References),
        (Pipeline.HasSteps, Pipeline.References),
        (Compose.Is, Compose.References),
        (Dockerfile.Is, Dockerfile.References),
        (MarkdownFile.Is, MarkdownFile.References),
        (TypeScriptFile.Is, TypeScriptFile.References),
        (file => file.Ends(".sh"), file => CommandText.References(file, file.Text, 1, "")),
    ];

    public static IReadOnlyList<Reference> Of(OutputFile file) => [.. Kinds.Where(kind => kind.Is(file)).SelectMany(kind => kind.References(file))];
}
