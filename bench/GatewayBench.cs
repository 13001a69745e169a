namespace Golden.Templates.Bench;

/// <summary>Medians of one operation, at full load and, for latencies, over one connection.</summary>
/// <param name="Quiet">The generated gateway without telemetry and lines in the log.</param>
sealed record GatewayRow(string Operation, GatewayLoad Direct, GatewayLoad Plain, GatewayLoad Golden, GatewayLoad Quiet, GatewayLoad Again);

/// <param name="CpuMicroseconds">Of the process that the load is sent to: the gateway, or the API.</param>
sealed record GatewayLoad(double RequestsPerSecond, double CpuMicroseconds, double P50Milliseconds, double P99Milliseconds);

/// <summary>
/// What the gateway of a system adds: the same API called directly, through YARP alone with the same check of tokens, and through the generated
/// gateway with everything on, one after the other in every round.
/// </summary>
static class GatewayBench
{
    private const int Orders = 10_000;
    private const string Direct = "direct";
    private const string Plain = "YARP alone";
    private const string Golden = "golden";
    private const string Quiet = "golden without telemetry and log";
    private const string Again = "YARP alone again";

    public static async Task<GatewayRow[]> RunAsync(Workspace workspace, BenchDatabase database, double seconds, int rounds)
    {
        await using var api = new GoldenApi(workspace);
        var apiAssembly = workspace.PublishGoldenSystem("system", "Api");
        var goldenAssembly = workspace.PublishGoldenSystem("system", "Gateway");
        var plainAssembly = workspace.PublishPlainGateway("plain-gateway");

        Commands.Say($"seeding {Orders:N0} orders");
        var settings = api.Settings(database);
        settings["Outbox__Concurrency"] = "0"; // Nothing is delivered meanwhile.
        settings["Worker__BaseAddress"] = "http://127.0.0.1:9";
        settings["Worker__Secrets__0"] = Convert.ToBase64String(new byte[32]);
        Commands.Run(RunningService.StartInfo(apiAssembly, settings, "migrate"));
        database.Seed(0, Orders);
        var requests = LoadBench.WriteRequests(workspace, api, database);

        using var apiService = await new RunningService(apiAssembly, settings, workspace.Path("system-api.log")).ReadyAsync("health/ready");
        var behind = new Dictionary<string, string>(settings) { ["Services__Api__0"] = apiService.Address.ToString(), ["Services__Worker__0"] = "http://127.0.0.1:9" };
        using var goldenService = await new RunningService(goldenAssembly, behind, workspace.Path("system-gateway.log")).ReadyAsync("health/ready");
        var quietSettings = new Dictionary<string, string>(behind.Where(setting => setting.Key != "OTEL_EXPORTER_OTLP_ENDPOINT")) { ["Logging__LogLevel__Default"] = "None" };
        using var quietService = await new RunningService(goldenAssembly, quietSettings, workspace.Path("system-quiet.log")).ReadyAsync("health/ready");
        using var plainService = await new RunningService(plainAssembly, behind, workspace.Path("plain-gateway.log")).ReadyAsync("ready");
        (string Name, RunningService Service)[] services = [(Golden, goldenService), (Plain, plainService), (Quiet, quietService), (Direct, apiService), (Again, plainService)];
        foreach (var (name, service) in services[..4])
        {
            foreach (var (operation, _) in LoadBench.Operations)
            {
                Commands.Say($"warming up {name}, {operation}");
                Wrk.Run(workspace, service, requests[operation], Math.Max(5, seconds));
            }
        }

        var loads = new Dictionary<(string, string), List<GatewayLoad>>();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var (operation, _) in LoadBench.Operations)
            {
                Commands.Say($"{operation}, round {round + 1} of {rounds}");
                foreach (var (name, service) in round % 2 == 0 ? services : [.. services.Reverse()])
                {
                    var full = Wrk.Run(workspace, service, requests[operation], seconds);
                    var single = Wrk.Run(workspace, service, requests[operation], seconds, connections: 1);
                    (loads.TryGetValue((operation, name), out var list) ? list : loads[(operation, name)] = []).Add(new(full.RequestsPerSecond, full.CpuMicroseconds, single.P50Milliseconds, single.P99Milliseconds));
                }
            }
        }

        return [.. LoadBench.Operations.Select(operation => new GatewayRow(operation.Title, Median(loads[(operation.Name, Direct)]), Median(loads[(operation.Name, Plain)]), Median(loads[(operation.Name, Golden)]), Median(loads[(operation.Name, Quiet)]), Median(loads[(operation.Name, Again)])))];
    }

    private static GatewayLoad Median(List<GatewayLoad> loads) => new(
        Statistics.Median(loads.Select(load => load.RequestsPerSecond)),
        Statistics.Median(loads.Select(load => load.CpuMicroseconds)),
        Statistics.Median(loads.Select(load => load.P50Milliseconds)),
        Statistics.Median(loads.Select(load => load.P99Milliseconds)));
}
