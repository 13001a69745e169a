using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Golden.Templates.Faults;

/// <summary>What a series of a panel must show. The value is as Grafana draws it, the seconds are those of its rates.</summary>
sealed record Expected(string Text, Func<double, double, bool> Holds, bool IsRate = false)
{
    /// <summary>So many events, in a panel of rates.</summary>
    public static Expected Rate(int events) => new($"{events} in the window", (value, seconds) => Math.Abs((value * seconds) - events) < 0.05 + (events * 0.02), IsRate: true);

    /// <summary>At least so many events, in a panel of rates.</summary>
    public static Expected AtLeast(int events) => new($"at least {events} in the window", (value, seconds) => value * seconds > events - 0.05, IsRate: true);

    public static Expected Exactly(double expected) => new($"{expected}", (value, _) => value == expected);

    public static Expected Between(double least, double most) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{least:G3} to {most:G3}"), (value, _) => value >= least && value <= most);
}

/// <summary>A dashboard of Grafana, whose panels are held against what was done.</summary>
sealed partial class Dashboard
{
    /// <summary>Any other series of a panel.</summary>
    public const string Others = "*";

    readonly string _name;
    readonly List<Target> _targets;

    Dashboard(string name, List<Target> targets) => (_name, _targets) = (name, targets);

    /// <param name="deploy">The folder deploy of a generated solution.</param>
    /// <param name="name">The file without its extension.</param>
    public static async Task<Dashboard> ReadAsync(string deploy, string name)
    {
        var json = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(deploy, "compose", "grafana", "dashboards", $"{name}.json")))!;
        return new(name,
        [
            .. from panel in json["panels"]!.AsArray()
               from target in panel["targets"]!.AsArray()
               select new Target((string)panel["title"]!, (string)panel["datasource"]!["type"]!, (string)target!["expr"]!, (string?)target["legendFormat"] ?? ""),
        ]);
    }

    /// <summary>Runs every query, at the end of this window, and compares each of its series with what it must be.</summary>
    /// <param name="prometheus">Where the metrics are.</param>
    /// <param name="from">The beginning of the window.</param>
    /// <param name="to">Its end.</param>
    /// <param name="panels">The titles of the panels; without any, all of them.</param>
    /// <param name="expected">The series of each panel by their legends. Every panel of metrics must have them.</param>
    /// <returns>A table of all values, and what is wrong.</returns>
    public async Task<(string Table, IReadOnlyList<string> Wrong)> CheckAsync(Prometheus prometheus, DateTimeOffset from, DateTimeOffset to, string[] panels, IReadOnlyDictionary<string, Dictionary<string, Expected>> expected)
    {
        var seconds = (to - from).TotalSeconds;
        var table = new StringBuilder();
        var wrong = new List<string>(expected.Keys.Except(_targets.Select(target => target.Panel)).Select(panel => $"There is no panel '{panel}'."));
        foreach (var panel in _targets.Where(target => panels is [] || panels.Contains(target.Panel)).GroupBy(target => target.Panel))
        {
            if (panel.All(target => target.Source == "loki"))
            {
                table.AppendLine($"  {_name}: {panel.Key}: not checked, because it is of Loki");
                continue;
            }

            if (!expected.TryGetValue(panel.Key, out var series))
            {
                wrong.Add($"The panel '{panel.Key}' has no expected value.");
                continue;
            }

            var shown = new HashSet<string>();
            foreach (var target in panel)
            {
                // Both ends are collections of the service, so that Prometheus has nothing to extrapolate.
                var query = target.Query.Replace("$__rate_interval", $"{(to - from).TotalMilliseconds + 1:0}ms", StringComparison.Ordinal);
                if (Variable().Match(query) is { Success: true } variable)
                {
                    wrong.Add($"The panel '{panel.Key}' has the variable {variable}, which this test does not know.");
                    continue;
                }

                foreach (var result in await prometheus.QueryAsync(query, to))
                {
                    var legend = Label().Replace(target.Legend, label => result.Labels.GetValueOrDefault(label.Groups[1].Value, ""));
                    shown.Add(legend);
                    var rule = series.GetValueOrDefault(legend) ?? series.GetValueOrDefault(Others);
                    var line = $"{_name}: {panel.Key}: {legend} = {Format(result.Value, rule?.IsRate is true ? seconds : null)}; expected {rule?.Text ?? "nothing of that name"}";
                    table.AppendLine($"  {line}");
                    if (rule?.Holds(result.Value, seconds) is not true)
                    {
                        wrong.Add(line);
                    }
                }
            }

            wrong.AddRange(series.Keys.Except(shown).Where(legend => legend != Others).Select(legend => $"The panel '{panel.Key}' does not show '{legend}'."));
        }

        return (table.ToString(), wrong);
    }

    static string Format(double value, double? seconds) =>
        seconds is { } window ? string.Create(CultureInfo.InvariantCulture, $"{value:G4}/s, {value * window:0.00} in the window") : value.ToString("G4", CultureInfo.InvariantCulture);

    sealed record Target(string Panel, string Source, string Query, string Legend);

    [GeneratedRegex(@"\$\w+|\[\[\w+\]\]|\$\{[^}]*\}")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\{\{\s*(\w+)\s*\}\}")]
    private static partial Regex Label();
}
