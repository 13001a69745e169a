using System.Text.Json;
using System.Text.RegularExpressions;

namespace Golden.Templates.Combinations;

/// <summary>A Dockerfile, built with the solution's folder as its context.</summary>
static partial class Dockerfile
{
    static readonly HashSet<string> Keywords =
    [
        "FROM", "ARG", "RUN", "CMD", "LABEL", "EXPOSE", "ENV", "ADD", "COPY", "ENTRYPOINT", "VOLUME", "USER", "WORKDIR", "ONBUILD", "STOPSIGNAL",
        "HEALTHCHECK", "SHELL",
    ];

    public static bool Is(OutputFile file) => file.Name == "Dockerfile" || file.Name.StartsWith("Dockerfile.", StringComparison.Ordinal);

    public static IEnumerable<Finding> Findings(OutputFile file)
    {
        var (instructions, findings) = Read(file);
        var stages = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (line, keyword, arguments) in instructions)
        {
            if (!Keywords.Contains(keyword))
            {
                findings.Add(file.Finding(line, $"{keyword} is not an instruction of a Dockerfile, in capitals. Does the line before it lack a \\?"));
            }

            var words = Words(arguments);
            var images = keyword == "FROM" ? words.Take(1) : From().Matches(arguments).Select(match => match.Groups["stage"].Value);
            foreach (var image in images.Where(image => image != "scratch" && !IsImage(image) && !stages.Contains(image)))
            {
                findings.Add(file.Finding(line, $"No stage before this one is named {image}, and it is not an image with a tag."));
            }

            if (keyword == "FROM" && words is [_, var name, var stage] && name.Equals("AS", StringComparison.OrdinalIgnoreCase))
            {
                stages.Add(stage);
            }
        }

        if (instructions.FirstOrDefault() is not { Keyword: "FROM" or "ARG" } first)
        {
            findings.Add(file.Finding(instructions.Count == 0 ? 0 : instructions[0].Line, "The first instruction is not FROM, nor ARG for it."));
        }

