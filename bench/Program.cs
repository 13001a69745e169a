using System.CommandLine;
using System.Text.Json;
using Golden.Templates.Bench;

var seconds = new Option<double>("--seconds") { Description = "How long each run of wrk takes.", DefaultValueFactory = _ => 5 };
var rounds = new Option<int>("--rounds") { Description = "How many rounds there are.", DefaultValueFactory = _ => 5 };
var database = new Option<string[]>("--database") { Description = "The databases.", DefaultValueFactory = _ => ["sqlite", "postgres"], AllowMultipleArgumentsPerToken = true };

var load = new Command("load", "Throughput, latency and memory beside a plain web API.") { seconds, rounds, database };
load.SetAction(async (parsed, _) =>
{
    using var workspace = new Workspace();
    await using var bench = new LoadBench(workspace, parsed.GetValue(seconds), parsed.GetValue(rounds));
    foreach (var provider in parsed.GetValue(database)!)
    {
        using var server = provider == "postgres" ? new PostgresServer() : null;
        var result = await bench.RunAsync(server is null ? new SqliteFile(workspace.Path("orders.db")) : PostgresDatabase.Create(server.ConnectionString, "orders"), []);
        Console.WriteLine(JsonSerializer.Serialize(result, new JsonSerializerOptions { WriteIndented = true }));
    }
});

var root = new RootCommand("Measures what the templates write, and writes docs/performance.md.") { load };
try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (BenchException failure)
{
    Console.Error.WriteLine(failure.Message);
    return 1;
}
