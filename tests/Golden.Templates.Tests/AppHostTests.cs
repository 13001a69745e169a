using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Golden.Templates.Tests;

/// <summary>
/// What starts a whole system takes turns: its services listen at the ports that were free when it was generated, and these may be the same ones.
/// </summary>
[CollectionDefinition(nameof(AppHostTurns))]
public sealed class AppHostTurns;

/// <summary>`dotnet run apphost.cs`: services with the Aspire dashboard. What arrived is read from the dashboard's own API.</summary>
[Collection(nameof(AppHostTurns))]
public sealed class AppHostTests(InstalledPack pack) : TemplateTests(pack)
{
    const string DashboardKey = "key-of-the-tests";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly Uri _dashboard = new($"http://localhost:{PublishedService.FreePort()}");

    [Fact] // Fails when an order is not shipped, or in several traces; when a signal does not arrive, a problem document does not link to its trace, a port is another one, or something goes on running.
    public async Task AnOrderIsShippedAndTheDashboardShowsWhatBothServicesDo()
    {
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "golden", "3d.My-App");
        var (gateway, api, worker) = (await AddressAsync(solution, "Gateway"), await AddressAsync(solution, "Api"), await AddressAsync(solution, "Worker"));

        // Errors first: the first command also builds the services.
        using (Occupy(_dashboard))
        {
            var occupied = await RunAsync(StartInfo(solution));
            occupied.ShouldExitWith(1);
            Assert.Contains($"The address of the dashboard, {_dashboard.OriginalString}, is in use: ", occupied.Output, StringComparison.Ordinal);
        }

        using (Occupy(worker))
        {
            var occupied = await RunAsync(StartInfo(solution));
            occupied.ShouldExitWith(1);
            Assert.Contains($"\nThe service cannot listen: Failed to bind to address http://127.0.0.1:{worker.Port}: address already in use.", occupied.Output, StringComparison.Ordinal);
        }

