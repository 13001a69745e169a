using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Golden.Templates.Tests;
using GoldenService.Testing;
using Microsoft.AspNetCore.Http;

namespace Golden.Templates.Faults;

/// <summary>
/// A published API and its worker, each with its own database, the gateways before them, the buyer that places orders, and the carrier that the
/// worker books with. An instance that is started again has the address that others know.
/// </summary>
sealed class GoldenSystem : IAsyncDisposable
{
    // The API's timeout is half of its lease.
    public const double LeaseSeconds = 2;

    readonly PublishedService _api;
    readonly PublishedService _worker;
    readonly PublishedService _gateway;
    readonly List<RunningService> _instances = [];
    readonly Stopwatch _clock = Stopwatch.StartNew();
    readonly Uri _workerAddress = SteadyAddress();
    readonly Uri[] _apiAddresses = [SteadyAddress(), SteadyAddress()];
    readonly Uri[] _gatewayAddresses = [SteadyAddress(), SteadyAddress()];
    readonly string _name;
    readonly int _seed;

    GoldenSystem(PublishedSystem published, Database api, Database worker, string name, int seed, (string, string)[] workerSettings)
    {
        (Orders, Shipments, _name, _seed, Buyer) = (api, worker, name, seed, new(seed));
        var secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

        // What waits does so shortly; and all requests come from one address.
        (string, string)[] both =
        [
            ("RateLimits__PerAddress", "1000000"),
            ("Shutdown__DrainSeconds", "1"),
            ("Logging__LogLevel__Default", "Warning"),
        ];
        _api = published.Api.With(
        [
            .. both,
            ("ConnectionStrings__Database", api.ConnectionString),
            ("RateLimits__PerSubject", "1000000"),
            ("Worker__BaseAddress", _workerAddress.ToString()),
            ("Worker__Secrets__0", secret),
            ("Outbox__TimeoutSeconds", $"{LeaseSeconds / 2}"),
            ("Outbox__LeaseSeconds", $"{LeaseSeconds}"),
            ("Outbox__PollSeconds", "0.1"),
            ("Outbox__BackoffSeconds", "0.1"),
            ("Outbox__MaxBackoffSeconds", "1"),
        ]);
        _worker = published.Worker.With(
        [
            .. both,
            ("ConnectionStrings__Database", worker.ConnectionString),
            ("RateLimits__PerSource", "1000000"),
            ("Webhooks__Sources__api__Secrets__0", secret),
            ("Carrier__BaseAddress", Carrier.Addresses[0].ToString()),
            ("Messages__LeaseSeconds", "2"),
            ("Messages__PollSeconds", "0.1"),
            ("Messages__BackoffSeconds", "0.1"),
            ("Messages__MaxBackoffSeconds", "1"),
            ("Messages__MaxAttempts", "100"),
            ("Messages__RetriesPerSecond", "1000"),
            ("Messages__HandlerTimeoutSeconds", "10"),
            .. workerSettings,
        ]);
        _gateway = published.Gateway.With(
        [
            .. both,
            ("RateLimits__PerSubject", "1000000"),
            .. _apiAddresses.Select((address, number) => ($"Services__Api__{number}", address.ToString())),
            ("Services__Worker__0", _workerAddress.ToString()),
            ("Services__ProbeSeconds", "0.2"), // Two of them are less than the drain.
        ]);
    }

    public Buyer Buyer { get; }

    public Carrier Carrier { get; } = new();

    /// <summary>The API's database.</summary>
    public Database Orders { get; }

    /// <summary>The worker's database.</summary>
    public Database Shipments { get; }

    /// <summary>Publishes the system with these options, once, and prepares its databases.</summary>
    public static async Task<GoldenSystem> CreateAsync(InstalledPack pack, string[] options, Database orders, Database shipments, string name, int seed, params (string, string)[] workerSettings)
    {
        var system = new GoldenSystem(await Published.SystemOnceAsync(pack, options), orders, shipments, name, seed, workerSettings);
        (await system._api.RunAsync("migrate")).ShouldSucceed();
        (await system._worker.RunAsync("migrate")).ShouldSucceed();
        return system;
    }

