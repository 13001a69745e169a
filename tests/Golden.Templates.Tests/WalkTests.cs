using System.Text.RegularExpressions;

namespace Golden.Templates.Tests;

/// <summary>docs/your-own.md, done as it says: what it names, writes, changes and runs is taken from the page, so that a step that is missing there fails here.</summary>
public sealed partial class WalkTests(InstalledPack pack) : TemplateTests(pack)
{
    /// <summary>Words of the samples. The platform says "order" and "note" too, and means others.</summary>
    static readonly Dictionary<string, Regex> Samples = new()
    {
        ["webapi-golden"] = Words(@"orders\w*|order(Draft|Entity|Id|Line|Metric|Page|Rules)\w*|placed\w*|minorUnits|my-first-order|sku|TEA-001"),
        ["worker-golden"] = Words(@"orders|order[.\[\]]*placed\w*|placedOrder\w*|orderId|ship\w*|carrier\w*|addShipments|sku|TEA-001"),
    };

    /// <summary>Words of what takes their place with `--sample false`.</summary>
    static readonly Regex Notes = Words(@"notes?(Client|Draft|Entity|Metrics|Operations)|note[.\[\]]*written\w*|writtenNote|noteId|addNotes|v1/notes|notes:write|water the plants");

    [Theory]
    [InlineData("webapi-golden", "Acme.Hotel")]
    [InlineData("worker-golden", "Acme.Billing")]
    public async Task TheSampleIsReplacedByAnother(string template, string name)
    {
        var solution = await CreateAsync(template, name, "--typescript-client", "false");
        var commands = await WalkAsync(solution, async command => await RunAsync(solution, command));

        Assert.Equal("dotnet test", Assert.Single(commands, command => command.StartsWith("dotnet test", StringComparison.Ordinal)));
        Assert.Empty(await LeftAsync(solution, Samples[template]));
        solution.ShouldNameItsProjects();
    }

    /// <summary>The same lines stand in the files whatever the options are; what the commands generate is left out.</summary>
    [Theory]
    [InlineData("webapi-golden", "--typescript-client", "true", "--deploy", "kubernetes")]
    [InlineData("webapi-golden", "--auth", "none", "--database", "postgres", "--typescript-client", "true", "--ci", "azure")]
    [InlineData("webapi-golden", "--sample", "false", "--typescript-client", "true")]
    [InlineData("webapi-golden", "--sample", "false", "--typescript-client", "true", "--auth", "none", "--database", "postgres")]
    [InlineData("worker-golden", "--typescript-client", "true", "--deploy", "kubernetes", "--transport", "rabbitmq")]
    [InlineData("worker-golden", "--database", "postgres", "--error-tracking", "sentry", "--ci", "azure")]
    [InlineData("worker-golden", "--sample", "false", "--typescript-client", "true")]
    public async Task ItsLinesAreThoseOfTheFiles(string template, params string[] options)
    {
        var solution = await CreateAsync(template, "Acme.Hotel", options);
        await WalkAsync(solution, command => command.StartsWith("dotnet sln ", StringComparison.Ordinal) || command.StartsWith("dotnet remove ", StringComparison.Ordinal) ? RunAsync(solution, command) : Task.CompletedTask);

        var left = await LeftAsync(solution, options is ["--sample", "false", ..] ? Notes : Samples[template]);
        Assert.DoesNotContain(left, line => !line.Contains("generated/", StringComparison.OrdinalIgnoreCase));
    }