        var token = await TokenAsync(solution);
        await using (var running = await RunningService.StartAsync(StartInfo(solution, "--no-build"), gateway))
        {
            await ArrivesAsync(() => Task.FromResult(running.Output.Contains($"The worker is ready: {worker.OriginalString}", StringComparison.Ordinal)), running);

            running.Client.DefaultRequestHeaders.Authorization = new("Bearer", token);
            var order = JsonNode.Parse("""{ "customer": "acme", "currency": "EUR", "lines": [{ "sku": "TEA-001", "quantity": 2, "unitPrice": 4.5 }] }""");
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway, "v1/orders")) { Content = JsonContent.Create(order), Headers = { { "Idempotency-Key", "the-first-order" } } };
            var placed = await TraceAsync(running, request, HttpStatusCode.Created);
            using var nothing = await running.Client.GetAsync(new Uri(gateway, "nothing"), TestContext.Current.CancellationToken);
            var problem = JsonNode.Parse(await nothing.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
            Assert.Equal($"{_dashboard.OriginalString}/traces/detail/{problem["traceId"]}", (string?)problem["traceUrl"]);

            // From the request at the gateway through outbox, webhook and queue to what the handler writes.
            string[] names = ["POST /v1/orders", "send worker", "POST /v1/webhooks", "process messages"];
            string[] tables = ["orders", "outbox_messages", "messages", "shipments"];
            await ArrivesAsync(async () => Spans(await TelemetryAsync("traces"), placed) is var spans
                && Array.TrueForAll(names, name => spans.Exists(span => (string?)span["name"] == name))
                && Array.TrueForAll(tables, table => spans.Exists(span => Inserts(span, table))), running);
            await ArrivesAsync(async () => (await TelemetryAsync("logs")).ToJsonString().Contains(placed, StringComparison.Ordinal), running);
            foreach (var service in (string[])["gateway", "api", "worker"])
            {
                await ArrivesAsync(async () => (await TelemetryAsync("resources")).AsArray().Any(resource => (string?)resource!["name"] == service && (bool)resource["hasMetrics"]!), running);
            }

            solution.Did("started by apphost.cs");
            Assert.Equal(0, await running.StopAsync());
            // Aspire's orchestrator stops the services, and ends a moment later.
            await ArrivesAsync(() => Task.FromResult(!new[] { gateway, api, worker, _dashboard }.Any(Listens)), running);
        }
    }

    [Fact] // Fails when a missing server is not named, or a server that a setting names is not used.
    public async Task AMissingServerIsNamed()
    {
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "worker-golden", "Acme.Shipping", "--database", "postgres", "--transport", "rabbitmq");
        var nowhere = PublishedService.FreePort();
        var start = StartInfo(solution);
        start.Environment[PostgresServer.Variable] = $"Host=localhost;Port={nowhere};Database=app;Username=app";
        var missing = await RunAsync(start);
        missing.ShouldExitWith(1);
        Assert.Contains($"\nThe database app on localhost:{nowhere} (setting ConnectionStrings:Database) cannot be used; no server answers there: ", missing.Output, StringComparison.Ordinal);
        Assert.Contains("\nREADME.md says how to start a PostgreSQL server, ", missing.Output, StringComparison.Ordinal);

        start = StartInfo(solution, "--no-build");
        start.Environment[PostgresServer.Variable] = $"{PostgresServer.ConnectionString()};Database=apphost-{Guid.NewGuid():N}";
        start.Environment[RabbitMqBroker.Variable] = $"amqp://localhost:{nowhere}";
        await using var running = await RunningService.StartAsync(start, await AddressAsync(solution, "Worker"));
        await ArrivesAsync(() => Task.FromResult(running.Output.Contains("The worker cannot connect to the broker (setting RabbitMq:Uri); to start one: docker run ", StringComparison.Ordinal)), running);
        Assert.Equal(0, await running.StopAsync());
    }

    ProcessStartInfo StartInfo(GeneratedSolution solution, params string[] options)
    {
        var start = CommandLine.StartInfo("dotnet", solution.Folder, ["run", .. options, "apphost.cs"]);
        start.Environment["ASPNETCORE_URLS"] = _dashboard.OriginalString;
        start.Environment["AppHost__DashboardApiKey"] = DashboardKey;
        start.Environment["APPDATA"] = Path.Combine(Folder, "home");
        return start;
    }

    static Task<CommandResult> RunAsync(ProcessStartInfo start) => CommandLine.RunAsync(start);

    /// <summary>A token as the README has it, with the user secrets of the tests.</summary>
    async Task<string> TokenAsync(GeneratedSolution solution)
    {
        var start = CommandLine.StartInfo(
            "dotnet", solution.Folder, "user-jwts", "create", "--project", $"src/{solution.ProjectName}.Api", "--scope", "orders:read", "--scope", "orders:write", "--output", "token");
        start.Environment["APPDATA"] = Directory.CreateDirectory(Path.Combine(Folder, "home")).FullName;
        var created = await CommandLine.RunAsync(start);
        created.ShouldSucceed();
        return created.Output.Trim();
    }

    async Task<JsonNode> TelemetryAsync(string kind)
    {
        using var http = new HttpClient { DefaultRequestHeaders = { { "x-api-key", DashboardKey } } };
        return JsonNode.Parse(await http.GetStringAsync(new Uri(_dashboard, $"api/telemetry/{kind}"), TestContext.Current.CancellationToken))!;
    }

    static List<JsonNode> Spans(JsonNode traces, string trace) =>
    [
        .. traces["data"]!["resourceSpans"]!.AsArray().SelectMany(resource => resource!["scopeSpans"]!.AsArray()).SelectMany(scope => scope!["spans"]!.AsArray())
            .Select(span => span!).Where(span => (string?)span["traceId"] == trace),
    ];

    static bool Inserts(JsonNode span, string table) =>
        Attribute(span, "db.query.text").Replace("\"", "", StringComparison.Ordinal).Contains($"INSERT INTO {table} ", StringComparison.Ordinal);

    static string Attribute(JsonNode span, string name) =>
        (string?)span["attributes"]?.AsArray().FirstOrDefault(attribute => (string?)attribute!["key"] == name)?["value"]?["stringValue"] ?? "";

    /// <summary>Sends a request, and returns the trace that the response names.</summary>
    static async Task<string> TraceAsync(RunningService running, HttpRequestMessage request, HttpStatusCode expected)
    {
        using var response = await running.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(expected, response.StatusCode);
        return Assert.Single(response.Headers.GetValues("Trace-Id"));
    }

    static async Task ArrivesAsync(Func<Task<bool>> isThere, RunningService running)
    {
        var clock = Stopwatch.StartNew();
        while (!await isThere())
        {
            Assert.True(clock.Elapsed < Patience, $"It did not arrive within {Patience.TotalSeconds} s; apphost.cs had printed:\n{running.Output}");
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Where launchSettings.json has a service listen.</summary>
    static async Task<Uri> AddressAsync(GeneratedSolution solution, string service)
    {
        var settings = JsonNode.Parse(await solution.ReadAsync($"src/{solution.ProjectName}.{service}/Properties/launchSettings.json"))!;
        return new((string)settings["profiles"]!["http"]!["applicationUrl"]!);
    }

    static TcpListener Occupy(Uri address)
    {
        var listener = new TcpListener(IPAddress.Loopback, address.Port);
        listener.Start();
        return listener;
    }

    static bool Listens(Uri address)
    {
        try
        {
            using var client = new TcpClient(address.Host, address.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
