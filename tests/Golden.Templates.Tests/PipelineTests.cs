using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Golden.Templates.Tests;

/// <summary>The pipelines of generated services: what they say, and as far as it can run here, what it does.</summary>
public sealed partial class PipelineTests(InstalledPack pack) : TemplateTests(pack)
{
    const string Comparison = "Generated code is what the contract gives";

    // Jobs that are scripts, and so the same wherever they run.
    static readonly string[] Scripts = ["build", "contract", "migrations", "packages"];

    public static TheoryData<string, string[]> Services => new()
    {
        { "webapi-golden", [] },
        { "webapi-golden", ["--database", "postgres", "--typescript-client"] },
        { "worker-golden", [] },
        { "worker-golden", ["--database", "postgres", "--transport", "rabbitmq"] },
        { "golden", [] },
        { "golden", ["--database", "postgres", "--transport", "rabbitmq", "--typescript-client"] },
    };

    [Theory]
    [MemberData(nameof(Services))]
    public async Task WorkflowsTrustNothingThatCanChange(string template, string[] options)
    {
        var solution = await CreateAsync(template, "github", options);
        var workflows = solution.Files().Where(file => file.StartsWith(".github/workflows/", StringComparison.Ordinal)).ToList();
        Assert.Equal([".github/workflows/audit.yml", ".github/workflows/ci.yml", ".github/workflows/codeql.yml"], workflows.Order(StringComparer.Ordinal));
        foreach (var file in workflows)
        {
            var text = await solution.ReadAsync(file);
            foreach (var line in text.Split('\n').Where(line => line.Contains("uses:", StringComparison.Ordinal)))
            {
                Assert.Matches(@"^\s+(?:- )?uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+(?:\.\d+)*$", line);
            }

            var workflow = Parse(text);
            Assert.Equal("contents: read", Pairs(workflow["permissions"]));
            foreach (var (name, job) in Members(workflow["jobs"]))
            {
                Assert.True(job.Children.ContainsKey("timeout-minutes"), $"The job {name} of {file} may run for hours.");
                if (job.Children.TryGetValue("permissions", out var permissions))
                {
                    Assert.Equal((name, Pairs(permissions)), (name, name switch { "publish" when Text(job, "if") == "github.ref == 'refs/heads/main'" => "contents: read, packages: write", "analyze" => "contents: read, security-events: write", _ => "" }));
                }

                foreach (var step in Steps(job))
                {
                    Assert.False(Text(step, "uses")?.StartsWith("actions/checkout@", StringComparison.Ordinal) is true && Pairs(step["with"]).Split(", ").Contains("persist-credentials: false") is false, $"The job {name} of {file} leaves credentials in the working copy.");
                    Assert.DoesNotContain("${{", Text(step, "run") ?? "", StringComparison.Ordinal);
                }
            }
        }
    }

