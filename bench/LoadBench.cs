using System.Net.Http.Headers;
using System.Text;

namespace Golden.Templates.Bench;

/// <summary>
/// The generated web API with everything on against a plain one with plain EF Core and none of it, and against the same with
/// compiled queries: the same tables, rows and answers, load by wrk, one service after the other in every round.
/// </summary>
sealed class LoadBench(Workspace workspace, double seconds, int rounds) : IAsyncDisposable
{
    public const int Orders = 10_000;
    private const string Golden = "golden";
    private const string Plain = "plain";
    private const string Again = "plain again";
    private const string Compiled = "plain, compiled queries";

    public static readonly (string Name, string Title)[] Operations = [("read", "read by id"), ("list", "list a page of 50"), ("create", "create")];

    private readonly GoldenApi api = new(workspace);

    public async Task<LoadResult> RunAsync(BenchDatabase empty, string[] goldenOptions)
    {
        var provider = empty.Provider;
        var golden = workspace.PublishGolden($"golden-{provider}", [.. goldenOptions]);
        var constants = provider == "postgres" ? "POSTGRES" : "SQLITE";
        var plain = workspace.PublishPlain($"plain-{provider}", provider, constants);
        var compiled = workspace.PublishPlain($"compiled-{provider}", provider, $"{constants};COMPILED");

        Commands.Say($"seeding {Orders:N0} orders");
        api.Migrate(golden, empty);
        empty.Seed(0, Orders);
        var requests = WriteRequests(workspace, api, empty);

        var counted = await CountAsync(golden, empty.Copy());

        using var goldenService = await StartGoldenAsync(golden, empty.Copy(), api.Collector, "golden");
        using var plainService = await StartAsync(plain, empty.Copy(), "plain");
        using var compiledService = await StartAsync(compiled, empty.Copy(), "compiled");
        await HaveSameAnswersAsync(goldenService, plainService, compiledService, requests["read"]);
        (string Name, RunningService Service)[] services = [(Golden, goldenService), (Plain, plainService), (Compiled, compiledService), (Again, plainService)];

        foreach (var (name, service) in services[..3])
        {
            foreach (var (operation, _) in Operations)
            {
                Commands.Say($"{provider}: warming up {name}, {operation}");
                Wrk.Run(workspace, service, requests[operation], Math.Max(10, seconds));
            }
        }

        var loads = new Dictionary<(string, string), List<Load>>();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var (operation, _) in Operations)
            {
                Commands.Say($"{provider}: {operation}, round {round + 1} of {rounds}");

                // Whoever comes first in a round comes last in the next.
                foreach (var (name, service) in round % 2 == 0 ? services : [.. services.Reverse()])
                {
                    var load = Wrk.Run(workspace, service, requests[operation], seconds);
                    (loads.TryGetValue((operation, name), out var list) ? list : loads[(operation, name)] = []).Add(load);
                }
            }
        }

        return new LoadResult(
            provider,
            [.. Operations.Select(operation => new LoadRow(operation.Title, Median(loads[(operation.Name, Golden)]), Median(loads[(operation.Name, Plain)]), Median(loads[(operation.Name, Compiled)]), Median(loads[(operation.Name, Again)])))],
            goldenService.PeakMegabytes,
            plainService.PeakMegabytes,
            compiledService.PeakMegabytes,
            counted);
    }

    public ValueTask DisposeAsync() => api.DisposeAsync();

    private async Task<RunningService> StartGoldenAsync(string assembly, BenchDatabase database, Collector collector, string name)
    {
        var settings = new Dictionary<string, string>(api.Settings(database)) { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url };
        return await new RunningService(assembly, settings, workspace.Path($"{name}-{database.Provider}.log")).ReadyAsync("health/ready");
    }

    private async Task<RunningService> StartAsync(string assembly, BenchDatabase database, string name) =>
        await new RunningService(assembly, database.Settings, workspace.Path($"{name}-{database.Provider}.log")).ReadyAsync("ready");

    /// <summary>Counts, apart from the load, what a thousand requests cause: each has a token that no other had, so that nothing kept could serve it.</summary>
    private async Task<Counted> CountAsync(string assembly, BenchDatabase database)
    {
        const int requests = 1000;
        Commands.Say($"{database.Provider}: counting statements and checks of tokens over {requests:N0} requests");
        await using var collector = new Collector();
        var ids = database.Query($"SELECT id FROM orders LIMIT {requests}");
        int answered = 0, refused = 0;
        using (var service = await StartGoldenAsync(assembly, database, collector, "counted"))
        {
            foreach (var (number, id) in ids.Index())
            {
                var token = api.Token(number);
                answered += await StatusAsync(service.Http, id, token) == 200 ? 1 : 0;

                // The last character of a signature has bits that count for nothing; one in the middle has none.
                var middle = token.Length - 100;
                refused += await StatusAsync(service.Http, id, $"{token[..middle]}{(token[middle] == 'A' ? 'B' : 'A')}{token[(middle + 1)..]}") == 401 ? 1 : 0;
            }
        }

        var statements = collector.Counts("db.client.operation.duration", "db.query.summary");
        var checks = collector.Counts("aspnetcore.authentication.authenticate.duration", "aspnetcore.authentication.result");
        return new Counted(ids.Count, answered, refused, statements.Values.Sum() - statements.Where(pair => pair.Key.Contains("__EFMigrationsHistory", StringComparison.Ordinal) || pair.Key.Contains("sqlite_master", StringComparison.Ordinal)).Sum(pair => pair.Value), checks.GetValueOrDefault("success"), checks.GetValueOrDefault("failure"));
    }

    private static async Task<int> StatusAsync(HttpClient http, string id, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"v1/orders/{id.ToLowerInvariant()}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request);
        return (int)response.StatusCode;
    }

    private static async Task HaveSameAnswersAsync(RunningService golden, RunningService plain, RunningService compiled, string requests)
    {
        foreach (var line in File.ReadLines(requests).Take(20))
        {
            var parts = line.Split(' ');
            var answers = new List<string>();
            foreach (var service in new[] { golden, plain, compiled })
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, parts[1]);
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", parts[2]);
                using var response = await service.Http.SendAsync(request);
                answers.Add(await response.Content.ReadAsStringAsync());
            }

            if (answers.Distinct().Count() > 1)
            {
                throw new BenchException($"The services answer {parts[1]} differently:\n{string.Join('\n', answers)}");
            }
        }
    }

    /// <summary>Writes the requests of each operation into a file, for wrk.</summary>
    public static Dictionary<string, string> WriteRequests(Workspace workspace, GoldenApi api, BenchDatabase database)
    {
        var tokens = Enumerable.Range(0, 100).Select(number => api.Token(number)).ToArray();
        var ids = database.Query("SELECT id FROM orders").Select(id => id.ToLowerInvariant()).ToArray();
        new Random(1).Shuffle(ids);
        const string draft = """{"customer":"acme","currency":"EUR","lines":[{"sku":"TEA-001","quantity":2,"unitPrice":4.5},{"sku":"TEA-002","quantity":1,"unitPrice":3},{"sku":"TEA-003","quantity":4,"unitPrice":12.25}],"note":"Leave it at the door."}""";
        return new()
        {
            ["read"] = Write("read", ids.Take(2000).Select((id, n) => $"GET /v1/orders/{id} {tokens[n % tokens.Length]}")),
            ["list"] = Write("list", tokens.Select(token => $"GET /v1/orders?limit=50 {token}")),
            ["create"] = Write("create", tokens.Select(token => $"POST /v1/orders {token} {draft}")),
        };

        string Write(string name, IEnumerable<string> lines)
        {
            var file = workspace.Path($"{name}-{database.Provider}.txt");
            File.WriteAllLines(file, lines, new UTF8Encoding(false));
            return file;
        }
    }

    private static Load Median(List<Load> loads) => new(
        Statistics.Median(loads.Select(load => load.RequestsPerSecond)),
        Statistics.Median(loads.Select(load => load.P50Milliseconds)),
        Statistics.Median(loads.Select(load => load.P99Milliseconds)),
        Statistics.Median(loads.Select(load => load.CpuMicroseconds)));
}

/// <summary>What the same thousand requests caused, and as many with a changed signature.</summary>
sealed record Counted(int Requests, int Answered, int Refused, long Statements, long TokensTaken, long TokensRefused);

sealed record LoadRow(string Operation, Load Golden, Load Plain, Load Compiled, Load Again);

sealed record LoadResult(string Database, IReadOnlyList<LoadRow> Rows, double GoldenMegabytes, double PlainMegabytes, double CompiledMegabytes, Counted Counted);

static class Statistics
{
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
