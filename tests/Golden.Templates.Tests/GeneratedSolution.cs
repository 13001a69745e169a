using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Golden.Templates.Tests;

/// <summary>A solution that `dotnet new` wrote.</summary>
sealed partial class GeneratedSolution(string folder)
{
    static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Created = new();

    public string Folder => folder;

    public string ProjectName => Path.GetFileNameWithoutExtension(SolutionFile);

    string SolutionFile => Assert.Single(Directory.GetFiles(folder, "*.slnx"));

    /// <summary>Generates without a restore: the build that follows restores, so that nothing is done twice. What was generated before is copied.</summary>
    public static async Task<GeneratedSolution> CreateAsync(InstalledPack pack, string parent, string template, string name, params string[] options)
    {
        string[] arguments = [template, "--name", name, "--no-restore", .. options];
        var key = string.Join('\n', arguments);
        var creating = Created.GetOrAdd(key, _ => new(async () =>
        {
            var folder = pack.CreateFolder();
            (await pack.NewAsync(folder, arguments)).ShouldSucceed();
            return Path.Combine(folder, name);
        }));
        string original;
        try
        {
            original = await creating.Value;
        }
        catch
        {
            // The next test tries again.
            Created.TryRemove(new(key, creating));
            throw;
        }

        var copy = Path.Combine(parent, name);
        foreach (var file in Directory.EnumerateFiles(original, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(original, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return new(copy);
    }

    /// <summary>Every file, relative to the solution, with slashes.</summary>
    public IReadOnlyList<string> Files() =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))];

    public Task<string> ReadAsync(string path) => File.ReadAllTextAsync(Path.Combine(folder, path), TestContext.Current.CancellationToken);

    public Task WriteAsync(string path, string text) => File.WriteAllTextAsync(Path.Combine(folder, path), text, TestContext.Current.CancellationToken);

    /// <summary>Changes a text, which must be in the file.</summary>
    public async Task ReplaceAsync(string path, string text, string instead)
    {
        var before = await ReadAsync(path);
        Assert.Contains(text, before, StringComparison.Ordinal);
        await WriteAsync(path, before.Replace(text, instead, StringComparison.Ordinal));
    }

    /// <summary>What the build has made of the contract, by file.</summary>
    public IReadOnlyDictionary<string, string> Generated() => Files()
        .Where(file => file.Contains("/generated/", StringComparison.OrdinalIgnoreCase))
        .ToDictionary(file => file, file => File.ReadAllText(Path.Combine(folder, file)));

