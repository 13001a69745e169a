using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;

namespace Golden.Templates.Net;

/// <summary>
/// Follows names through a template. Each name is mapped by the engine; a name that is not refused must make valid identifiers and file
/// names. All names are then compiled together: beside the code of one solution stand namespaces of every segment of every name, at the
/// root and one level down, which is what a lookup in a solution of that name would meet; so in solutions that together have every file of code.
/// The most different names are generated and compiled whole, too.
/// </summary>
sealed partial class NameCheck(Net net, TemplateFolder template)
{
    const string Base = "Acme.Orders";

    static readonly Dictionary<string, string> Defaults = [];

    // One or two of each kind.
    static readonly string[] Whole = ["class", "3d.Api", "日本.注文", "A & B", "my-api", "Acme.Task", "System", "Microsoft.Orders", "Program", "nul", "a‿b", "Acme.Orders.Orders", "Order", new('日', 70)];

    // Templates with the same forms map a name alike: it is mapped once.
    static readonly ConcurrentDictionary<(string Forms, string Name), Output> Mapped = new();

    readonly Failures _failures = new();
    readonly ConcurrentDictionary<string, string> _projectNames = new();
    int _refused;
    int _given;
    int _solutions;

    public IReadOnlyList<Failure> Failures => _failures.ToList();

    public override string ToString() =>
        $"{template.Name}: {_given} names, {_refused} of them refused with a sentence, {_projectNames.Values.Distinct().Count()} distinct project names; {Whole.Length} solutions compiled whole, the rest in company in {_solutions} solution(s)";

    /// <param name="only">Only these names; all where none is given, and then some of them whole.</param>
    public async Task RunAsync(params string[] only)
    {
        var solutions = await SolutionsAsync();
        await net.EvaluateAsync(solutions);
        var code = solutions.SelectMany(solution => solution.Files.Values).Where(file => file.Path.EndsWith(".cs", StringComparison.Ordinal)).Distinct().ToList();
        var packages = solutions.SelectMany(net.Packages).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var names = only.Length > 0 ? [.. only] : ProjectNames.All(code, packages).ToList();
        (_given, _solutions) = (names.Count, solutions.Count);
        await MapAsync(names);
        CheckValidity(packages, solutions);
        if (!_failures.Any)
        {
            Parallel.ForEach(solutions, Generator.Cores, CompileInCompany);
        }

        if (only.Length == 0)
        {
            await CompileWholeAsync();
        }
    }

    /// <summary>As few as have every file of code, of combinations that have every pair of values.</summary>
    async Task<IReadOnlyList<Output>> SolutionsAsync()
    {
        using var engine = await Engine.StartAsync(template);
        var rest = new List<(Output Solution, HashSet<OutputFile> Code)>();
        var rules = TemplateRules.Of(template.Name);
        foreach (var combination in Combinations.Pairwise([.. Combinations.Of(engine.Options).Where(values => values.Count == engine.Options.Count && !rules.IsRefused(values))]))
        {
            var solution = await engine.GenerateAsync(Base, combination);
            rest.Add((solution, [.. solution.Files.Values.Where(file => file.Name.EndsWith(".cs", StringComparison.Ordinal) || Evaluations.IsBuildFile(file))]));
        }

        var solutions = new List<Output>();
        var missing = rest.SelectMany(solution => solution.Code).ToHashSet();
        while (missing.Count > 0)
        {
            var (best, code) = rest.MaxBy(solution => solution.Code.Count(missing.Contains));
            missing.ExceptWith(code);
            solutions.Add(best);
        }

        return solutions;
    }

    /// <summary>Generates with one small file only: the engine maps the name as it does in the whole template, in a hundredth of the time.</summary>
    async Task MapAsync(IReadOnlyList<string> names)
    {
        // The system has a solution of its own.
        var (source, file) = template.Files.ContainsKey("GoldenService.slnx") ? ("./", "GoldenService.slnx") : ("../common/", "../common/GoldenService.slnx");
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
            return Net.CheckRefusal(output);
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
            .Select(path => Path.GetFileNameWithoutExtension(path)[Base.Length..]).Distinct().ToList();
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
    int LongestSuffix(Output solution) => net.FilesAdded(solution).Max(path => Path.GetFileName(path).Length) - Base.Length;

    void CompileInCompany(Output solution)
    {
        var roots = _projectNames.Values.Select(name => name.Split('.')[0]).Distinct().Order(StringComparer.Ordinal).ToList();
        var later = _projectNames.Values.SelectMany(name => name.Split('.').Skip(1)).Distinct().Order(StringComparer.Ordinal).ToList();
        Report(roots, root => root);
        Report(later, segment => $"Acme.{segment}");

        void Report(List<string> names, Func<string, string> toNamespace)
        {
            var findings = net.CompileBare(WithNamespaces(solution, names.Select(toNamespace))).ToList();
            if (findings.Count == 0)
            {
                return;
            }

            if (names.Count > 1)
            {
                // Halve until it is one name, so that the finding tells which.
                Report(names[..(names.Count / 2)], toNamespace);
                Report(names[(names.Count / 2)..], toNamespace);
            }
            else
            {
                _failures.Add(findings[0] with { Message = $"In a project with the namespace {toNamespace(names[0])}: {findings[0].Message}" }, solution);
            }
        }
    }

    static Output WithNamespaces(Output solution, IEnumerable<string> namespaces)
    {
        var text = string.Concat(namespaces.Select(name => $"namespace {name} {{ file class Neighbour; }}\n"));
        var files = new SortedDictionary<string, OutputFile>(solution.Files.ToDictionary(), StringComparer.Ordinal);
        foreach (var project in solution.Files.Values.Where(file => file.Path.EndsWith(".csproj", StringComparison.Ordinal)))
        {
            files.Add(project.Folder + "Neighbours.cs", new(project.Folder + "Neighbours.cs", text));
        }

        return new(solution.Name, solution.Options, files);
    }

    async Task CompileWholeAsync()
    {
        var outputs = new List<Output>();
        using (var engine = await Engine.StartAsync(template))
        {
            foreach (var name in Whole)
            {
                outputs.Add(await engine.GenerateAsync(name, Defaults));
            }
        }

        await net.EvaluateAsync(outputs);
        Parallel.ForEach(outputs, Generator.Cores, output => _failures.Add(net.Check(output, TemplateRules.None).Concat(net.CompileBare(output)), output));
    }

    [GeneratedRegex("^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$")]
    private static partial Regex DnsLabel();
}