    /// <summary>An action has one commit, in the pipelines of the templates and in that of the pack.</summary>
    [Fact]
    public async Task EveryActionHasOneCommit()
    {
        var files = await Repository.TrackedFilesAsync(".github", "templates/*/.github/*");
        var pins = files.Where(file => file.EndsWith(".yml", StringComparison.Ordinal))
            .SelectMany(file => Pin().Matches(File.ReadAllText(Path.Combine(Repository.Root, file))))
            .Select(pin => (Action: string.Join('/', pin.Groups["action"].Value.Split('/').Take(2)), Commit: pin.Groups["commit"].Value))
            .Distinct().ToList();
        Assert.True(pins.Count >= 6, $"Only {pins.Count} actions were found.");
        Assert.Equal(pins.Select(pin => pin.Action).Distinct().Order(StringComparer.Ordinal), pins.Select(pin => pin.Action).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task AzureRunsWhatGitHubRuns(string template, string[] options)
    {
        var github = await CreateAsync(template, "github", options);
        var azure = await CreateAsync(template, "azure", options);
        Assert.DoesNotContain(azure.Files(), file => file.StartsWith(".github/", StringComparison.Ordinal));
        Assert.DoesNotContain("azure-pipelines.yml", github.Files());

        var workflows = new List<YamlMappingNode> { Parse(await github.ReadAsync(".github/workflows/ci.yml")), Parse(await github.ReadAsync(".github/workflows/audit.yml")) };
        var expected = workflows.SelectMany(workflow => Members(workflow["jobs"])).Where(job => Scripts.Contains(job.Name))
            .SelectMany(job => Steps(job.Value).Where(step => Text(step, "run") is not null).Select(step => (job.Name, Text(step, "name"), Text(step, "run")!, Environment(step))));
        var pipeline = Parse(await azure.ReadAsync("azure-pipelines.yml"));
        var jobs = ((YamlSequenceNode)pipeline["jobs"]).Children.Cast<YamlMappingNode>().ToList();
        var scripts = jobs.Where(job => Scripts.Contains(Text(job, "job"))).SelectMany(job => Steps(job).Where(step => Text(step, "script") is not null)
            .Select(step => (Text(job, "job")!, Text(step, "displayName"), Script(step), Environment(step)))).ToList();
        Assert.Equal(expected, scripts);
        Assert.Equal(options.Contains("postgres"), scripts.Exists(script => script.Item1 == "migrations"));

        // What has a contract, a database or an image is checked, migrated and built.
        var services = github.Files().Where(file => file.EndsWith("/Dockerfile", StringComparison.Ordinal)).Select(file => file.Split('/')[^2]).Order(StringComparer.Ordinal).ToList();
        var contracts = services.Where(service => github.Files().Contains($"src/{service}/openapi.yaml")).ToList();
        Assert.All(
            Members(workflows[0]["jobs"]).Where(job => job.Name is "contract" or "migrations" or "container" or "publish"),
            job => Assert.Equal($"{job.Name}: {string.Join(", ", job.Name is "container" or "publish" ? services : contracts)}", $"{job.Name}: {string.Join(", ", Projects(job.Value, "env"))}"));
        Assert.All(
            jobs.Where(job => Text(job, "job") is "contract" or "migrations" or "container"),
            job => Assert.Equal($"{Text(job, "job")}: {string.Join(", ", Text(job, "job") == "container" ? services : contracts)}", $"{Text(job, "job")}: {string.Join(", ", Projects(job, "variables"))}"));

        // A service that one waits for, the other has too; and everything of Azure forgets its credentials.
        Assert.Equal(Servers(workflows[0]["jobs"]["build"]), Servers(jobs.Single(job => Text(job, "job") == "build")));
        Assert.All(jobs.SelectMany(Steps).Where(step => Text(step, "checkout") is not null), step => Assert.Equal("false", Text(step, "persistCredentials")));
        Assert.All(jobs, job => Assert.NotNull(Text(job, "timeoutInMinutes")));
    }

    [Fact]
    public async Task WithoutAPipelineThereIsNone()
    {
        var solution = await CreateAsync("webapi-golden", "none", []);
        Assert.DoesNotContain(solution.Files(), file => file.StartsWith(".github/", StringComparison.Ordinal) || file == "azure-pipelines.yml");
    }

    /// <summary>The steps of the job `build`, one after the other as a runner does it, but for the tests, which other tests here run.</summary>
    [Fact]
    public async Task TheStepsPassAndFailWhereTheyShould()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The pipelines run on Linux; their scripts need its shell.");
        var solution = await CreateAsync("webapi-golden", "github", []);
        var build = (YamlMappingNode)Parse(await solution.ReadAsync(".github/workflows/ci.yml"))["jobs"]["build"];
        var steps = Steps(build).Where(step => Text(step, "run") is not null).Select(step => (Name: Text(step, "name")!, Run: Text(step, "run")!)).ToList();
        Assert.Equal(["Restore what the lock files say", "Build", "Format", Comparison, "Test"], steps.Select(step => step.Name));

        // A developer's first restore writes the lock files, and the first commit has them.
        await solution.RestoreAsync();
        Assert.Equal(solution.Files().Count(file => file.EndsWith(".csproj", StringComparison.Ordinal) && !file.StartsWith("contract/", StringComparison.Ordinal)), solution.Files().Count(file => file.EndsWith("/packages.lock.json", StringComparison.Ordinal)));
        await GitAsync(solution, "git init --quiet --initial-branch main && git config user.email a@example.org && git config user.name a && git add . && git commit --quiet --message all");
        Assert.Null(await FirstFailureAsync(solution, steps));
        await GitAsync(solution, "test -z \"$(git status --porcelain)\"");

        // A version was changed and not restored.
        await EditAsync(solution, "Directory.Packages.props", @"(?<=""FluentValidation"" Version="")[\d.]+", "11.10.0");
        var stale = await FirstFailureAsync(solution, steps);
        Assert.Equal("Restore what the lock files say", stale?.Step);
        Assert.Contains("NU1004", stale?.Output, StringComparison.Ordinal);
        await GitAsync(solution, "git checkout --quiet .");

        // Somebody edited what is generated, and committed it.
        await EditAsync(solution, "src/Acme.Orders.Api/Generated/Models.cs", @"(?<=/// <summary>)What a customer asks for", "What somebody asks for");
        await GitAsync(solution, "git commit --quiet --all --message edit");
        var edited = await FirstFailureAsync(solution, steps.Where(step => step.Name != "Format"));
        Assert.Equal(Comparison, edited?.Step);
        Assert.Contains("+/// <summary>What a customer asks for", edited?.Output, StringComparison.Ordinal);
        await GitAsync(solution, "git reset --quiet --hard HEAD^");

        // A line is out of shape.
        await EditAsync(solution, "src/Acme.Orders.Api/Orders/OrderRules.cs", "(?m)^    (?=public)", "  ");
        Assert.Equal("Format", (await FirstFailureAsync(solution, steps.Where(step => step.Name != "Build")))?.Step);
    }

    async Task<GeneratedSolution> CreateAsync(string template, string ci, string[] options)
    {
        var parent = Directory.CreateDirectory(Path.Combine(Folder, ci)).FullName;
        return await GeneratedSolution.CreateAsync(Pack, parent, template, "Acme.Orders", ["--ci", ci, .. options]);
    }

    static async Task<(string Step, string Output)?> FirstFailureAsync(GeneratedSolution solution, IEnumerable<(string Name, string Run)> steps)
    {
        foreach (var (name, run) in steps.Where(step => step.Name != "Test"))
        {
            var result = await ShellAsync(solution, run);
            if (result.ExitCode != 0)
            {
                return (name, result.Output);
            }
        }

        return null;
    }

    /// <summary>As a runner of GitHub does it.</summary>
    static Task<CommandResult> ShellAsync(GeneratedSolution solution, string script)
    {
        var start = CommandLine.StartInfo("bash", solution.Folder, "-e", "-c", script);
        start.Environment["CI"] = "true";
        return CommandLine.RunAsync(start);
    }

    static async Task GitAsync(GeneratedSolution solution, string script) => (await ShellAsync(solution, script)).ShouldSucceed();

    static async Task EditAsync(GeneratedSolution solution, string path, string pattern, string text)
    {
        var before = await solution.ReadAsync(path);
        var after = Regex.Replace(before, pattern, text);
        Assert.NotEqual(before, after);
        await solution.WriteAsync(path, after);
    }

    static YamlMappingNode Parse(string text)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        return (YamlMappingNode)yaml.Documents.Single().RootNode;
    }

