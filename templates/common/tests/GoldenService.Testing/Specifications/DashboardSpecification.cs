namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

/// <summary>The dashboards of Grafana, held against what the service measures.</summary>
public abstract partial class DashboardSpecification
{
    private static readonly string Folder = Path.Combine(DeployFiles.Root, "compose", "grafana");

    public static TheoryData<string> Dashboards => [.. Directory.GetFiles(Path.Combine(Folder, "dashboards")).Select(path => Path.GetFileName(path)!)];

    [Theory] // Fails when a metric is renamed, has another unit or kind, or is measured no longer.
    [MemberData(nameof(Dashboards))]
    public async Task The_service_measures_what_a_dashboard_shows(string dashboard)
    {
        await using var service = await Service.StartAsync();
        var measured = await MeasuredAsync(service);
        var shown = Targets(dashboard).SelectMany(target => Metric().Matches((string)target["expr"]!)).Select(match => match.Value).ToHashSet();

        Assert.All(Targets(dashboard), target => Assert.Matches(Metric(), (string)target["expr"]!));
        Assert.Empty(shown.Except(measured));
    }

    [Theory] // Fails when a query is of a source that Grafana does not get.
    [MemberData(nameof(Dashboards))]
    public void Every_query_is_of_a_source_that_is_provisioned(string dashboard)
    {
        var sources = DeployFiles.Yaml("compose/grafana/provisioning/datasources/datasources.yaml").Single().At("datasources").Items().ToDictionary(source => source.Text("uid"), source => source.Text("type"));
        var panels = Panels(dashboard);

        Assert.All(panels, panel => Assert.Equal(sources[(string)panel["datasource"]!["uid"]!], (string)panel["datasource"]!["type"]!));
        Assert.Equal(panels.Count, panels.Select(panel => (int)panel["id"]!).Distinct().Count());
    }

    [Fact]
    public void Metrics_are_named_as_prometheus_is_told_to() =>
        Assert.Equal("UnderscoreEscapingWithSuffixes", DeployFiles.Yaml("compose/prometheus.yml").Single().Text("otlp", "translation_strategy"));

    [Theory] // By the documentation of that strategy.
    [InlineData("http.server.request.duration", "s", typeof(Histogram<double>), "http_server_request_duration_seconds_bucket")]
    [InlineData("http.server.active_requests", "{request}", typeof(UpDownCounter<long>), "http_server_active_requests")]
    [InlineData("dotnet.process.memory.working_set", "By", typeof(ObservableUpDownCounter<long>), "dotnet_process_memory_working_set_bytes")]
    [InlineData("dotnet.process.cpu.time", "s", typeof(ObservableCounter<double>), "dotnet_process_cpu_time_seconds_total")]
    [InlineData("queue.usage", "1", typeof(Gauge<double>), "queue_usage_ratio")]
    [InlineData("queue.age.seconds", "s", typeof(Gauge<double>), "queue_age_seconds")]
    public void A_name_has_its_unit_and_its_kind(string name, string unit, Type type, string expected) => Assert.Contains(expected, Translate(name, unit, type));

    /// <summary>The names, as Prometheus has them, of all that the service and the runtime can measure.</summary>
    private static async Task<HashSet<string>> MeasuredAsync(Service service)
    {
        var instruments = new List<Instrument>();
        var meters = service.Services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                lock (instruments)
                {
                    instruments.Add(instrument);
                }
            },
        };
        listener.Start();
        await ContractCalls.CallEveryOperationAsync(service);

        lock (instruments)
        {
            // Services of other tests have meters of the same names; the runtime has one for all.
            return [.. instruments.Where(instrument => instrument.Meter.Scope == meters || instrument.Meter.Name == "System.Runtime").SelectMany(instrument => Translate(instrument.Name, instrument.Unit, instrument.GetType()))];
        }
    }

    private static IEnumerable<string> Translate(string name, string? unit, Type type)
    {
        var kind = type.Name.Split('`')[0];
        var translated = Other().Replace(name, "_").Trim('_');
        var suffix = unit switch
        {
            "s" => "seconds",
            "ms" => "milliseconds",
            "By" => "bytes",
            "1" => kind is "Gauge" or "ObservableGauge" ? "ratio" : "",
            null => "",
            _ when unit.StartsWith('{') => "",
            _ => throw new NotSupportedException($"What Prometheus calls the unit {unit} is to be added here."),
        };
        if (suffix.Length > 0 && !translated.Split('_').Contains(suffix))
        {
            translated += $"_{suffix}";
        }

        return kind switch
        {
            "Histogram" => [$"{translated}_bucket", $"{translated}_sum", $"{translated}_count"],
            "Counter" or "ObservableCounter" => [$"{translated}_total"],
            _ => [translated],
        };
    }

    private static List<JsonNode> Panels(string dashboard) =>
        [.. JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "dashboards", dashboard)))!["panels"]!.AsArray().Select(panel => panel!)];

    private static IEnumerable<JsonNode> Targets(string dashboard) =>
        Panels(dashboard).Where(panel => (string)panel["datasource"]!["uid"]! == "prometheus").SelectMany(panel => panel["targets"]!.AsArray().Select(target => target!));

    // What stands before the braces of its labels, which each has.
    [GeneratedRegex(@"[A-Za-z_][A-Za-z0-9_]*(?=\{)")]
    private static partial Regex Metric();

    [GeneratedRegex("[^A-Za-z0-9]+")]
    private static partial Regex Other();
}
