using System.CommandLine;
using Golden.Templates.Bench;

var seconds = new Option<double>("--seconds") { Description = "How long each run of wrk takes.", DefaultValueFactory = _ => 5 };
var rounds = new Option<int>("--rounds") { Description = "How many rounds of load there are.", DefaultValueFactory = _ => 5 };
var database = new Option<string[]>("--database") { Description = "The databases.", DefaultValueFactory = _ => ["sqlite", "postgres"], AllowMultipleArgumentsPerToken = true };
var sizes = new Option<long[]>("--sizes") { Description = "How many orders there are, from few to many.", DefaultValueFactory = _ => [10_000, 1_000_000, 10_000_000], AllowMultipleArgumentsPerToken = true };
var against = new Option<string>("--against") { Description = "Compares the templates with those of this earlier commit, and measures nothing else.", HelpName = "commit" };
database.AcceptOnlyFromAmong("sqlite", "postgres");

Part[] parts =
[
    new("load", "Throughput, latency and memory beside a plain web API, and what each feature costs.", "15 minutes", async (workspace, parsed) =>
    {
        Commands.Need("wrk");
        await using var bench = new LoadBench(workspace, parsed.GetValue(seconds), parsed.GetValue(rounds));
        await ForEachDatabaseAsync("load", workspace, parsed, (databases, provider) => bench.RunAsync(databases.Create("orders"), ["--database", provider]));
        await ForEachDatabaseAsync("features", workspace, parsed, (databases, _) => FeatureBench.RunAsync(workspace, databases.Create("features"), parsed.GetValue(seconds), parsed.GetValue(rounds)));
    }),
    new("gateway", "What the gateway of a system adds, beside YARP alone.", "5 minutes", async (workspace, parsed) =>
    {
        Commands.Need("wrk");
        using var databases = new BenchDatabases(workspace, "sqlite");
        Results.Write("gateway", new Dictionary<string, string> { ["sqlite"] = databases.Version }, await GatewayBench.RunAsync(workspace, databases.Create("orders"), Math.Min(2, parsed.GetValue(seconds)), parsed.GetValue(rounds)));
    }),
    new("start", "Cold start to the first row.", "5 minutes", (workspace, parsed) =>
        ForEachDatabaseAsync("start", workspace, parsed, (databases, _) => StartBench.RunAsync(workspace, databases.Create("started")))),
    new("throughput", "Webhooks a second through the worker, beside a plain BackgroundService.", "3 minutes", (workspace, parsed) =>
        ForEachDatabaseAsync("throughput", workspace, parsed, (databases, provider) => ThroughputBench.RunAsync(workspace, databases, provider))),
    new("worker-start", "Cold start of the worker to its first accepted webhook.", "3 minutes", (workspace, parsed) =>
        ForEachDatabaseAsync("worker-start", workspace, parsed, (databases, _) => WorkerStartBench.RunAsync(workspace, databases.Create("webhooks")))),
    new("tests", "From dotnet new to green tests.", "5 minutes", (workspace, _) =>
    {
        Results.Write("tests", new Dictionary<string, string>(), TestsBench.Run(workspace));
        return Task.CompletedTask;
    }),
    new("growth", "How it grows: 10 thousand, 1 million and 10 million orders.", "20 minutes", (workspace, parsed) =>
        ForEachDatabaseAsync("growth", workspace, parsed, (databases, provider) => GrowthBench.RunAsync(workspace, databases, provider, parsed.GetValue(sizes)!))),
    new("build", "Builds, and what the contract costs them.", "5 minutes", (workspace, _) =>
    {
        Results.Write("build", new Dictionary<string, string>(), BuildBench.Run(workspace));
        return Task.CompletedTask;
    }),
];

var root = new RootCommand("Measures what the templates write, and writes docs/performance.md.") { seconds, rounds, database, sizes, against };
root.SetAction((parsed, cancellation) => parsed.GetValue(against) is { } commit ? AgainstAsync(parsed, commit, cancellation) : RunAsync(parsed, parts));
foreach (var part in parts)
{
    var command = new Command(part.Name, part.Description) { seconds, rounds, database, sizes };
    command.SetAction((parsed, _) => RunAsync(parsed, part));
    root.Add(command);
}

var report = new Command("report", "Writes docs/performance.md from the results that are there.");
report.SetAction(_ => Report.Write());
root.Add(report);

// The step under way ends, and what is temporary is taken away.
var timeToStop = TimeSpan.FromMinutes(2);
try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = timeToStop });
}
catch (BenchException failure)
{
    Console.Error.WriteLine(failure.Message);
    return 1;
}

async Task<int> AgainstAsync(ParseResult parsed, string commit, CancellationToken cancellation)
{
    // The command line listens for Ctrl+C only once this has returned to it.
    await Task.Yield();
    try
    {
        await AgainstBench.RunAsync(commit, parsed.GetValue(database)!, parsed.GetValue(seconds), parsed.GetValue(rounds), cancellation);
        return 0;
    }
    catch (Exception) when (cancellation.IsCancellationRequested)
    {
        Commands.Say("stopped");
        return 130;
    }
}

static async Task<int> RunAsync(ParseResult parsed, params Part[] parts)
{
    Commands.Say($"about this long on two cores: {string.Join(", ", parts.Select(part => $"{part.Name} {part.Duration}"))}");
    using var workspace = new Workspace();
    foreach (var part in parts)
    {
        await part.RunAsync(workspace, parsed);
    }

    Report.Write();
    Commands.Say("docs/performance.md is written");
    return 0;
}

async Task ForEachDatabaseAsync<T>(string part, Workspace workspace, ParseResult parsed, Func<BenchDatabases, string, Task<T>> run)
{
    var results = new List<T>();
    var versions = new Dictionary<string, string>();
    foreach (var provider in parsed.GetValue(database)!)
    {
        using var databases = new BenchDatabases(workspace, provider);
        results.Add(await run(databases, provider));
        versions[provider] = databases.Version;
    }

    Results.Write(part, versions, results);
}

/// <summary>What can be run alone.</summary>
sealed record Part(string Name, string Description, string Duration, Func<Workspace, ParseResult, Task> RunAsync);
