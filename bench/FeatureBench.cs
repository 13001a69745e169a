using System.Text;

namespace Golden.Templates.Bench;

/// <summary>The microseconds of CPU, medians, that a read by id costs with a feature and without it.</summary>
sealed record FeatureRow(string Feature, double With, double Without);

sealed record FeatureResult(string Database, IReadOnlyList<FeatureRow> Rows);

/// <summary>What each feature costs alone: the generated API without it beside the one with everything on, in every round.</summary>
static class FeatureBench
{
    private const int Orders = 10_000;

    public static async Task<FeatureResult> RunAsync(Workspace workspace, BenchDatabase database, double seconds, int rounds)
    {
        var provider = database.Provider;
        await using var api = new GoldenApi(workspace);
        var golden = workspace.PublishGolden($"golden-{provider}", ["--database", provider]);
        var open = workspace.PublishGolden($"open-{provider}", ["--database", provider, "--auth", "none"]);

        Commands.Say($"{provider}: seeding {Orders:N0} orders");
        api.Migrate(golden, database);
        database.Seed(0, Orders);
        var everybodys = database.Copy();
        everybodys.Execute("UPDATE orders SET owner = 'everybody'");
        var requests = workspace.Path($"features-{provider}.txt");
        var token = api.Token();
        var random = new Random(1);
        File.WriteAllLines(requests, Enumerable.Range(0, 2000).Select(_ => $"GET /v1/orders/{BenchDatabase.IdOf(random.Next(Orders))} {token}"), new UTF8Encoding(false));

        var settings = api.Settings(database);
        (string Name, string Assembly, Dictionary<string, string> Settings)[] variants =
        [
            ("", golden, settings),
            ("telemetry (traces, metrics and logs by OTLP)", golden, Without(settings, "OTEL_EXPORTER_OTLP_ENDPOINT")),
            ("a line in the log for each request", golden, new(settings) { ["Logging__LogLevel__Default"] = "None" }),
            ("tokens, scopes and the limit by subject", open, api.Settings(everybodys, isAuthenticated: false)),
            ("all of these", open, Without(new(api.Settings(everybodys, isAuthenticated: false)) { ["Logging__LogLevel__Default"] = "None" }, "OTEL_EXPORTER_OTLP_ENDPOINT")),
        ];

        var services = new List<(string Name, RunningService Service)>();
        try
        {
            foreach (var (name, assembly, environment) in variants)
            {
                var service = await new RunningService(assembly, environment, workspace.Path($"feature-{services.Count}-{provider}.log")).ReadyAsync("health/ready");
                services.Add((name, service));
                Commands.Say($"{provider}: warming up {(name is "" ? "everything on" : $"without {name}")}");
                Wrk.Run(workspace, service, requests, Math.Max(5, seconds));
            }

            var costs = services.ToDictionary(service => service.Name, _ => new List<double>());
            for (var round = 0; round < rounds; round++)
            {
                Commands.Say($"{provider}: features, round {round + 1} of {rounds}");
                foreach (var (name, service) in round % 2 == 0 ? services : Enumerable.Reverse(services))
                {
                    costs[name].Add(Wrk.Run(workspace, service, requests, seconds).CpuMicroseconds);
                }
            }

            return new(provider, [.. variants[1..].Select(variant => new FeatureRow(variant.Name, Statistics.Median(costs[""]), Statistics.Median(costs[variant.Name])))]);
        }
        finally
        {
            foreach (var (_, service) in services)
            {
                service.Dispose();
            }
        }
    }

    private static Dictionary<string, string> Without(Dictionary<string, string> settings, string name) => settings.Where(setting => setting.Key != name).ToDictionary();
}
