using System.Diagnostics;
using Golden.Templates.Tests;
using GoldenService.Testing;

namespace Golden.Templates.Faults;

/// <summary>A published worker with its database, the shop that sends it webhooks, and the carrier that it books with.</summary>
sealed class Worker : IAsyncDisposable
{
    public const double LeaseSeconds = 1;

    // Everything that waits waits shortly; and a test that sends a lot is one sender at one address.
    static readonly (string, string)[] Settings =
    [
        ("Webhooks__Sources__shop__Secrets__0", Shop.Secret),
        ("RateLimits__PerAddress", "1000000"),
        ("RateLimits__PerSource", "1000000"),
        ("Messages__LeaseSeconds", $"{LeaseSeconds}"),
        ("Messages__PollSeconds", "0.1"),
        ("Messages__BackoffSeconds", "0.1"),
        ("Messages__MaxBackoffSeconds", "1"),
        ("Messages__MaxAttempts", "100"),
        ("Messages__RetriesPerSecond", "1000"),
        ("Messages__HandlerTimeoutSeconds", "10"),
        ("Shutdown__DrainSeconds", "0"),
        ("Logging__LogLevel__Default", "Warning"),
    ];

    readonly PublishedService _service;
    readonly List<RunningService> _instances = [];
    readonly string _name;
    readonly int _seed;
    readonly Stopwatch _clock = Stopwatch.StartNew();

    Worker(PublishedService service, Database database, string name, int seed, (string, string)[] settings)
    {
        (_name, _seed, Database) = (name, seed, database);
        Shop = new(seed);
        _service = service.With([("ConnectionStrings__Database", database.ConnectionString), .. Settings, .. settings]);
    }

    public Database Database { get; }

    public Shop Shop { get; }

    public Carrier Carrier { get; } = new();

    /// <summary>Publishes the worker of this kind, once, and prepares the database for it.</summary>
    public static async Task<Worker> CreateAsync(InstalledPack pack, string kind, string[] options, Database database, string name, int seed, (string, string)[] settings)
    {
        var service = await Published.OnceAsync(pack, "Worker", "worker-golden", "Acme.Shipping", options);
        var worker = new Worker(service, database, $"{kind}, {name}", seed, settings);
        (await worker._service.RunAsync("migrate")).ShouldSucceed();
        return worker;
    }

    /// <summary>Starts an instance, which calls the carrier at the address of this number, and waits until it is ready.</summary>
    public Task<RunningService> StartAsync(int number = 0, params (string Name, string Value)[] settings) => StartAsync(RunningService.Ready, number, settings);

    /// <summary>The same, but does not wait until it is ready if it is to be <see cref="RunningService.Live"/> only.</summary>
    public async Task<RunningService> StartAsync(string until, int number, params (string Name, string Value)[] settings)
    {
        var instance = await _service
            .With([("Carrier__BaseAddress", Carrier.Addresses[number].ToString()), .. settings])
            .StartAsync(until: until);
        lock (_instances)
        {
            _instances.Add(instance);
            Shop.Targets = [.. Shop.Targets, instance.Client.BaseAddress!];
        }

        return instance;
    }

    /// <summary>Has the shop send no more to an instance.</summary>
    public void Leave(RunningService instance) => Shop.Targets = [.. Shop.Targets.Where(target => target != instance.Client.BaseAddress)];

    /// <summary>Waits until all messages, or all but those that the caller knows of, are done.</summary>
    public async Task DoneAsync(params Guid[] except)
    {
        for (var start = Stopwatch.GetTimestamp(); ; await Task.Delay(100))
        {
            var open = (await Database.MessagesAsync()).Where(message => message.State != "Done" && !except.Contains(message.Id)).ToList();
            if (open.Count == 0)
            {
                return;
            }

            if (Stopwatch.GetElapsedTime(start).TotalMinutes > 2)
            {
                Assert.Fail($"{open.Count} messages are not done after two minutes:\n{string.Join('\n', open.Take(10))}\n{Output()}");
            }
        }
    }

    /// <summary>Waits until the shop has heard of so many more that they are accepted.</summary>
    public Task AcceptedAsync(int more)
    {
        var count = Shop.Accepted.Count + more;
        return Wait.Until(() => Shop.Accepted.Count >= count, seconds: 60, $"No {more} webhooks were accepted within a minute.");
    }

    /// <summary>Strikes the balance, once all is done that will be, and prints it.</summary>
    public async Task BalanceAsync(string happened)
    {
        await DoneAsync();
        var balance = await Balance.StrikeAsync(Shop, Carrier, Database);
        Summary.Write($"{_name} (seed {_seed}, {_clock.Elapsed.TotalSeconds:0.0} s): {happened}\n{balance.Table(Shop)}");
        balance.ShouldBeEven(Output());
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
        Shop.Dispose();
        await Database.DisposeAsync();
    }

    string Output() => string.Join('\n', _instances.Select(instance => instance.Output[^Math.Min(3000, instance.Output.Length)..]));
}
