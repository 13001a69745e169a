// Places orders at the gateway of a generated system, whose API takes and whose worker ships them, kills the worker, the API and then the gateway
// in the meantime, and compares what was placed with what was shipped. demo.cs runs it against the system that it generated.
#:sdk Microsoft.NET.Sdk.Web
#:package Microsoft.Data.Sqlite
#:property PublishAot=false

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Data.Sqlite;

const int Buyers = 4;

var (projects, folder, port, token) = (args[0], args[1], int.Parse(args[2], CultureInfo.InvariantCulture), args[3]);
if (Directory.Exists(folder))
{
    Directory.Delete(folder, recursive: true);
}

Directory.CreateDirectory(folder);
var secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
await using var carrier = new Carrier();
await using var worker = new Service(projects, "Worker", folder, port + 1, new()
{
    ["Webhooks__Sources__api__Secrets__0"] = secret,
    ["Carrier__BaseAddress"] = carrier.Address,

    // Short intervals, so that the demo takes seconds instead of minutes.
    ["Messages__LeaseSeconds"] = "2",
    ["RateLimits__PerSource"] = "100000",
});
await using var api = new Service(projects, "Api", folder, port, new()
{
    ["Worker__BaseAddress"] = worker.Address,
    ["Worker__Secrets__0"] = secret,
    ["Outbox__TimeoutSeconds"] = "1",
    ["Outbox__LeaseSeconds"] = "2",
    ["Outbox__MaxBackoffSeconds"] = "1",
    ["RateLimits__PerSubject"] = "100000",
    ["APPDATA"] = args[4], // Where the key of the token is.
});
await using var gateway = new Service(projects, "Gateway", folder, port + 2, new()
{
    ["Services__Api__0"] = api.Address,
    ["Services__Worker__0"] = worker.Address,
    ["Services__ProbeSeconds"] = "0.2",
    ["RateLimits__PerSubject"] = "100000",
    ["APPDATA"] = args[4],
});
var stop = carrier.Stop;
try
{
    await Step("start the worker", () => worker.Start(stop));
    await Step("start the API", () => api.Start(stop));
    await Step("start the gateway", () => gateway.Start(stop));
    using var buyer = new Buyer(gateway.Address, token);
    await Step("place an order, with a token", async () => Console.Write($"{await buyer.Place("acme", stop)}  "));
    await Step("its shipment", async () =>
    {
        while (worker.Count("shipments") == 0)
        {
            await Task.Delay(10, stop);
        }

        Console.Write($"{worker.Text("SELECT tracking_number FROM shipments")}  ");
    });

    Console.WriteLine($"\n  {Buyers} buyers place orders all the time");
    var isOver = false;
    var buying = buyer.PlaceMany(Buyers, () => !isOver, stop);
    await Placed(200);
    await worker.Kill();
    Say("worker killed");
    await Placed(100);
    Say("orders are placed all the same");
    await worker.Start(stop);
    Say("worker restarted");
    await Placed(100);
    await api.Kill();
    Say("API killed");
    await api.Start(stop);
    Say("API restarted");
    await Placed(100);
    await gateway.Kill();
    Say("gateway killed");
    await gateway.Start(stop);
    Say("gateway restarted");
    await Placed(100);
    isOver = true;
    await buying;
    Say("no more orders");
    for (var watch = Stopwatch.StartNew(); api.Count("outbox_messages") + worker.Count("messages WHERE state = 'Pending'") > 0 && watch.Elapsed < TimeSpan.FromMinutes(1);)
    {
        await Task.Delay(100, stop);
    }

    Say("all shipped");
    return Balance(buyer) ? 0 : 1;

    async Task Placed(int more)
    {
        var count = buyer.Placed.Count + more;
        while (buyer.Placed.Count < count && !buying.IsCompleted)
        {
            await Task.Delay(20, stop);
        }
    }

    void Say(string what) => Console.WriteLine(
        $"  placed {buyer.Placed.Count,5:N0}   in the outbox {api.Count("outbox_messages"),4:N0}   shipped {worker.Count("shipments"),5:N0}   {what}");
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 130;
}
catch (Exception failure) when (failure is ServiceException or HttpRequestException)
{
    Console.Error.WriteLine($"\n{failure.Message}");
    return 1;
}

bool Balance(Buyer buyer)
{
    var (orders, shipments) = (api.Ids("SELECT id FROM orders"), worker.Ids("SELECT order_id FROM shipments"));
    var lost = buyer.Placed.Keys.Except(orders).Count() + orders.Except(shipments).Count();
    var doubles = orders.Count - buyer.Placed.Count + shipments.Count - shipments.Distinct().Count() + carrier.Keys.Values.Count(keys => keys.Count > 1);
    Console.WriteLine("\n  result");
    Write("placed", buyer.Placed.Count, $"{buyer.Repeated:N0} requests repeated with their Idempotency-Key, because there was no response");
    Write("orders", orders.Count, "in the API's database");
    Write("shipments", shipments.Count, "in the worker's database");
    Write("lost", lost, "");
    Write("doubles", doubles, "");
    var balances = orders.Count == buyer.Placed.Count && orders.Count == shipments.Count && (lost, doubles) == (0, 0);
    Console.WriteLine(balances ? "  Each order was shipped once." : "  The numbers do not add up.");
    return balances;

    static void Write(string what, int count, string remark) => Console.WriteLine($"    {what,-14}{count,7:N0}  {remark}".TrimEnd());
}

