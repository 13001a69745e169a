using YamlDotNet.RepresentationModel;

namespace Golden.Templates.Combinations;

/// <summary>Manifests of Kubernetes, and the kustomizations that list them.</summary>
static class Kubernetes
{
    static readonly HashSet<string> Keys =
    [
        "apiVersion", "kind", "metadata", "resources", "components", "patches", "images", "namespace", "namePrefix", "nameSuffix", "labels", "commonLabels",
        "commonAnnotations", "configMapGenerator", "secretGenerator", "generatorOptions", "replacements", "replicas", "configurations", "crds",
        "generators", "transformers", "validators", "openapi", "helmCharts", "helmGlobals", "buildMetadata", "sortOptions",
    ];

    public static bool IsKustomization(OutputFile file) => file.Name is "kustomization.yaml" or "kustomization.yml";

    public static IEnumerable<Finding> Findings(OutputFile file) =>
        YamlFile.Documents(file).SelectMany(document => IsKustomization(file) ? Kustomization(file, document) : Manifest(file, document));

    public static IEnumerable<Reference> References(OutputFile file) => !IsKustomization(file) ? [] : YamlFile.Documents(file)
        .SelectMany(root => (IEnumerable<YamlNode?>)[
            .. Items(root, "resources", "components", "configurations", "crds", "generators", "transformers"),
            .. Items(root, "patches", "replacements").Select(item => item.At("path")),
            .. Items(root, "configMapGenerator", "secretGenerator").SelectMany(item => Items(item, "files", "envs", "env")),
        ])
        .Where(node => node.Text is { } text && !text.Contains('\n') && !text.Contains("://") && !text.StartsWith("github.com/", StringComparison.Ordinal))
        .Select(node => file.Reference(node.Line, file.Folder, node.Text![(node.Text!.IndexOf('=') + 1)..]));

    static IEnumerable<YamlNode> Items(YamlNode node, params IEnumerable<string> keys) => keys.SelectMany(key => node.At(key).Items);

    static IEnumerable<Finding> Kustomization(OutputFile file, YamlNode root)
    {
        if (!root.Members.Any())
        {
            yield return file.Finding(root.Line, "A kustomization has `kind: Kustomization` and lists `resources`.");
        }

        foreach (var (key, _, line) in root.Members.Where(member => !Keys.Contains(member.Key)))
        {
            yield return file.Finding(line, $"A kustomization has no key {key}.");
        }

        foreach (var (key, _, line) in root.Members.Where(member => member is { Key: "resources" or "components" or "patches", Value: not YamlSequenceNode }))
        {
            yield return file.Finding(line, $"{key} is not a list: where nothing is left in it, take it out, too.");
        }

        foreach (var literal in Items(root, "configMapGenerator").SelectMany(generator => Items(generator, "literals")).Where(literal => literal.Text?.StartsWith("ForwardedHeaders__Known", StringComparison.Ordinal) is true))
        {
            yield return file.Finding(literal.Line, "No proxy is trusted until the operator names it.");
        }
    }

    static IEnumerable<Finding> Manifest(OutputFile file, YamlNode document)
    {
        // A number is the version of a file of Grafana.
        if (document.At("apiVersion") is not { } version || version.Text?.All(char.IsAsciiDigit) is true)
        {
            yield break;
        }

        if (document.At("kind") is null)
        {
            yield return file.Finding(document.Line, "A document with `apiVersion` needs `kind`.");
        }

        if (document.At("metadata", "name") is null && document.At("metadata", "generateName") is null && file.Name != "Chart.yaml")
        {
            yield return file.Finding(document.Line, $"The {document.At("kind").Text ?? "document"} needs `metadata.name`.");
        }
    }
}
