namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Xunit;
using YamlDotNet.RepresentationModel;

/// <summary>The alert rules of Prometheus, held against what the service measures, the runbook, and their own tests.</summary>
/// <param name="files">The files of deploy/alerts that are about the tested service.</param>
public abstract partial class AlertSpecification(params string[] files)
{
    private static readonly string Folder = Path.Combine(Repository.Root, "deploy", "alerts");

    [Fact] // Fails when a metric is renamed, has another unit or kind, or is measured no longer.
    public async Task The_service_measures_what_alerts_are_about()
    {
        await using var service = await Service.StartAsync();
        var measured = await PrometheusMetrics.MeasuredAsync(service);

        Assert.All(files.SelectMany(file => Rules(Path.Combine(Folder, file))), rule => Assert.Subset(measured, PrometheusMetrics.In(rule.Text("expr"))));
    }

    [Fact] // Fails when a query or its threshold differs in the two, or one of them lacks an alert.
    public void The_runbook_has_a_section_for_each_alert_with_its_query()
    {
        var runbook = File.ReadAllText(Path.Combine(Repository.Root, "docs", "runbook.md"));
        var sections = Section().Matches(runbook).Select(section => (Name: section.Groups[1].Value, Query: OneLine(section.Groups[2].Value)));
        List<YamlNode> rules = [.. Directory.GetFiles(Folder, "*.yml").SelectMany(Rules)];

        Assert.Equal(
            rules.Select(rule => (Name: rule.Text("alert"), Query: OneLine(rule.Text("expr")))).Order(),
            sections.Order());
        Assert.All(rules, rule => Assert.Equal($"docs/runbook.md#{rule.Text("alert").ToLowerInvariant()}", rule.Text("annotations", "runbook")));
    }

    [Fact] // Fails when the tests for promtool do not have both cases of an alert.
    public void Each_alert_is_tested_to_fire_and_not_to_fire()
    {
        foreach (var file in Directory.GetFiles(Folder, "*.yml"))
        {
            var cases = Yaml(Path.Combine(Folder, "tests", Path.GetFileName(file))).At("tests").Items().SelectMany(test => test.At("alert_rule_test").Items()).ToLookup(one => one.Text("alertname"));
            Assert.All(Rules(file), rule => Assert.Equal([false, true], cases[rule.Text("alert")].Select(one => one.At("exp_alerts").Items().Any()).Distinct().Order()));
        }
    }

    private static IEnumerable<YamlNode> Rules(string file) => Yaml(file).At("groups").Items().SelectMany(group => group.At("rules").Items());

    private static YamlNode Yaml(string file) => YamlNodes.Parse(File.ReadAllText(file)).Single();

    private static string OneLine(string query) => Space().Replace(query.Trim(), " ");

    // The title of a section, and the query that it begins with.
    [GeneratedRegex(@"^## (\w+)\s+```promql\n(.*?)\n```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Section();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
