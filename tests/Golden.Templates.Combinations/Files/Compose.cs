using YamlDotNet.RepresentationModel;

namespace Golden.Templates.Combinations;

/// <summary>A compose file: its services, and what they refer to in it and beside it.</summary>
static class Compose
{
    static readonly HashSet<string> Keys = ["name", "version", "services", "networks", "volumes", "secrets", "configs", "include", "models"];

    public static bool Is(OutputFile file) =>
        YamlFile.Is(file) && (file.Name.StartsWith("compose", StringComparison.Ordinal) || file.Name.StartsWith("docker-compose", StringComparison.Ordinal));

    public static IEnumerable<Finding> Findings(OutputFile file) => YamlFile.Documents(file).SelectMany(root => UnknownKeys(file, root).Concat(Services(file, root)));

    public static IEnumerable<Reference> References(OutputFile file) => YamlFile.Documents(file)
        .SelectMany(root => (IEnumerable<(string? Path, int Line)>)[
            .. root.At("services").Members.SelectMany(service => Paths(service.Value)),
            .. root.At("configs").Members.Concat(root.At("secrets").Members).Select(member => (member.Value.At("file").Text, member.Line)),
            .. root.At("include").Items.SelectMany(item => item.IsMapping ? item.At("path").Items : [item]).Select(item => (item.Text, item.Line)),
        ])
        .Where(path => path.Path is { Length: > 0 } text && !text.Contains('$') && !text.Contains("://") && text[0] is not ('/' or '~'))
        .Select(path => file.Reference(path.Line, file.Folder, path.Path!));

    static IEnumerable<Finding> UnknownKeys(OutputFile file, YamlNode root)
    {
        foreach (var (key, _, line) in root.Members.Where(member => !Keys.Contains(member.Key) && !member.Key.StartsWith("x-", StringComparison.Ordinal)))
        {
            yield return file.Finding(line, $"A compose file has no key {key} at its top; is it indented too little?");
        }
    }

    static IEnumerable<Finding> Services(OutputFile file, YamlNode root)
    {
        foreach (var (name, service, line) in root.At("services").Members)
        {
            if (service.At("image") is null && service.At("build") is null && service.At("extends") is null)
            {
                yield return file.Finding(line, $"The service {name} has neither `image` nor `build`.");
            }

            var uses = (IEnumerable<(string Kind, string Name, int Line)>)[
                .. service.At("depends_on").Names.Select(use => ("services", use.Name, use.Line)),
                .. service.At("networks").Names.Where(use => use.Name != "default").Select(use => ("networks", use.Name, use.Line)),
                .. Sources(service, "secrets"),
                .. Sources(service, "configs"),
                .. Volumes(service).Where(volume => volume.IsNamed).Select(volume => ("volumes", volume.Source, volume.Line)),
            ];
            foreach (var use in uses.Where(use => root.At(use.Kind).Members.All(member => member.Key != use.Name)))
            {
                yield return file.Finding(use.Line, $"The service {name} refers to {use.Name}, which `{use.Kind}` does not declare.");
            }
        }
    }

    static IEnumerable<(string Kind, string Name, int Line)> Sources(YamlNode service, string kind) =>
        service.At(kind).Items.Select(item => (kind, item.Text ?? item.At("source").Text ?? "", item.Line));

    static IEnumerable<(string Source, bool IsNamed, int Line)> Volumes(YamlNode service)
    {
        foreach (var volume in service.At("volumes").Items)
        {
            // With no colon it is a path of the container alone.
            var isLong = volume.IsMapping;
            var source = isLong ? volume.At("source").Text : volume.Text is { } text && text.Contains(':') ? text[..text.IndexOf(':')] : null;
            if (source is { Length: > 0 })
            {
                yield return (source, isLong ? volume.At("type").Text is "volume" : source[0] is not ('.' or '/' or '~' or '$'), volume.Line);
            }
        }
    }

    static IEnumerable<(string? Path, int Line)> Paths(YamlNode service)
    {
        var build = service.At("build");
        if (build is not null && build.At("dockerfile_inline") is null)
        {
            var context = build.Text ?? build.At("context").Text ?? ".";
            yield return (context, build.Line);
            yield return ($"{context}/{build.At("dockerfile").Text ?? "Dockerfile"}", build.Line);
        }

        foreach (var file in service.At("env_file").Items.Where(item => item.At("required").Text != "false"))
        {
            yield return (file.Text ?? file.At("path").Text, file.Line);
        }

        yield return (service.At("extends", "file").Text, service.At("extends").Line);
        foreach (var volume in Volumes(service).Where(volume => volume.Source[0] is '.'))
        {
            yield return (volume.Source, volume.Line);
        }
    }
}