        return findings;
    }

    public static IEnumerable<Reference> References(OutputFile file)
    {
        foreach (var (line, keyword, arguments) in Read(file).Instructions)
        {
            var mounts = BindMount().Matches(arguments).Select(match => match.Value).Where(mount => !mount.Contains("from=", StringComparison.Ordinal));
            var sources = keyword is "COPY" or "ADD" && !arguments.Contains("--from=", StringComparison.Ordinal) ? Words(arguments).SkipLast(1)
                // The folder in which a command runs holds what was copied there, under the same paths.
                : keyword == "RUN" ? mounts.Select(mount => Source().Match(mount).Groups["path"].Value).Where(path => path.Length > 0)
                    .Concat(Words(arguments).Where(CommandText.IsProject)).Concat(Built(arguments)).Distinct()
                : [];
            // A pattern of letters, as in [N]uGet.config, stands for a file that need not be there.
            foreach (var source in sources.Where(source => !source.Contains("<<") && !source.AsSpan().ContainsAny('$', '[') && !source.Contains("://")))
            {
                yield return file.Reference(line, "", source);
            }
        }
    }

    /// <summary>What a command of dotnet lacks in the image: it needs the project that it names and all that this one refers to, copied before.</summary>
    public static IEnumerable<Finding> Findings(IReadOnlyDictionary<string, OutputFile> files)
    {
        foreach (var file in files.Values.Where(Is))
        {
            var copied = new List<string>();
            foreach (var (line, keyword, arguments) in Read(file).Instructions)
            {
                if (keyword == "COPY" && !arguments.Contains("--from=", StringComparison.Ordinal))
                {
                    copied.AddRange(Words(arguments).SkipLast(1).Select(source => SolutionPath.Resolve("", source)));
                }
                else if (keyword == "RUN")
                {
                    var needed = new List<string>();
                    foreach (var project in Built(arguments).SelectMany(built => files.Keys.Where(path => path == built || SolutionPath.Matches($"{built}/*.csproj", path))))
                    {
                        AddReferred(files, project, needed);
                    }

                    foreach (var path in needed.Where(path => !copied.Any(source => source.Length == 0 || source == path || path.StartsWith(source + "/", StringComparison.Ordinal) || SolutionPath.Matches(source, path))))
                    {
                        yield return file.Finding(line, $"Nothing before copies {path}, which this needs.");
                    }
                }
            }
        }
    }

    /// <summary>Projects, or their folders, that a command restores, builds or publishes.</summary>
    static IEnumerable<string> Built(string arguments) => BuiltProject().Matches(arguments).Select(match => match.Groups["path"].Value.TrimEnd('/'));

    static void AddReferred(IReadOnlyDictionary<string, OutputFile> files, string path, List<string> projects)
    {
        if (!projects.Contains(path) && files.TryGetValue(path, out var project))
        {
            projects.Add(path);
            foreach (var reference in ProjectReference().Matches(project.Text).Select(match => match.Groups["path"].Value))
            {
                AddReferred(files, SolutionPath.Resolve(project.Folder, reference), projects);
            }
        }
    }

    static (List<Instruction> Instructions, List<Finding> Findings) Read(OutputFile file)
    {
        var (instructions, findings, lines) = (new List<Instruction>(), new List<Finding>(), file.Lines);
        for (var index = 0; index < lines.Length; index++)
        {
            if (IsComment(lines[index]) || string.IsNullOrWhiteSpace(lines[index]))
            {
                continue;
            }

            var (start, text) = (index + 1, lines[index].Trim());
            while (text.EndsWith('\\'))
            {
                text = text[..^1];
                do
                {
                    index++;
                }
                while (index < lines.Length && IsComment(lines[index]));

                if (index >= lines.Length || string.IsNullOrWhiteSpace(lines[index]))
                {
                    findings.Add(file.Finding(Math.Min(index, lines.Length), "The instruction ends with a \\ and nothing continues it."));
                    break;
                }

                text += " " + lines[index].Trim();
            }

            var end = text.AsSpan().IndexOfAny(' ', '\t') is var space and >= 0 ? space : text.Length;
            instructions.Add(new(start, text[..end], text[end..].Trim()));
            if (Heredoc().Match(text) is { Success: true } heredoc)
            {
                index = Array.FindIndex(lines, index, line => line.Trim() == heredoc.Groups["end"].Value);
                if (index < 0)
                {
                    findings.Add(file.Finding(start, $"No line is {heredoc.Groups["end"].Value}, which ends the text that begins here."));
                    break;
                }
            }
        }

        return (instructions, findings);
    }

    /// <summary>The words that are not options, of either form: plain, or a list in JSON.</summary>
    static string[] Words(string arguments)
    {
        var plain = Option().Replace(arguments, "");
        try
        {
            return plain.StartsWith('[') ? JsonSerializer.Deserialize<string[]>(plain)! : plain.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        }
        catch (JsonException)
        {
            return [];
        }
    }

    static bool IsComment(string line) => line.TrimStart().StartsWith('#');

    static bool IsImage(string name) => name.AsSpan().ContainsAny(":/@$") || name.All(char.IsAsciiDigit);

    [GeneratedRegex(@"(?<=^|\s)--[a-z]+(?:=\S*)?\s+")]
    private static partial Regex Option();

    [GeneratedRegex(@"(?:(?<=^|\s)--from=|(?<=--mount=\S*,)from=)(?<stage>[^\s,]+)")]
    private static partial Regex From();

    [GeneratedRegex(@"--mount=\S*type=bind\S*")]
    private static partial Regex BindMount();

    [GeneratedRegex(@"[=,](?:source|src)=(?<path>[^,\s]+)")]
    private static partial Regex Source();

    [GeneratedRegex(@"<<-?[""']?(?<end>\w+)")]
    private static partial Regex Heredoc();

    [GeneratedRegex(@"\bdotnet (?:restore|build|publish) (?<path>[\w.][\w./-]*)")]
    private static partial Regex BuiltProject();

    [GeneratedRegex(@"<ProjectReference Include=""(?<path>[^""]+)""")]
    private static partial Regex ProjectReference();

    sealed record Instruction(int Line, string Keyword, string Arguments);
}
