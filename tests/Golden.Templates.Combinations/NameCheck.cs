using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Golden.Templates.Tests;
using Microsoft.CodeAnalysis.CSharp;

namespace Golden.Templates.Combinations;

/// <summary>
/// Follows names through a template. Each name is mapped by the engine; a name that is not refused must make valid identifiers and file
/// names. All names are then compiled together: beside the code of one solution stand namespaces of every segment of every name, at the
/// root and one level down, which is what a lookup in a solution of that name would meet; so in solutions that together have every file of code.
/// The system has no code but that of the services: of it the most different names are compiled, each in a whole solution.
/// </summary>
sealed partial class NameCheck(CombinationCheck check, TemplateFolder template)
{
    const string Base = "Acme.Orders";
    const string SolutionFile = "GoldenService.slnx";

    const int MostFailures = 10;

    static readonly Dictionary<string, string> Defaults = [];

    // A few on each push.
    static readonly string[] Whole = ["class", "日本.注文", "Acme.Results", "Worker.Gateway"];

    /// <summary>Others that are as different, for a whole solution each.</summary>
    public static readonly string[] MoreWhole = ["3d.Api", "System", "Order", new('日', 70), "my-api", "Acme.Task", "Microsoft.Orders", "Program", "nul", "a‿b", "Acme.Orders.Orders", "Client.Gateway", "Messages", "Acme.Worker"];

    // Templates with the same forms map a name alike: it is mapped once.
    static readonly ConcurrentDictionary<(string Forms, string Name), Output> Mapped = new();

    readonly Failures _failures = new();
    readonly ConcurrentDictionary<string, string> _projectNames = new();
    readonly ConcurrentDictionary<string, string> _slugs = new();
    int _refused;
    int _given;
    int _inCompany;

    /// <summary>The system has a solution of its own; the services have that of the common source.</summary>
    bool IsSystem => template.Files.ContainsKey(SolutionFile);

    public IReadOnlyList<Failure> Failures => _failures.ToList();

    public override string ToString() =>
        $"{template.Name}: {_given} names, {_refused} of them refused with a sentence, {_projectNames.Values.Distinct().Count()} distinct project names; {(IsSystem ? $"{Whole.Length} of them compiled, each in a whole solution" : $"all of them compiled together, in {_inCompany} solutions")}";

    /// <param name="only">Only these names; all where none is given.</param>
    public async Task RunAsync(params string[] only)
    {
        var solutions = await SolutionsAsync();
        await check.EvaluateAsync(solutions);
        var code = solutions.SelectMany(solution => solution.Files.Values).Where(file => file.Path.EndsWith(".cs", StringComparison.Ordinal)).Distinct().ToList();
        var packages = solutions.SelectMany(check.Packages).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var names = only.Length > 0 ? [.. only] : ProjectNames.All(code, packages).ToList();
        _given = names.Count;
        await MapAsync(names);
        CheckValidity(packages, solutions);
        if (IsSystem)
        {
            await CompileWholeAsync(Whole);
        }
        else if (!_failures.Any)
        {
            _inCompany = solutions.Count;
            Parallel.ForEach(solutions, Generator.Cores, CompileInCompany);
        }
    }

    /// <summary>What the template makes of one name: that of the projects, and that of what is deployed.</summary>
    public async Task<(string ProjectName, string Slug)> MapAsync(string name)
    {
        await MapAsync([name]);
        return Failures.Count == 0 ? (_projectNames[name], _slugs[name]) : throw new InvalidOperationException($"{Failures[0]}");
    }

    /// <summary>As few as have every file of code, of combinations that have every pair of values.</summary>
    async Task<IReadOnlyList<Output>> SolutionsAsync()
    {
        using var engine = await Engine.StartAsync(template);
        var code = new Dictionary<Output, HashSet<OutputFile>>();
        var rules = TemplateRules.Of(template.Name);
        foreach (var combination in OptionCombinations.Pairwise([.. OptionCombinations.Of(engine.Options).Where(values => values.Count == engine.Options.Count && !rules.IsRefused(values))]))
        {
            var solution = await engine.GenerateAsync(Base, combination);
            code[solution] = [.. solution.Files.Values.Where(file => file.Name.EndsWith(".cs", StringComparison.Ordinal) || Evaluations.IsBuildFile(file))];
        }

        return OptionCombinations.Fewest(code, code.Values.SelectMany(files => files));
    }

    /// <summary>Generates with one small file only: the engine maps the name as it does in the whole template, in a hundredth of the time.</summary>
    async Task MapAsync(IReadOnlyList<string> names)
    {
        var (source, file) = IsSystem ? ("./", SolutionFile) : ("../common/", $"../common/{SolutionFile}");
        var probe = template.Only(path => path.StartsWith(TemplateConfig.Folder, StringComparison.Ordinal)).With(file, "GoldenService\ngolden-service")
            .EditConfig(config => config["sources"] = new JsonArray(config["sources"]!.AsArray().Single(other => (string?)other!["source"] == source)!.DeepClone()));
        var config = JsonNode.Parse(probe.Text(TemplateConfig.File))!;
        var forms = config["forms"]!.ToJsonString() + config["postActions"]!.ToJsonString();
        using var generator = await Generator.StartAsync(probe, Environment.ProcessorCount);
        Parallel.ForEach(names, Generator.Cores, name =>
        {
            var output = Mapped.GetOrAdd((forms, name), _ => generator.GenerateAsync(name, Defaults).GetAwaiter().GetResult());
            _failures.Add(CheckOutcome(output), output);
            if (output.Refusal is not null)
            {
                Interlocked.Increment(ref _refused);
            }
            else if (output.Files.Count == 1)
            {
                _projectNames[name] = output.ProjectName;
                _slugs[name] = output.Files.Values.Single().Lines.ElementAtOrDefault(1) ?? "";
            }
        });
    }