static async Task Step(string name, Func<Task> run)
{
    Console.Write($"  {name,-46} ");
    var watch = Stopwatch.StartNew();
    await run();
    Console.WriteLine($"{watch.Elapsed.TotalSeconds:N1} s");
}

/// <summary>A service failed.</summary>
sealed class ServiceException(string message) : Exception(message);

/// <summary>Places orders, and repeats a request that had no response.</summary>
sealed class Buyer(string address, string token) : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(10), DefaultRequestHeaders = { Authorization = new("Bearer", token) } };
    private int repeated;

    /// <summary>The ids of the orders that were responded to with 201.</summary>
    public ConcurrentDictionary<Guid, bool> Placed { get; } = new();

    public int Repeated => repeated;

    public void Dispose() => http.Dispose();

    public Task PlaceMany(int buyers, Func<bool> more, CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, buyers).Select(_ => Task.Run(async () =>
    {
        while (more())
        {
            await Place("acme", stop);
            await Task.Delay(10, stop);
        }
    }, stop)));

    public async Task<Guid> Place(string customer, CancellationToken stop)
    {
        for (var key = $"{Guid.NewGuid()}"; ; Interlocked.Increment(ref repeated))
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "v1/orders")
            {
                Content = JsonContent.Create(new { customer, currency = "EUR", lines = new[] { new { sku = "TEA-001", quantity = 2, unitPrice = 4.5m } } }),
                Headers = { { "Idempotency-Key", key } },
            };
            try
            {
                using var response = await http.SendAsync(request, stop);
                if (response.StatusCode == HttpStatusCode.Created)
                {
                    var id = (await response.Content.ReadFromJsonAsync<JsonElement>(stop)).GetProperty("id").GetGuid();
                    Placed[id] = true;
                    return id;
                }

                if (response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable))
                {
                    throw new ServiceException($"The gateway responded with {(int)response.StatusCode} to an order: {await response.Content.ReadAsStringAsync(stop)}");
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException || (exception is OperationCanceledException && !stop.IsCancellationRequested))
            {
                // The gateway is away: the request is repeated.
            }

            await Task.Delay(100, stop);
        }
    }
}

/// <summary>The carrier that the worker books each shipment with. Its contract is the worker's carrier.yaml.</summary>
sealed class Carrier : IAsyncDisposable
{
    private readonly WebApplication server;

    public Carrier()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        server = builder.Build();
        server.MapPost("/v1/bookings", (Booking booking, [Microsoft.AspNetCore.Mvc.FromHeader(Name = "Idempotency-Key")] Guid key) =>
        {
            Keys.GetOrAdd(booking.OrderId, _ => new())[key] = true;
            return Results.Json(new { trackingNumber = $"{key:N}"[^12..].ToUpperInvariant() }, statusCode: 201);
        });
        server.Start();
    }

    public string Address => server.Urls.Single();

    /// <summary>The keys with which each order was booked; a call that is repeated has the same.</summary>
    public ConcurrentDictionary<Guid, ConcurrentDictionary<Guid, bool>> Keys { get; } = new();

    /// <summary>Ctrl+C and SIGTERM, which the server handles.</summary>
    public CancellationToken Stop => server.Lifetime.ApplicationStopping;

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private sealed record Booking(Guid OrderId, string Customer, int Units);
}

/// <summary>A service of the system as a process with its own database, in Development, where it creates its tables when it starts.</summary>
sealed class Service(string projects, string kind, string folder, int port, Dictionary<string, string> settings) : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> log = new();
    private Process? process;

    public string Address => $"http://127.0.0.1:{port}";

    private string Database => Path.Combine(folder, $"{kind}.db");

    public async Task Start(CancellationToken stop)
    {
        var project = Directory.GetFiles(projects, $"*.{kind}.csproj", SearchOption.AllDirectories).Single();
        var source = Path.GetDirectoryName(project)!;
        var start = new ProcessStartInfo("dotnet", [Path.Combine(source, "bin", "Debug", "net10.0", $"{Path.GetFileNameWithoutExtension(project)}.dll")])
        {
            WorkingDirectory = source,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_URLS"] = Address;
        start.Environment["ConnectionStrings__Database"] = $"Data Source={Database}";
        start.Environment["RateLimits__PerAddress"] = "100000";
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var http = new HttpClient();
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromSeconds(60) && !process.HasExited; await Task.Delay(20, stop))
        {
            try
            {
                using var ready = await http.GetAsync($"{Address}/health/ready", stop);
                if (ready.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
        }

        throw new ServiceException($"{Path.GetFileNameWithoutExtension(project)} did not start:\n{string.Join('\n', log.TakeLast(15).Select(line => $"    {line}"))}");
    }

    /// <summary>Kills the process as `kill -9` does.</summary>
    public async Task Kill()
    {
        process!.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
        process = null;
    }

    public int Count(string rows) => Read($"SELECT count(*) FROM {rows}", row => row.GetInt32(0)).Single();

    public string Text(string sql) => Read(sql, row => row.GetString(0)).First();

    public List<Guid> Ids(string sql) => Read(sql, row => row.GetGuid(0));

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            await Kill();
        }
    }

    private List<T> Read<T>(string sql, Func<SqliteDataReader, T> read)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            log.Enqueue(line);
        }
    }
}
