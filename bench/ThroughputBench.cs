using System.Globalization;

namespace Golden.Templates.Bench;

/// <summary>Medians; "again" is the golden worker's second turn in each round.</summary>
sealed record ThroughputResult(string Database, WebhookLoad Golden, WebhookLoad Plain, WebhookLoad Again);

/// <summary>
/// Webhooks a second, from accepted to worked off: the generated worker with everything on against a plain service that inserts a row
/// for each request and has a plain `BackgroundService` read them one by one. Both commit durably, both check the signature.
/// </summary>
static class ThroughputBench
{
    private const int Rounds = 5;

    // How long webhooks are sent in each turn. The plain service takes far longer than that to work off what it has accepted.
    private const double Seconds = 3, PlainSeconds = 1;

    private const string Golden = "golden";
    private const string Plain = "plain";
    private const string Again = "golden again";

    public static async Task<ThroughputResult> RunAsync(Workspace workspace, BenchDatabases databases, string provider)
    {
        await using var worker = new GoldenWorker(workspace);
        var golden = workspace.PublishGoldenWorker($"worker-{provider}", ["--database", provider]);
        var plain = workspace.PublishPlainWebhooks($"plain-webhooks-{provider}", provider, provider == "postgres" ? "POSTGRES" : "SQLITE");
        var goldenDatabase = databases.Create("worked");
        var plainDatabase = databases.Create("worked_plainly");
        worker.Migrate(golden, goldenDatabase);

        using var goldenService = await new RunningService(golden, worker.Settings(goldenDatabase), workspace.Path($"worker-{provider}.log")).ReadyAsync("health/ready");
        var plainSettings = new Dictionary<string, string>(plainDatabase.Settings) { ["Secret"] = Convert.ToBase64String(worker.Secret) };
        using var plainService = await new RunningService(plain, plainSettings, workspace.Path($"plain-webhooks-{provider}.log")).ReadyAsync("ready");
        (string Name, RunningService Service, BenchDatabase Database)[] services = [(Golden, goldenService, goldenDatabase), (Plain, plainService, plainDatabase), (Again, goldenService, goldenDatabase)];

        var loads = services.ToDictionary(service => service.Name, _ => new List<WebhookLoad>());
        var accepted = services.Select(service => service.Database).Distinct().ToDictionary(database => database, _ => 0);
        for (var round = 0; round <= Rounds; round++)
        {
            Commands.Say(round == 0 ? $"{provider}: webhooks, warming up" : $"{provider}: webhooks, round {round} of {Rounds}");
            foreach (var (name, service, database) in round % 2 == 0 ? services : [.. services.Reverse()])
            {
                var (load, count) = await Webhooks.RunAsync(service, worker.Secret, name == Plain ? PlainSeconds : Seconds, () => CountPending(database));
                accepted[database] += count;
                if (round > 0)
                {
                    loads[name].Add(load);
                }
            }
        }

        foreach (var (database, count) in accepted)
        {
            if (Count(database, "shipments") is var shipments && shipments != count)
            {
                throw new BenchException($"{count} webhooks were accepted, and there are {shipments} shipments in {database.ConnectionString}.");
            }
        }

        return new(provider, Median(loads[Golden]), Median(loads[Plain]), Median(loads[Again]));
    }

    /// <summary>How many messages are not worked off yet.</summary>
    public static int CountPending(BenchDatabase database) => Count(database, "messages WHERE state = 'Pending'");

    private static int Count(BenchDatabase database, string rows) => int.Parse(database.Query($"SELECT count(*) FROM {rows}").Single(), CultureInfo.InvariantCulture);

    private static WebhookLoad Median(List<WebhookLoad> loads) => new(
        Statistics.Median(loads.Select(load => load.AcceptedPerSecond)),
        Statistics.Median(loads.Select(load => load.ProcessedPerSecond)),
        Statistics.Median(loads.Select(load => load.P50Milliseconds)),
        Statistics.Median(loads.Select(load => load.P99Milliseconds)),
        Statistics.Median(loads.Select(load => load.CpuMicroseconds)));
}