    static IEnumerable<Finding> CheckOutcome(Output output)
    {
        if (output.Error is { } error)
        {
            return [new("", 0, $"The engine fails: {error}")];
        }

        if (output.Outside.Count > 0)
        {
            return [new(output.Outside[0], 0, "This was written outside the output folder.")];
        }

        if (output.Refusal is not null)
        {
            return CombinationCheck.CheckRefusal(output);
        }

        var file = Assert.Single(output.Files.Values);
        var (project, slug) = (file.Lines[0], file.Lines.ElementAtOrDefault(1) ?? "");
        return project != output.ProjectName ? [new(file.Path, 0, $"The files say {output.ProjectName}, their contents {project}.")]
            : !DnsLabel().IsMatch(slug) ? [new(file.Path, 0, $"\"{output.Name}\" becomes {slug}, which is no DNS label of at most 40 characters that begins with a letter.")]
            : [];
    }

    void CheckValidity(HashSet<string> packages, IReadOnlyList<Output> solutions)
    {
        var longestSuffix = solutions.Max(LongestSuffix);
        var suffixes = solutions.SelectMany(solution => solution.Files.Keys).Where(path => path.EndsWith(".csproj", StringComparison.Ordinal))
            .Select(Path.GetFileNameWithoutExtension).Where(project => project!.StartsWith(Base, StringComparison.Ordinal)).Select(project => project![Base.Length..]).Distinct().ToList();
        foreach (var (name, project) in _projectNames)
        {
            if (Problem(project) is { } problem)
            {
                _failures.Add(new Finding("", 0, $"\"{name}\" becomes {project}, {problem}."));
            }
        }

        string? Problem(string project) =>
            project.Split('.').FirstOrDefault(segment => !SyntaxFacts.IsValidIdentifier(segment)) is { } segment ? $"and \"{segment}\" is no identifier"
            : project.Split('.').FirstOrDefault(segment => SyntaxFacts.GetKeywordKind(segment) != SyntaxKind.None) is { } keyword ? $"and {keyword} is a keyword"
            : IsDevice(project) ? "which is a device on Windows"
            : Encoding.UTF8.GetByteCount(project) + longestSuffix > 255 ? "and a file of a build would have a name of more than 255 bytes"
            : suffixes.FirstOrDefault(suffix => packages.Contains(project + suffix)) is { } suffix ? $"and {project}{suffix} is a package that it uses"
            : null;
    }

    static bool IsDevice(string project) =>
        project.Split('.')[0].ToUpperInvariant() is "CON" or "PRN" or "AUX" or "NUL" or ['C', 'O', 'M', >= '0' and <= '9'] or ['L', 'P', 'T', >= '0' and <= '9'];

    // What a build writes, such as the settings of the analyzers, has the longest names.
    int LongestSuffix(Output solution) => check.FilesAdded(solution).Max(path => Path.GetFileName(path).Length) - Base.Length;

    void CompileInCompany(Output solution)
    {
        // Both at once: a lookup that would reach the wrong namespace at the root meets the one below Acme first, and fails there too.
        var roots = _projectNames.Values.Select(name => name.Split('.')[0]);
        var later = _projectNames.Values.SelectMany(name => name.Split('.').Skip(1)).Select(segment => $"Acme.{segment}");
        Report([.. roots.Concat(later).Distinct().Order(StringComparer.Ordinal)]);

        // Halves them until it is one that fails, so that the finding tells which; or those that fail only together. A few names tell the cause: each costs a dozen compilations.
        bool Report(List<string> namespaces)
        {
            if (_failures.Count >= MostFailures)
            {
                return false;
            }

            var findings = check.CompileBare(WithNamespaces(solution, namespaces)).ToList();
            if (findings.Count == 0)
            {
                return false;
            }

            var half = namespaces.Count / 2;
            if (half == 0 || !(Report(namespaces[..half]) | Report(namespaces[half..])))
            {
                _failures.Add(findings[0] with { Message = $"In a project with the namespace {string.Join(", ", namespaces)}: {findings[0].Message}" }, solution);
            }

            return true;
        }
    }

    static Output WithNamespaces(Output solution, IEnumerable<string> namespaces)
    {
        var text = string.Concat(namespaces.Select(name => $"namespace {name} {{ file class Neighbour; }}\n"));
        var files = new SortedDictionary<string, OutputFile>(solution.Files.ToDictionary(), StringComparer.Ordinal);
        foreach (var project in solution.Files.Values.Where(file => file.Path.EndsWith(".csproj", StringComparison.Ordinal) && !file.Path.StartsWith("contract/", StringComparison.Ordinal)))
        {
            files.Add(project.Folder + "Neighbours.cs", new(project.Folder + "Neighbours.cs", text));
        }

        return new(solution.Name, solution.Options, files);
    }

    /// <summary>Generates, checks and compiles a whole solution of each name.</summary>
    public async Task CompileWholeAsync(IEnumerable<string> names)
    {
        var outputs = new List<Output>();
        using (var engine = await Engine.StartAsync(template))
        {
            foreach (var name in names)
            {
                outputs.Add(await engine.GenerateAsync(name, Defaults));
            }
        }

        await check.EvaluateAsync(outputs);
        Parallel.ForEach(outputs, Generator.Cores, output => _failures.Add(check.Check(output, TemplateRules.None).Concat(check.CompileBare(output)), output));
    }

    [GeneratedRegex("^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$")]
    private static partial Regex DnsLabel();
}
