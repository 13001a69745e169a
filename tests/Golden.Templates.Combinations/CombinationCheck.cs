using System.Collections.Concurrent;
using System.Diagnostics;
using Golden.Templates.Tests;

namespace Golden.Templates.Combinations;

/// <summary>Generates every combination of a template's options in memory, checks every output, and compiles every distinct set of C# files.</summary>
public sealed class CombinationCheck : IDisposable
{
    /// <summary>It says no word of a sample.</summary>
    internal const string Name = "Acme.Billing";

    readonly Evaluations _evaluations = new();
    readonly OutputChecks _checks = new();
    readonly Compiler _compiler;

    public CombinationCheck()
    {
        _compiler = new(_evaluations);

        // Other stages, which keep time, may run beside this one: they come first.
        using var process = Process.GetCurrentProcess();
        process.PriorityClass = ProcessPriorityClass.Idle;
    }

    public void Dispose() => _evaluations.Dispose();

    /// <summary>All checks of one template, on all combinations or on a few that have every pair of values.</summary>
    internal async Task<Report> CheckAsync(TemplateFolder template, TemplateRules rules, bool pairs = false)
    {
        var failures = new Failures();
        failures.Add(await TemplateConfig.CheckAsync(template));
        var clock = Stopwatch.StartNew();
        using var generator = await Generator.StartAsync(template, Environment.ProcessorCount);
        failures.Add(generator.Complaints.Select(complaint => new Finding(TemplateConfig.File, 0, complaint)));
        var combinations = OptionCombinations.Of(generator.Options);
        var outputs = generator.GenerateAll(Name, pairs ? OptionCombinations.Pairwise(combinations, combination => rules.IsRefused(combination) ? 1 : 0) : combinations);
        Parallel.ForEach(outputs, Generator.Cores, output => failures.Add(Check(output, rules), output));
        if (!pairs)
        {
            failures.Add(OptionEffects.Check(generator.Options, outputs));
        }

        foreach (var output in outputs)
        {
            RunReport.Add(output.Refusal is null ? "generated, checked and compiled" : "refused", template.Name, output.Options.Select(option => (OptionName(option.Key), option.Value)));
        }

        var generating = clock.Elapsed;

        clock.Restart();
        var before = _compiler.Compilations;
        var codes = outputs.Where(output => output.Files.Count > 0).GroupBy(output => output.CodeKey).ToList();
        await _evaluations.AddAsync(codes.Select(code => code.First()));
        var ordered = codes.OrderByDescending(code => code.First().Files.Values.Count(file => file.Name.EndsWith(".cs", StringComparison.Ordinal))).ToList();
        // The larger ones first, since smaller ones may be the same with less. The first one alone has the analyzers see most files at once, which is several times as fast.
        Parallel.ForEach(ordered.Take(1), Generator.Cores, CompileAll);
        Parallel.ForEach(Partitioner.Create(ordered.Skip(1), EnumerablePartitionerOptions.NoBuffering), Generator.Cores, CompileAll);
        void CompileAll(IGrouping<string, Output> code) => failures.Add(Compile(code.First()), code.First(), code.Count());
        return new(template.Name)
        {
            Failures = failures.ToList(),
            Combinations = outputs.Count,
            Refused = outputs.Count(output => output.Refusal is not null),
            DistinctOutputs = outputs.Select(output => output.Key).Distinct().Count(),
            DistinctCode = codes.Count,
            Projects = codes.Sum(code => code.Count() * _evaluations[code.First()].Projects.Count),
            Compilations = _compiler.Compilations - before,
            Generating = generating,
            Compiling = clock.Elapsed,
        };
    }

    /// <summary>As at the prompt.</summary>
    static string OptionName(string symbol) => string.Concat(symbol.Select(letter => char.IsUpper(letter) ? $"-{char.ToLowerInvariant(letter)}" : $"{letter}"));

    /// <summary>What is wrong with an output as text; legal combinations are files, illegal ones a sentence.</summary>
    internal IEnumerable<Finding> Check(Output output, TemplateRules rules)
    {
        var mustBeRefused = rules.IsRefused(output.Options);
        if (output.Error is { } error)
        {
            return [new("", 0, error)];
        }

        if (output.Outside.Count > 0)
        {
            return output.Outside.Select(file => new Finding(file, 0, "This was written outside the output folder."));
        }

        if (output.WrittenTwice.Count > 0)
        {
            return output.WrittenTwice.Select(file => new Finding(file, 0, "Two sources write this file in one combination, and one of them in vain."));
        }

        return (mustBeRefused, output.Refusal) switch
        {
            (true, null) => [new("", 0, "This combination cannot work, and is not refused.")],
            (false, not null) => [new("", 0, $"This combination is refused, and should work: {output.Refusal}")],
            (true, not null) => CheckRefusal(output),
            _ when output.Files.Count == 0 => [new("", 0, "Nothing was written.")],
            _ => [.. _checks.Check(output), .. rules.Absences.SelectMany(absence => absence.Check(output))],
        };
    }

    internal static IEnumerable<Finding> CheckRefusal(Output output)
    {
        if (output.Files.Count > 0)
        {
            yield return new("", 0, $"The refusal leaves {output.Files.Count} file(s) behind.");
        }

        if (!output.Refusal!.EndsWith('.'))
        {
            yield return new("", 0, $"The refusal is not a sentence: {output.Refusal}");
        }
    }

    /// <summary>Compiles an output that was evaluated.</summary>
    internal IEnumerable<Finding> Compile(Output output) => _compiler.Compile(output).Concat(PackageNames(output));

    /// <summary>The compiler's own errors and warnings, without those of analyzers.</summary>
    internal IEnumerable<Finding> CompileBare(Output output) => _compiler.Compile(output, analyse: false).Concat(PackageNames(output));

    internal IReadOnlySet<string> Packages(Output output) => _evaluations[output].Packages;

    /// <summary>Paths of what the SDK adds to the sources.</summary>
    internal IEnumerable<string> FilesAdded(Output output) => _evaluations[output].Projects.SelectMany(project => project.Added.Keys);

    internal Task EvaluateAsync(IEnumerable<Output> outputs) => _evaluations.AddAsync(outputs);

    // NuGet would take such a project for the package, and find a cycle.
    IEnumerable<Finding> PackageNames(Output output)
    {
        var evaluation = _evaluations[output];
        return evaluation.Projects.Where(project => evaluation.Packages.Contains(project.AssemblyName))
            .Select(project => new Finding(project.Path, 0, "This project has the name of a package that it uses."));
    }
}