    async Task<GeneratedSolution> CreateAsync(string template, string name, params string[] options)
    {
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, template, name, options);
        await GitAsync(solution, "init", "--quiet");
        await GitAsync(solution, "add", ".");
        await GitAsync(solution, "-c", "user.email=a@example.org", "-c", "user.name=a", "commit", "--quiet", "--message", "all");
        return solution;
    }

    /// <summary>Does the steps of the page one after the other, and returns the commands among them.</summary>
    static async Task<List<string>> WalkAsync(GeneratedSolution solution, Func<string, Task> run)
    {
        List<string> commands = [];
        foreach (var groups in Step().Matches(await solution.ReadAsync("docs/your-own.md")).Select(step => step.Groups))
        {
            var (path, text) = (groups["path"].Value, groups["text"].Value);
            switch (groups["what"].Value, groups["language"].Value)
            {
                case ("File", _):
                    Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(solution.Folder, path))!);
                    await solution.WriteAsync(path, text);
                    break;
                case ("Change", "diff"):
                    await solution.WriteAsync(path, Changed(path, await solution.ReadAsync(path), text));
                    break;
                case ("Delete", "text"):
                    foreach (var line in Lines(text))
                    {
                        Delete(Path.Combine(solution.Folder, line));
                    }

                    break;
                case ("", "shell"):
                    foreach (var command in Lines(text))
                    {
                        commands.Add(command);
                        await run(command);
                    }

                    break;
                default:
                    Assert.Fail($"The page does not say what to do with this block:\n{groups[0].Value}");
                    break;
            }
        }

        return commands;
    }

    /// <summary>The file after the changes, which an empty line separates: the lines that each of them replaces stand there exactly once.</summary>
    static string Changed(string path, string file, string diff)
    {
        foreach (var hunk in diff.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(Lines))
        {
            Assert.All(hunk, line => Assert.Contains(line[0], "-+ "));
            var before = $"\n{string.Concat(hunk.Where(line => line[0] != '+').Select(line => $"{line[1..]}\n"))}";
            var after = $"\n{string.Concat(hunk.Where(line => line[0] != '-').Select(line => $"{line[1..]}\n"))}";
            var parts = $"\n{file}".Split(before);
            Assert.True(parts.Length == 2, $"{path} has these lines {parts.Length - 1} times:{before}");
            file = string.Join(after, parts)[1..];
        }

        return file;
    }

    static void Delete(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            Assert.True(File.Exists(path), $"{path} is not there to be deleted.");
            File.Delete(path);
        }
    }

    static async Task RunAsync(GeneratedSolution solution, string command)
    {
        var words = command.Split(' ');
        if (command == "dotnet test")
        {
            // As a build server does it: what was generated is what the contract gives.
            await solution.BuildAsync("-p:CI=true");
            Assert.True(await solution.TestServicesAsync(("CI", "true")) > 80);
        }
        else
        {
            // `git grep` ends with 1 when it finds nothing.
            (await CommandLine.RunAsync(CommandLine.StartInfo(words[0], solution.Folder, words[1..]))).ShouldExitWith(words is ["git", "grep", ..] ? 1 : 0);
        }
    }

    /// <summary>The lines of the repository, and of what would be added to it, that say a word of the sample.</summary>
    static async Task<List<string>> LeftAsync(GeneratedSolution solution, Regex sample)
    {
        var files = await GitAsync(solution, "ls-files", "--cached", "--others", "--exclude-standard");
        return
        [
            .. Lines(files).Where(file => !file.EndsWith("packages.lock.json", StringComparison.Ordinal) && !file.StartsWith("contract/", StringComparison.Ordinal) && File.Exists(Path.Combine(solution.Folder, file)))
                .SelectMany(file => File.ReadLines(Path.Combine(solution.Folder, file)).Prepend(file).Where(line => sample.IsMatch(line)).Select(line => $"{file}: {line}")),
        ];
    }

    static async Task<string> GitAsync(GeneratedSolution solution, params string[] arguments)
    {
        var git = await CommandLine.RunAsync(CommandLine.StartInfo("git", solution.Folder, arguments));
        git.ShouldSucceed();
        return git.Output;
    }

    static string[] Lines(string text) => text.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    static Regex Words(string words) => new($@"\b({words})\b", RegexOptions.IgnoreCase);

    [GeneratedRegex(@"^(?:(?<what>File|Change): `(?<path>[^`]+)`\n\n|(?<what>Delete) [^\n]*:\n\n)?```(?<language>\w+)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Step();
}