    /// <summary>Starts an instance of the API, and waits until it is ready.</summary>
    public async Task<RunningService> StartApiAsync(int number) => Keep(await _api.StartAsync(_apiAddresses[number]));

    /// <summary>Starts an instance of the gateway, and waits until it is ready.</summary>
    public async Task<RunningService> StartGatewayAsync(int number) => Keep(await _gateway.StartAsync(_gatewayAddresses[number]));

    /// <summary>Has the buyer send to an instance, too.</summary>
    public void Offer(RunningService instance) => Buyer.Targets = [.. Buyer.Targets, instance.Client.BaseAddress!];

    /// <summary>Starts the worker at the address that the API knows, and waits until it is ready.</summary>
    public async Task<RunningService> StartWorkerAsync() => Keep(await _worker.StartAsync(_workerAddress));

    /// <summary>Has the buyer send no more to an instance.</summary>
    public void Leave(RunningService instance) => Buyer.Targets = [.. Buyer.Targets.Where(target => target != instance.Client.BaseAddress)];

    /// <summary>Sends SIGTERM to an instance. As a load balancer does, the buyer leaves it when its readiness says so, or there is none.</summary>
    public async Task StopAsync(RunningService instance)
    {
        var stop = instance.StopAsync();
        for (var isReady = true; isReady && !stop.IsCompleted; await Task.Delay(100, TestContext.Current.CancellationToken))
        {
            try
            {
                using var readiness = await instance.Client.GetAsync(RunningService.Ready, TestContext.Current.CancellationToken);
                isReady = readiness.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                isReady = false;
            }
        }

        Leave(instance);
        Assert.Equal(0, await stop);
    }

    /// <summary>Waits until the buyer has had so many more 201.</summary>
    public Task PlacedAsync(int more)
    {
        var count = Buyer.Placed.Count + more;
        return Wait.Until(() => Buyer.Placed.Count >= count, seconds: 60, $"No {more} orders were placed within a minute.\n{Output()}");
    }