    /// <summary>Notes for the report of the run what was done with the solution, by the options that its record has.</summary>
    public void Did(string step)
    {
        var record = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, ".config/golden-templates.json")))!;
        RunReport.Add(step, (string)record["template"]!, record["options"]!.AsObject().Select(option => (option.Key, option.Value!.ToString())));
    }

    public async Task RestoreAsync() => (await CommandLine.DotnetAsync(folder, "restore")).ShouldSucceed();

    /// <summary>No package was taken at another version than the one that is asked for: a feed that lacks it gives the next, and does not always say so.</summary>
    public void ShouldHaveRestoredExactly()
    {
        foreach (var file in Files().Where(file => file.EndsWith("packages.lock.json", StringComparison.Ordinal)))
        {
            var frameworks = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, file)))!["dependencies"]!.AsObject();
            foreach (var (name, package) in frameworks.SelectMany(framework => framework.Value!.AsObject()))
            {
                if ((string?)package!["requested"] is { } requested)
                {
                    Assert.Equal($"{name} {requested}", $"{name} [{(string?)package["resolved"]}, )");
                }
            }
        }
    }

    /// <summary>
    /// Builds on one node, because tests run side by side and a second node costs more than it saves. Without `CI` it builds without
    /// analyzers; they check all combinations in memory. Returns what the build said.
    /// </summary>
    public async Task<string> BuildAsync(params string[] properties)
    {
        var build = await CommandLine.DotnetAsync(folder, ["build", "-warnaserror", "-nologo", "-m:1", $"-p:RunAnalyzers={properties.Contains("-p:CI=true")}", .. properties]);
        build.ShouldSucceed();
        Assert.Contains("0 Warning(s)", build.Output, StringComparison.Ordinal);
        Did("built");
        return build.Output;
    }

    /// <summary>
    /// Runs the solution's own tests, while nothing else is built, and returns how many passed. Up to three that fail are tried once more, each without the
    /// others: one that passes then kept time badly on a busy machine, or waits for the reader of artifacts/tests.txt to find out what it lacks.
    /// </summary>
    public async Task<int> TestAsync((string Name, string Value)[] environment, params string[] filter)
    {
        var test = await RunTestsAsync(environment, filter);
        var failed = Failed().Matches(test.Output).Select(match => match.Groups[1].Value).Distinct().ToList();
        foreach (var name in failed)
        {
            Summary.Write($"{Path.GetFileName(folder)}: {name} failed beside the other tests:\n{After(test.Output, name)}");
        }

        if (failed.Count is 0 or > 3)
        {
            test.ShouldSucceed();
        }

        foreach (var name in failed)
        {
            var again = await RunTestsAsync(environment, "--filter-method", name);
            again.ShouldSucceed();
            Summary.Write($"{Path.GetFileName(folder)}: {name} passed alone: UNSTEADY");
        }

        var passed = int.Parse(Succeeded().Match(test.Output).Groups[1].ValueSpan) + failed.Count;
        Assert.True(passed > 0, $"`dotnet test` in {folder} ran no test.");
        Did(filter.Length == 0 ? "all its tests ran" : "some of its tests ran");
        return passed;
    }

    /// <summary>
    /// Runs the tests of the services, and those that look at the files of the solution. The other ones of the platform are left to another solution that
    /// has the same platform: they run on a host of their own, which nothing of a service reaches.
    /// </summary>
    public Task<int> TestServicesAsync(params (string Name, string Value)[] environment) => TestAsync(environment, ["--filter-class", .. Classes(ServiceTests())]);

    /// <summary>Runs the tests of the platform.</summary>
    public Task<int> TestPlatformAsync(params (string Name, string Value)[] environment) => TestAsync(environment, ["--filter-class", .. Classes(PlatformTests())]);

    List<string> Classes(Regex files)
    {
        var classes = Files().Where(file => files.IsMatch(file)).Select(file => $"*.{Path.GetFileNameWithoutExtension(file).Split('.')[0]}").Distinct().ToList();
        Assert.True(classes.Count > 15, $"Only {classes.Count} classes of tests were found in {folder}.");
        return classes;
    }

    /// <summary>Runs one class of them, as a build server does, and returns how many passed.</summary>
    public Task<int> TestClassAsync(string name) => TestAsync([("CI", "true")], "--filter-class", $"*.{name}");

    /// <summary>What has `dotnet test` take it that one of several projects has none of the tests that are asked for.</summary>
    public static IReadOnlyList<string> SomeTests { get; } = ["--ignore-exit-code", "8"];

    Task<CommandResult> RunTestsAsync((string Name, string Value)[] environment, params string[] filter) => RunAloneAsync(environment, ["test", "--no-build", .. SomeTests, .. filter]);

    Task<CommandResult> RunAloneAsync((string Name, string Value)[] environment, params string[] arguments)
    {
        var start = CommandLine.StartInfo("dotnet", folder, arguments);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return CommandLine.RunAloneAsync(start);
    }

    /// <summary>Runs the solution's own tests by its checklist, every row of which must be proven, and returns what it wrote. One that fails is tried once more, as above.</summary>
    public async Task<string> ProveAsync(params (string Name, string Value)[] environment)
    {
        var run = await RunAsync();
        var result = await ResultAsync();
        if (run.ExitCode != 0)
        {
            Summary.Write($"{Path.GetFileName(folder)}: the checklist failed:\n{run.Output}\n{result}");
            (await RunAsync()).ShouldSucceed();
            Summary.Write($"{Path.GetFileName(folder)}: the checklist passed the second time: UNSTEADY");
            result = await ResultAsync();
        }

        var rows = await ReadAsync("docs/checklist.md");
        Assert.Equal(Row().Matches(rows).Select(row => row.Value), Row().Matches(result).Select(row => row.Value));
        Assert.Equal(Row().Count(result), PassedRow().Count(result));
        Assert.True(int.Parse(Counted().Match(result).Groups[1].ValueSpan) > 100, result);
        Assert.Contains(" tests, 0 failed,", result, StringComparison.Ordinal);
        Did("all its tests ran");
        return result;

        Task<CommandResult> RunAsync() => RunAloneAsync(environment, "run", "checklist.cs");

        Task<string> ResultAsync() => ReadAsync("docs/checklist-result.md");
    }

    // The message and the beginning of the trace, not the log lines of the service.
    static string After(string output, string name) =>
        string.Join('\n', output[output.IndexOf($"failed {name}", StringComparison.Ordinal)..].Split('\n').Take(12).Select(line => line.Length > 300 ? line[..300] : line));

    /// <summary>Every project that the solution names is on disk, and the solution names every project on disk but the compiler of contracts.</summary>
    public void ShouldNameItsProjects()
    {
        var named = XDocument.Load(SolutionFile).Descendants("Project").Select(project => project.Attribute("Path")!.Value);
        var onDisk = Files().Where(file => file.EndsWith(".csproj", StringComparison.Ordinal) && file != "contract/contract.csproj");
        Assert.Equal(onDisk.Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    /// <summary>No file, folder or line tells that this was made from a template.</summary>
    public void ShouldHaveNoTraceOfTheTemplate()
    {
        foreach (var file in Files())
        {
            Assert.False(Trace().IsMatch(file), $"The file name {file} in {folder} still has a token of the template.");
            var lines = File.ReadAllLines(Path.Combine(folder, file));
            for (var number = 0; number < lines.Length; number++)
            {
                Assert.False(
                    Trace().IsMatch(lines[number]),
                    $"Line {number + 1} of {file} in {folder} still has a token or a directive of the template: {lines[number]}");
            }
        }
    }

    [GeneratedRegex(@"^failed ([\w.+]+)", RegexOptions.Multiline)]
    private static partial Regex Failed();

    [GeneratedRegex(@"^tests/(?:[^/]+\.(?:Api|Worker)\.Tests/|[^/]+\.ServiceDefaults\.Tests/Repository/)(?!.*/(?:bin|obj)/).*Tests(?:\.\w+)?\.cs$")]
    private static partial Regex ServiceTests();

    [GeneratedRegex(@"^tests/[^/]+\.ServiceDefaults\.Tests/(?!.*/(?:bin|obj)/).*Tests(?:\.\w+)?\.cs$")]
    private static partial Regex PlatformTests();

    [GeneratedRegex(@"^\| `[\w-]+` \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"^\| `[\w-]+` \| passed \| [1-9]", RegexOptions.Multiline)]
    private static partial Regex PassedRow();

    [GeneratedRegex(@"(\d+) tests, ")]
    private static partial Regex Counted();

    [GeneratedRegex(@"succeeded: (\d+)")]
    private static partial Regex Succeeded();

    [GeneratedRegex(@"GoldenService|golden-service|localhost:51[789]0|^\s*(//(//)?|<!--)?#(if|elseif|else|endif)\b|//[-+]:cnd|\.template\.config")]
    private static partial Regex Trace();
}
