using System.Collections.Concurrent;
using System.Diagnostics;
using Golden.Templates.Tests;

namespace Golden.Templates.Combinations;

/// <summary>The checks hold: every fault that is made in a copy of the templates is found, and by the check that should find it.</summary>
public sealed class MutantTests : IDisposable
{
    static readonly TemplateRules Rules = TemplateRules.Of("webapi-golden");

    // Not the one of the other tests: a file that is analysed once, and here, would not be analysed there.
    readonly CombinationCheck _check = new();
    readonly ConcurrentDictionary<Mutant, Finding> _killed = new();
    readonly ConcurrentDictionary<Mutant, IReadOnlyList<Output>> _survivors = new();
    IReadOnlyList<IReadOnlyDictionary<string, string>> _pairwise = [];
    string _options = "";

    public void Dispose() => _check.Dispose();

    [Fact(Explicit = true)] // It proves the checks, not the templates: the nightly run does.
    public async Task EveryMutantIsKilled()
    {
        var clock = Stopwatch.StartNew();
        var template = await TemplateFolder.LoadAsync("webapi-golden");
        using (var generator = await Generator.StartAsync(template, 1))
        {
            _pairwise = Pairwise(generator.Options);
            _options = Describe(generator.Options);
        }

        Parallel.ForEach(Mutants.All, Generator.Cores, mutant => LookAsync(mutant, mutant.Make(template)).GetAwaiter().GetResult());
        await _check.EvaluateAsync(_survivors.Values.SelectMany(outputs => outputs));
        Parallel.ForEach(_survivors, Generator.Cores, survivor => Compile(survivor.Key, survivor.Value));

        var lines = Mutants.All.Select(mutant => _killed.TryGetValue(mutant, out var finding) ? $"killed   {mutant}: {finding}" : $"SURVIVED {mutant}").Order(StringComparer.Ordinal).ToList();
        var summary = $"{_killed.Count} of {Mutants.All.Count} mutants killed ({100.0 * _killed.Count / Mutants.All.Count:0.#} %) in {clock.Elapsed.TotalSeconds:0.0} s, on {_pairwise.Count} combinations that have every pair of values";
        TestContext.Current.TestOutputHelper!.WriteLine(string.Join('\n', lines));
        Summary.Write(summary);
        Assert.True(_killed.Count == Mutants.All.Count, $"{summary}\n{string.Join('\n', lines.Where(line => line[0] == 'S'))}");
    }

    /// <summary>Everything but compiling, which waits until it is known what to restore.</summary>
    async Task LookAsync(Mutant mutant, TemplateFolder template)
    {
        if (Kills(mutant, await TemplateConfig.CheckAsync(template)))
        {
            return;
        }

        using var generator = await Generator.StartAsync(template, 1);
        if (Kills(mutant, generator.Complaints.Select(complaint => new Finding(TemplateConfig.File, 0, complaint))))
        {
            return;
        }

        var combinations = Describe(generator.Options) == _options ? _pairwise : Pairwise(generator.Options);
        var outputs = new List<Output>();
        foreach (var combination in combinations)
        {
            var output = await generator.GenerateAsync(CombinationCheck.Name, combination);
            if (Kills(mutant, _check.Check(output, Rules)))
            {
                return;
            }

            outputs.Add(output);
        }

        if (!Kills(mutant, OptionEffects.Check(generator.Options, outputs)))
        {
            _survivors[mutant] = [.. outputs.Where(output => output.Files.Count > 0).DistinctBy(output => output.CodeKey)];
        }
    }

    void Compile(Mutant mutant, IReadOnlyList<Output> outputs)
    {
        foreach (var output in outputs)
        {
            if (Kills(mutant, _check.Compile(output)))
            {
                return;
            }
        }
    }

    bool Kills(Mutant mutant, IEnumerable<Finding> findings)
    {
        var finding = findings.FirstOrDefault(finding => finding.ToString().Contains(mutant.Expected, StringComparison.Ordinal));
        return finding is not null && _killed.TryAdd(mutant, finding);
    }

    // Combinations that are refused come last: they hide what the compiler says of a pair.
    static IReadOnlyList<IReadOnlyDictionary<string, string>> Pairwise(IReadOnlyList<Option> options) =>
        OptionCombinations.Pairwise(OptionCombinations.Of(options), combination => Rules.IsRefused(combination) ? 1 : 0);

    static string Describe(IReadOnlyList<Option> options) => string.Join(' ', options.Select(option => $"{option.Name}={string.Join(',', option.Values)}"));
}
