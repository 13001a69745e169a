using System.Text.RegularExpressions;

namespace Golden.Templates.Tests;

/// <summary>A combination of options that is built for real; without options, that of the prompt.</summary>
/// <param name="ProjectName">What becomes of the name.</param>
sealed record CoveringRow(string Template, string Name, string ProjectName, string Options)
{
    /// <summary>As at the prompt.</summary>
    public string[] Arguments => Options.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>
/// As few combinations of options as have every value of every option with every value of every other. All of them are built. Tests of a part run where the
/// part has a file that no other row has, so that every file is tested in each of its versions, and equal parts are tested once; with COVERING=all, everywhere.
/// </summary>
sealed partial class Covering
{
    // What runs. What says how it is built differs in all rows, and all are built; what deploys them is checked in all combinations.
    static readonly string[] Kinds = [".cs", ".json", ".sql", ".ts", ".yaml"];

    // Names that make a difference to MSBuild, to NuGet, in a path or at run time. The last one is given to all further rows.
    static readonly Dictionary<string, (string Name, string ProjectName)[]> Names = new()
    {
        ["webapi-golden"] =
        [
            ("Acme.Orders", "Acme.Orders"), ("Acme.System.Microsoft.Program.Acme", "Acme._System._Microsoft._Program._Acme"), ("日本", "日本"), ("class", "_class"), ("A & B", "A_B"),
            // Three bytes a character, the most there is: the longest file of the build must stay within 255 bytes.
            (new('日', 70), new('日', 60)), ("new.Class-Lib", "_new.Class_Lib"), ("Acme.Billing", "Acme.Billing"),
        ],
        ["worker-golden"] = [("Acme.Shipping", "Acme.Shipping"), ("Worker.Gateway", "Worker.Gateway"), ("Acme.Billing", "Acme.Billing")],
        ["golden"] = [("Acme", "Acme"), ("Acme.Shop", "Acme.Shop")],
    };

    static readonly Lock Starting = new();
    static Task<Covering>? _started;

    readonly Dictionary<CoveringRow, GeneratedSolution> _solutions = [];
    readonly HashSet<CoveringRow> _platforms = [];
    readonly HashSet<CoveringRow> _services = [];

    public static IReadOnlyList<CoveringRow> Rows { get; } = [.. Names.Keys.SelectMany(RowsOf)];

    /// <summary>All of them generated, and what is tested where decided.</summary>
    public static Task<Covering> StartAsync(InstalledPack pack)
    {
        lock (Starting)
        {
            return _started ??= CreateAsync(pack);
        }
    }

    public GeneratedSolution SolutionOf(CoveringRow row) => _solutions[row];

    /// <summary>Whether the tests of the platform run, those on a host of their own.</summary>
    public bool TestsPlatform(CoveringRow row) => _platforms.Contains(row);

    /// <summary>Whether the tests of the services run, and those that look at the files of the solution.</summary>
    public bool TestsServices(CoveringRow row) => _services.Contains(row);

    static IEnumerable<CoveringRow> RowsOf(string template)
    {
        var options = TemplateOptions.Of(template).Where(option => !option.Values.IsFree).ToList();
        var combinations = OptionCombinations.Of([.. options.Select(option => option.Values)]).Where(combination => !combination.Values.Any(IsContradictory)).ToList();
        var covering = OptionCombinations.Pairwise(combinations, combination => options.TrueForAll(option => combination[option.Name] == option.Default) ? 0 : 1);
        return covering.Select((combination, index) =>
        {
            var (name, projectName) = Names[template][Math.Min(index, Names[template].Length - 1)];
            return new CoveringRow(template, name, projectName, index == 0 ? "" : string.Join(' ', combination.SelectMany(option => option.Value.Split('|').Select(value => $"--{option.Key} {value}"))));
        });
    }

    static bool IsContradictory(string value) => value.Contains('|') && value.Split('|').Contains("none");

    static async Task<Covering> CreateAsync(InstalledPack pack)
    {
        var covering = new Covering();
        var solutions = await Task.WhenAll(Rows.Select(row => GeneratedSolution.CreateAsync(pack, pack.CreateFolder(), row.Template, row.Name, row.Arguments)));
        foreach (var (row, solution) in Rows.Zip(solutions))
        {
            covering._solutions[row] = solution;
        }

        covering._platforms.UnionWith(Fewest(Rows, row => Versions(covering._solutions[row], row.ProjectName, Platform())));
        covering._services.UnionWith(Fewest(Rows, row => Versions(covering._solutions[row], row.ProjectName, Services())));
        if (Environment.GetEnvironmentVariable("COVERING") == "all")
        {
            covering._platforms.UnionWith(Rows);
            covering._services.UnionWith(Rows);
        }

        Summary.Write($"{Rows.Count} combinations have every pair of values: {covering._platforms.Count} have all files of the platform in all their versions, {covering._services.Count} those of the services");
        return covering;
    }

    /// <summary>As few as have every version of every file, those without options among them: their checklists are proven.</summary>
    static List<CoveringRow> Fewest(IReadOnlyList<CoveringRow> rows, Func<CoveringRow, HashSet<(string, string)>> versions)
    {
        var all = rows.ToDictionary(row => row, versions);
        var chosen = rows.Where(row => row.Options.Length == 0).ToList();
        var missing = all.Values.SelectMany(files => files).Except(chosen.SelectMany(row => all[row])).ToHashSet();
        while (missing.Count > 0)
        {
            var best = rows.MaxBy(row => all[row].Count(missing.Contains))!;
            missing.ExceptWith(all[best]);
            chosen.Add(best);
        }

        return chosen;
    }

    /// <summary>The files of a part by path, each with its text, as they would be with any name.</summary>
    static HashSet<(string Path, string Text)> Versions(GeneratedSolution solution, string projectName, Regex part)
    {
        var slug = NoLetters().Replace(projectName, "-").ToLowerInvariant().Trim('-');
        return
        [
            .. solution.Files().Select(path => (Path: path, Any: path.Replace(projectName, "Name", StringComparison.Ordinal)))
                .Where(file => part.IsMatch(file.Any) && Kinds.Any(kind => file.Path.EndsWith(kind, StringComparison.Ordinal)))
                .Select(file => (file.Any, Unnamed(File.ReadAllText(Path.Combine(solution.Folder, file.Path))))),
        ];

        string Unnamed(string text)
        {
            var without = Port().Replace(text.Replace(projectName, "Name", StringComparison.Ordinal), "localhost:1");
            return slug.Length > 0 ? without.Replace(slug, "name", StringComparison.Ordinal) : without;
        }
    }

    [GeneratedRegex(@"^(?:src/Name\.ServiceDefaults|tests/Name\.(?:ServiceDefaults\.\w+|Testing))/(?!Repository/|Deploy/)")]
    private static partial Regex Platform();

    [GeneratedRegex(@"^(?:src|tests|clients)/(?!Name\.ServiceDefaults[./](?!Tests/Repository/)|.*launchSettings\.json$)")]
    private static partial Regex Services();

    [GeneratedRegex(@"[^A-Za-z0-9]+")]
    private static partial Regex NoLetters();

    [GeneratedRegex(@"localhost:\d+")]
    private static partial Regex Port();
}