    /// <summary>
    /// Waits until all is delivered and done, and compares what the buyer was promised with the API's orders, the worker's messages, its
    /// shipments, and the carrier's ledger.
    /// </summary>
    public async Task BalanceAsync(string happened)
    {
        await Wait.Until(
            async () => (await Orders.OutboxAsync()).All(row => row.State == "Dead") && (await Shipments.MessagesAsync()).All(message => message.State is "Done" or "Dead"),
            seconds: 60,
            "Not all orders were delivered and shipped within a minute.");
        var (orders, outbox, messages, shipments, calls) = (await Orders.OrdersAsync(), await Orders.OutboxAsync(), await Shipments.MessagesAsync(), await Shipments.ShipmentsAsync(), Carrier.Calls);
        var (ordersOf, shipmentsOf) = (orders.ToLookup(order => order.Customer, order => order.Id), shipments.ToLookup(shipment => shipment.OrderId));
        var keysOf = calls.ToLookup(call => call.OrderId, call => call.Key);
        var ids = orders.Select(order => order.Id).ToHashSet();
        var booked = calls.Where(call => call.Status == StatusCodes.Status201Created).Select(call => call.OrderId).ToHashSet();
        List<string> lost = [], doubled = [], wrong = [.. Buyer.Surprises];

        lost.AddRange(Buyer.Placed.Where(placed => !ids.Contains(placed.Value)).Select(placed => $"order {placed.Value} had 201, and is not stored"));
        lost.AddRange(Buyer.Imported.Where(customer => ordersOf[customer].Count() != Buyer.ImportSize).Select(customer => $"the import of {customer} had 200, and {ordersOf[customer].Count()} orders are stored"));
        lost.AddRange(ids.Where(id => !shipmentsOf.Contains(id)).Select(id => $"order {id} has no shipment"));
        lost.AddRange(ids.Where(id => !booked.Contains(id)).Select(id => $"order {id} was not booked with the carrier"));
        doubled.AddRange(ordersOf.Where(of => of.Count() > 1 && of.Count() != Buyer.ImportSize).Select(of => $"{of.Key} has {of.Count()} orders"));
        doubled.AddRange(Buyer.Placed.Where(placed => ordersOf[placed.Key].Count() > 1).Select(placed => $"{placed.Key} placed one order and has {ordersOf[placed.Key].Count()}"));
        doubled.AddRange(shipmentsOf.Where(of => of.Count() > 1).Select(of => $"order {of.Key} has {of.Count()} shipments"));
        doubled.AddRange(keysOf.Where(of => of.Distinct().Count() > 1).Select(of => $"order {of.Key} came to the carrier with {of.Distinct().Count()} keys"));
        wrong.AddRange(shipmentsOf.Where(of => !ids.Contains(of.Key)).Select(of => $"a shipment is for {of.Key}, which is no order"));
        wrong.AddRange(keysOf.Where(of => !ids.Contains(of.Key)).Select(of => $"the carrier was called for {of.Key}, which is no order"));
        wrong.AddRange(outbox.Select(row => $"the outbox still has {row}"));
        wrong.AddRange(messages.Where(message => message.State != "Done").Select(message => $"at the end there is {message}"));
        if (messages.Count != orders.Count)
        {
            wrong.Add($"there are {orders.Count} orders and {messages.Count} messages");
        }

        (string Name, int Count)[] columns =
        [
            ("requests", Buyer.Requests), ("failed", Buyer.Failures.Count), ("201", Buyer.Placed.Count), ("imports", Buyer.Imported.Count), ("cancelled", Buyer.Cancelled), ("orders", orders.Count),
            ("messages", messages.Count), ("shipments", shipments.Count), ("bookings", keysOf.Sum(of => of.Distinct().Count())), ("lost", lost.Count), ("double", doubled.Count),
        ];
        Summary.Write($"{_name} (seed {_seed}, {_clock.Elapsed.TotalSeconds:0.0} s): {happened}\n"
            + $"  {string.Join("  ", columns.Select(column => column.Name.PadLeft(6)))}\n"
            + $"  {string.Join("  ", columns.Select(column => column.Count.ToString("N0", CultureInfo.InvariantCulture).PadLeft(Math.Max(6, column.Name.Length))))}");
        List<string> problems = [.. lost, .. doubled, .. wrong];
        Assert.True(problems.Count == 0, $"lost {lost.Count}, double {doubled.Count}, otherwise wrong {wrong.Count}:\n{string.Join('\n', problems.Take(20))}\n{Output()}");
        Assert.True(orders.Count > 0 && Buyer.Imported.Count + Buyer.Placed.Count > 0, "Nothing was placed.");
    }

    /// <summary>Says how far it is.</summary>
    public void Tell(string progress) => TestContext.Current.TestOutputHelper!.WriteLine($"{_name} {_clock.Elapsed.TotalSeconds,5:0.0} s  {progress}");

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in _instances)
        {
            await instance.DisposeAsync();
        }

        await Carrier.DisposeAsync();
        Buyer.Dispose();
        await Orders.DisposeAsync();
        await Shipments.DisposeAsync();
    }

    RunningService Keep(RunningService instance)
    {
        _instances.Add(instance);
        return instance;
    }

    // Its port is not one that a connection may be given while nobody listens on it.
    static Uri SteadyAddress()
    {
        for (; ; )
        {
            var port = Random.Shared.Next(10_000, 20_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return new($"http://127.0.0.1:{port}");
            }
            catch (SocketException)
            {
                // Somebody listens there.
            }
        }
    }

    string Output() => string.Join('\n', _instances.Select(instance => instance.Output[^Math.Min(3000, instance.Output.Length)..]));
}
