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
/// As few combinations of options as have every value of every option with every value of every other. All of them are built. The tests of a part run in as
/// few of them as have every line of it, since equal code need not be tested twice; with COVERING=all, as at night, in all of them.
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

    readonly HashSet<CoveringRow> _platforms = [];
    readonly HashSet<CoveringRow> _services = [];
    readonly HashSet<CoveringRow> _contracts = [];

    public static IReadOnlyList<CoveringRow> Rows { get; } = [.. Names.Keys.SelectMany(RowsOf)];

    /// <summary>All of them generated, and what is tested where decided.</summary>
    public static Task<Covering> StartAsync(InstalledPack pack)
    {
        lock (Starting)
        {
            return _started ??= CreateAsync(pack);
        }
    }

    /// <summary>Whether the tests of the platform run, those on a host of their own.</summary>
    public bool TestsPlatform(CoveringRow row) => _platforms.Contains(row);

    /// <summary>Whether the tests of the services run, and those that look at the files of the solution.</summary>
    public bool TestsServices(CoveringRow row) => _services.Contains(row);

    /// <summary>Whether the build regenerates the code of the contract, to compare it with that of the template.</summary>
    public bool MakesContract(CoveringRow row) => _contracts.Contains(row);

    static IEnumerable<CoveringRow> RowsOf(string template)
    {
        var options = TemplateOptions.Of(template).Where(option => !option.Values.IsFree).ToList();
        var combinations = OptionCombinations.Of([.. options.Select(option => option.Values)]).Where(combination => !combination.Values.Any(OptionCombinations.IsContradictory)).ToList();
        var covering = OptionCombinations.Pairwise(combinations, combination => options.TrueForAll(option => combination[option.Name] == option.Default) ? 0 : 1);
        return covering.Select((combination, index) =>
        {
            var (name, projectName) = Names[template][Math.Min(index, Names[template].Length - 1)];
            return new CoveringRow(template, name, projectName, index == 0 ? "" : string.Join(' ', combination.SelectMany(option => option.Value.Split('|').Select(value => $"--{option.Key} {value}"))));
        });
    }

    static async Task<Covering> CreateAsync(InstalledPack pack)
    {
        var covering = new Covering();
        var created = await Task.WhenAll(Rows.Select(row => GeneratedSolution.CreateAsync(pack, pack.CreateFolder(), row.Template, row.Name, row.Arguments)));
        var solutions = Rows.Zip(created).ToDictionary();
        covering._platforms.UnionWith(RowsThatRun(Platform()));
        covering._services.UnionWith(RowsThatRun(Services()));
        covering._contracts.UnionWith(RowsThatRun(Contracts()));
        Summary.Write($"{Rows.Count} combinations have every pair of values; {covering._platforms.Count} have every line of the platform, {covering._services.Count} of the services: their tests stand for those of the others");
        return covering;

        IEnumerable<CoveringRow> RowsThatRun(Regex part) =>
            Environment.GetEnvironmentVariable("COVERING") == "all" ? Rows : Fewest(row => Code(solutions[row], row.ProjectName, part));
    }

    /// <summary>As few as have every line of the services' own solutions, and those without options: their checklists are proven.</summary>
    static List<CoveringRow> Fewest(Func<CoveringRow, HashSet<(string, string)>> code)
    {
        var lines = Rows.ToDictionary(row => row, code);
        var chosen = Rows.Where(row => row.Options.Length == 0).ToList();

        // A system has the code of both services, whose own suites take half as long.
        var candidates = lines.Where(row => row.Key.Template != "golden").ToDictionary();
        return [.. chosen, .. OptionCombinations.Fewest(candidates, lines.Values.SelectMany(own => own).Except(chosen.SelectMany(row => lines[row])))];
    }

    /// <summary>The lines of a part, each with the path of its file, as they would be with any name.</summary>
    static HashSet<(string Path, string Line)> Code(GeneratedSolution solution, string projectName, Regex part)
    {
        var slug = NoLetters().Replace(projectName, "-").ToLowerInvariant().Trim('-');
        return
        [
            .. from path in solution.Files()
               let any = path.Replace(projectName, "Name", StringComparison.Ordinal)
               where part.IsMatch(any) && Kinds.Any(any.EndsWith)
               from line in File.ReadLines(Path.Combine(solution.Folder, path))
               select (any, Unnamed(line)),
        ];

        string Unnamed(string line)
        {
            var without = Port().Replace(line.Replace(projectName, "Name", StringComparison.Ordinal), "localhost:1");
            return slug.Length > 0 ? without.Replace(slug, "name", StringComparison.Ordinal) : without;
        }
    }

    [GeneratedRegex(@"^(?:src/Name\.ServiceDefaults|tests/Name\.(?:ServiceDefaults\.\w+|Testing))/(?!Repository/|Deploy/)")]
    private static partial Regex Platform();

    [GeneratedRegex(@"^(?:src|tests|clients)/(?!Name\.ServiceDefaults[./](?!Tests/Repository/)|.*launchSettings\.json$)")]
    private static partial Regex Services();

    [GeneratedRegex(@"/openapi\.yaml$|/[Gg]enerated/")]
    private static partial Regex Contracts();

    [GeneratedRegex(@"[^A-Za-z0-9]+")]
    private static partial Regex NoLetters();

    [GeneratedRegex(@"localhost:\d+")]
    private static partial Regex Port();
}
