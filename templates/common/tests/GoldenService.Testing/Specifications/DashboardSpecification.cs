namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Xunit;

/// <summary>The dashboards of Grafana, held against what the service measures.</summary>
public abstract class DashboardSpecification
{
    private static readonly string Folder = Path.Combine(DeployFiles.Root, "compose", "grafana");

    public static TheoryData<string> Dashboards => [.. Directory.GetFiles(Path.Combine(Folder, "dashboards")).Select(path => Path.GetFileName(path)!)];

    [Theory] // Fails when a metric is renamed, has another unit or kind, or is measured no longer.
    [MemberData(nameof(Dashboards))]
    public async Task The_service_measures_what_a_dashboard_shows(string dashboard)
    {
        await using var service = await Service.StartAsync();
        var measured = await PrometheusMetrics.MeasuredAsync(service);

        Assert.All(Targets(dashboard), target => Assert.Subset(measured, PrometheusMetrics.In((string)target["expr"]!)));
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
    public void A_name_has_its_unit_and_its_kind(string name, string unit, Type type, string expected) => Assert.Contains(expected, PrometheusMetrics.Translate(name, unit, type));

    private static List<JsonNode> Panels(string dashboard) =>
        [.. JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "dashboards", dashboard)))!["panels"]!.AsArray().Select(panel => panel!)];

    private static IEnumerable<JsonNode> Targets(string dashboard) =>
        Panels(dashboard).Where(panel => (string)panel["datasource"]!["uid"]! == "prometheus").SelectMany(panel => panel["targets"]!.AsArray().Select(target => target!));
}
