using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Golden.Templates.Combinations;

/// <summary>A pipeline of Azure; and the paths in steps, which those of GitHub name likewise.</summary>
static partial class Pipeline
{
    public static bool Is(OutputFile file) => file.Name.StartsWith("azure-pipelines", StringComparison.Ordinal) && YamlFile.Is(file);

    public static bool HasSteps(OutputFile file) => Is(file) || (file.Path.StartsWith(".github/", StringComparison.Ordinal) && YamlFile.Is(file));

    public static IEnumerable<Finding> Findings(OutputFile file) => YamlFile.Documents(file).SelectMany(document => (IEnumerable<Finding>)
    [
        .. document.Members.Any(member => member.Key is "jobs" or "steps" or "stages" or "extends")
            ? Array.Empty<Finding>()
            : [file.Finding(document.Line, "A pipeline needs one of `steps`, `jobs`, `stages` and `extends`.")],
        .. Dependencies(file, document.At("stages"), "stage"),
        .. Dependencies(file, document.At("jobs"), "job"),
        .. document.At("stages").Items.SelectMany(stage => Dependencies(file, stage.At("jobs"), "job")),
    ]);

    static IEnumerable<Finding> Dependencies(OutputFile file, YamlNode? list, string kind)
    {
        var names = list.Items.Select(item => item.At(kind).Text ?? item.At("deployment").Text).ToHashSet();
        return list.Items.SelectMany(item => item.At("dependsOn").Names)
            .Where(needed => !names.Contains(needed.Name))
            .Select(needed => file.Finding(needed.Line, $"The {kind} {needed.Name}, which `dependsOn` names, is not there."));
    }

    public static IEnumerable<Reference> References(OutputFile file) => YamlFile.Documents(file).SelectMany(document => References(file, document, ""));

    static IEnumerable<Reference> References(OutputFile file, YamlNode node, string folder)
    {
        var own = (node.At("working-directory") ?? node.At("workingDirectory") ?? node.At("defaults", "run", "working-directory")).Text;
        folder = own is null || own.Contains('$') ? folder : SolutionPath.Resolve("", own);
        foreach (var (key, value, _) in node.Members)
        {
            foreach (var reference in References(file, key, value, folder))
            {
                yield return reference;
            }
        }

        foreach (var reference in node is YamlSequenceNode sequence ? sequence.Children.SelectMany(item => References(file, item, folder)) : [])
        {
            yield return reference;
        }
    }

    static IEnumerable<Reference> References(OutputFile file, string key, YamlNode value, string folder)
    {
        if (value is not YamlScalarNode { Value: { } text } scalar)
        {
            var inputs = key is "with" or "inputs" ? value.Members : [];
            return [.. inputs.SelectMany(input => Inputs(file, input.Value)), .. References(file, value, folder)];
        }

        var isBlock = scalar.Style is YamlDotNet.Core.ScalarStyle.Literal or YamlDotNet.Core.ScalarStyle.Folded;
        return key switch
        {
            "working-directory" or "workingDirectory" when !text.Contains('$') => [file.Reference(value.Line, "", text)],
            "run" or "script" or "bash" or "pwsh" or "powershell" => CommandText.References(file, text, value.Line + (isBlock ? 1 : 0), folder),
            "uses" when text.StartsWith("./", StringComparison.Ordinal) => [file.Reference(value.Line, "", text)],
            "directory" when file.Name is "dependabot.yml" => [file.Reference(value.Line, "", text)],
            "template" when !text.Contains('@') && !text.Contains('$') => [file.Reference(value.Line, text.StartsWith('/') ? "" : file.Folder, text)],
            _ => Globs(file, scalar),
        };
    }

    /// <summary>An input may be a path or anything else, so it counts as a word of a command does.</summary>
    static IEnumerable<Reference> Inputs(OutputFile file, YamlNode input) => (input.Text ?? "")
        .Split('\n', StringSplitOptions.TrimEntries)
        .Where(line => CommandText.LooksLikePath(line) && !line.Contains(' '))
        .Select(line => file.Reference(input.Line, "", line, ReferenceKind.Command));

    static IEnumerable<Reference> Globs(OutputFile file, YamlScalarNode scalar) => HashFiles().Matches(scalar.Value ?? "")
        .SelectMany(call => Argument().Matches(call.Value))
        .Where(argument => !argument.Value.StartsWith('!'))
        .Select(argument => file.Reference(scalar.Line, "", argument.Value, ReferenceKind.Glob));

    [GeneratedRegex(@"hashFiles\([^)]*\)")]
    private static partial Regex HashFiles();

    [GeneratedRegex(@"(?<=[(,]\s*')[^']+(?=')")]
    private static partial Regex Argument();
}