    static IEnumerable<(string Name, YamlMappingNode Value)> Members(YamlNode node) => ((YamlMappingNode)node).Children.Select(member => (((YamlScalarNode)member.Key).Value!, (YamlMappingNode)member.Value));

    static IEnumerable<YamlMappingNode> Steps(YamlMappingNode job) => ((YamlSequenceNode)job["steps"]).Children.Cast<YamlMappingNode>();

    /// <summary>The projects of a job, in alphabetical order: those of its matrix, or else the one that it names.</summary>
    static IEnumerable<string> Projects(YamlMappingNode job, string variables)
    {
        var named = job.Children.TryGetValue("strategy", out var strategy)
            ? ((YamlMappingNode)strategy["matrix"]).Children.SelectMany(member => (member.Key.ToString(), member.Value) switch
            {
                ("project", YamlSequenceNode projects) => projects.Select(project => project.ToString()),
                ("include", YamlSequenceNode rows) => rows.Select(row => row["project"].ToString()),
                (_, YamlMappingNode row) => [row["project"].ToString()],
                _ => [],
            })
            : job.Children.TryGetValue(variables, out var own) ? ((YamlMappingNode)own).Children.Values.Select(value => value.ToString())
            : Steps(job).Select(step => step.Children.TryGetValue("with", out var with) ? Text((YamlMappingNode)with, "file") : null).OfType<string>().Select(file => file.Split('/')[^2]);
        return named.Order(StringComparer.Ordinal);
    }

    static string? Text(YamlMappingNode node, string key) => node.Children.TryGetValue(key, out var value) ? ((YamlScalarNode)value).Value : null;

    static string Pairs(YamlNode node) => string.Join(", ", ((YamlMappingNode)node).Children.Select(pair => $"{pair.Key}: {pair.Value}"));

    static string Environment(YamlMappingNode step) => step.Children.TryGetValue("env", out var environment) ? Pairs(environment) : "";

    static IEnumerable<string> Servers(YamlNode job) => ((YamlMappingNode)job).Children.TryGetValue("services", out var services) ? ((YamlMappingNode)services).Children.Keys.Select(name => name.ToString()).Order(StringComparer.Ordinal) : [];

    /// <summary>Azure goes on after a command that failed, if it is not told otherwise.</summary>
    static string Script(YamlMappingNode step)
    {
        var script = Text(step, "script")!;
        const string stop = "set -e\n";
        Assert.Equal(script.TrimEnd().Contains('\n'), script.StartsWith(stop, StringComparison.Ordinal));
        return script.StartsWith(stop, StringComparison.Ordinal) ? script[stop.Length..] : script;
    }

    [GeneratedRegex(@"uses: (?<action>[\w./-]+)@(?<commit>[0-9a-f]{40})")]
    private static partial Regex Pin();
}
