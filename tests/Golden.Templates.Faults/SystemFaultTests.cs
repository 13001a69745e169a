using System.Diagnostics;
using System.Globalization;
using Golden.Templates.Tests;
using GoldenService.Testing;
using Microsoft.AspNetCore.Http;

namespace Golden.Templates.Faults;

/// <summary>
/// The published services of one system, under load and faults: each order that was placed is shipped once. What chance decides
/// follows from a seed, which FAULTS_SEED sets.
/// </summary>
public abstract class SystemFaultTests(InstalledPack pack)
{
    private protected const int Buyers = 6;
    private protected const int PauseMilliseconds = 40;
    private protected const int Gateways = 2;

    static readonly Point[] Points = Enum.GetValues<Point>();

    static int Seed { get; } = int.TryParse(Environment.GetEnvironmentVariable("FAULTS_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : Random.Shared.Next(1_000_000);

    /// <summary>How many times a process is killed: once at each point on each push, more where FAULTS_KILLS says so.</summary>
    private protected static int Kills { get; } = int.TryParse(Environment.GetEnvironmentVariable("FAULTS_KILLS"), CultureInfo.InvariantCulture, out var kills) ? kills : 0;

    /// <summary>What a kill can interrupt. One may hit several, since much goes on at once.</summary>
    enum Point
    {
        /// <summary>The API has begun to read an order, and it is not in its database.</summary>
        OrderNotStored,

        /// <summary>An order is stored, and its buyer had no response.</summary>
        OrderStored,

        /// <summary>The API has claimed an event, and the worker does not have it.</summary>
        EventNotReceived,

        /// <summary>The worker has an event, and it is still in the outbox of the API.</summary>
        EventNotDeleted,

        /// <summary>The carrier was called, and has not responded.</summary>
        CarrierCalled,

        /// <summary>The carrier has responded, and the message is not done.</summary>
        BookingNotStored,
    }

    private protected abstract string Kind { get; }

    private protected abstract string[] Options { get; }

    /// <summary>How many instances the API has.</summary>
    private protected abstract int Instances { get; }

    private protected virtual (string Name, string Value)[] WorkerSettings => [];

    private protected abstract Task<Database> DatabaseAsync();

    private protected async Task<GoldenSystem> SystemAsync(string name)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Windows has no signals, and only Linux takes the certificate of the tests' issuer of tokens from a file.");
        return await GoldenSystem.CreateAsync(pack, Options, await DatabaseAsync(), await DatabaseAsync(), $"system, {Kind}, {name}", Seed, WorkerSettings);
    }

    [Fact] // Fails when an order and its event are not one transaction, an event is removed before it is delivered, or its id is not the same in each attempt.
    public async Task EachOrderIsShippedOnceWhateverIsKilled()
    {
        await using var system = await SystemAsync("kill -9");
        system.Carrier.Answer = BookAsync;
        var random = new Random(Seed);
        Point?[] plan = [.. Points.Cast<Point?>(), .. Enumerable.Repeat<Point?>(null, Math.Max(0, Kills - Points.Length))];
        random.Shuffle(plan);
        var (isOver, hits) = (false, Points.ToDictionary(point => point, _ => 0));
        system.Tell($"FAULTS_SEED={Seed}, {plan.Length} kills to come");
        var worker = await system.StartWorkerAsync();
        var apis = new List<RunningService>();
        for (var number = 0; number < Instances; number++)
        {
            apis.Add(await system.StartApiAsync(number));
            system.Offer(apis[number]);
        }

        var load = system.Buyer.BuyAsync(Buyers, PauseMilliseconds, () => !isOver);
        foreach (var aim in plan)
        {
            await system.PlacedAsync(random.Next(10, 40));
            var isApi = aim is null ? random.Next(2) == 0 : aim <= Point.EventNotDeleted;
            var victim = isApi ? apis[random.Next(apis.Count)] : worker;
            var hit = await FreezeAsync(victim, isApi, aim);
            await victim.KillAsync();
            foreach (var (where, _) in hit)
            {
                hits[where]++;
            }

            system.Tell($"{(isApi ? "API" : "worker"),-6} killed at {aim?.ToString() ?? "any moment",-17} hit: {string.Join(", ", hit.Select(h => $"{h.Key} ×{h.Value}"))}");
            if (isApi)
            {
                system.Leave(victim);
                var number = apis.IndexOf(victim);
                apis[number] = await system.StartApiAsync(number);
                system.Offer(apis[number]);
            }
            else
            {
                worker = await system.StartWorkerAsync();
            }

            system.Buyer.Forget();
        }

        // Then behind gateways.
        var gateways = new List<RunningService>();
        for (var number = 0; number < Gateways; number++)
        {
            gateways.Add(await system.StartGatewayAsync(number));
            system.Offer(gateways[number]);
        }

        apis.ForEach(system.Leave);
        (string Name, Func<Task> KillAsync)[] victims =
        [
            ("gateway", async () =>
            {
                var number = random.Next(Gateways);
                await gateways[number].KillAsync();
                system.Leave(gateways[number]);
                gateways[number] = await system.StartGatewayAsync(number);
                system.Offer(gateways[number]);
            }),
            ("API", async () =>
            {
                var number = random.Next(Instances);
                await apis[number].KillAsync();
                apis[number] = await system.StartApiAsync(number);
            }),
            ("worker", async () =>
            {
                await worker.KillAsync();
                worker = await system.StartWorkerAsync();
            }),
        ];
        var throughGateways = Math.Max(victims.Length, Kills);
        for (var kill = 0; kill < throughGateways; kill++)
        {
            if (kill % victims.Length == 0)
            {
                random.Shuffle(victims);
            }

            await system.PlacedAsync(random.Next(10, 40));
            await Task.Delay(random.Next(30), TestContext.Current.CancellationToken);
            var (name, killAsync) = victims[kill % victims.Length];
            await killAsync();
            system.Tell($"{name,-7} killed behind gateways, or one itself");
        }

        await system.PlacedAsync(20);

        // Freezes the process again and again until it stands at this point; where it never does, the point is not hit at the end.
        async Task<Dictionary<Point, int>> FreezeAsync(RunningService victim, bool isApi, Point? aim)
        {
            for (var start = Stopwatch.GetTimestamp(); ; victim.Thaw())
            {
                await Task.Delay(random.Next(30), TestContext.Current.CancellationToken);
                victim.Freeze();
                var points = await StandsAtAsync(isApi, Stopwatch.GetTimestamp());
                if (aim is not { } wanted || points.ContainsKey(wanted) || Stopwatch.GetElapsedTime(start).TotalSeconds > 15)
                {
                    return points;
                }
            }
        }

        // The points at which a process stands that is frozen. What it has sent arrives, and other processes go on, before that is looked at.
        async Task<Dictionary<Point, int>> StandsAtAsync(bool isApi, long moment)
        {
            var before = await system.Orders.OutboxAsync();
            await Task.Delay(100, TestContext.Current.CancellationToken);
            var (stored, outbox, messages) = ((await system.Orders.OrdersAsync()).Select(order => order.Customer).ToHashSet(), await system.Orders.OutboxAsync(), await system.Shipments.MessagesAsync());
            var received = messages.Select(message => message.WebhookId).ToHashSet();
            var held = outbox.Where(row => row.Lease is { } lease && before.Exists(earlier => earlier.WebhookId == row.WebhookId && earlier.Lease == lease)).ToList();
            IEnumerable<Point> points;
            if (isApi)
            {
                points = system.Buyer.WithoutResponse.Where(purchase => purchase.AskedAt > 0 && purchase.AskedAt < moment)
                    .Select(purchase => stored.Contains(purchase.Customer) ? Point.OrderStored : Point.OrderNotStored)
                    .Concat(held.Select(row => received.Contains(row.WebhookId) ? Point.EventNotDeleted : Point.EventNotReceived));
            }
            else
            {
                var open = messages.Where(message => message is { State: "Pending", IsLeased: true }).Select(message => message.Id.ToString()).ToHashSet();
                var calls = system.Carrier.Calls.Where(call => call.BegunAt < moment && open.Contains(call.Key)).ToList();
                points = held.Where(row => received.Contains(row.WebhookId)).Select(_ => Point.EventNotDeleted)
                    .Concat(calls.Where(call => call.EndedAt == 0 || call.EndedAt > moment).Select(_ => Point.CarrierCalled))
                    .Concat(calls.Where(call => call.Status == StatusCodes.Status201Created && call.EndedAt < moment).Select(_ => Point.BookingNotStored));
            }

            return points.CountBy(point => point).OrderBy(point => point.Key).ToDictionary();
        }

        isOver = true;
        await load;
        await system.BalanceAsync($"{plan.Length} kills hit {string.Join(", ", hits.Select(h => $"{h.Key} {h.Value}"))}; {throughGateways} more of gateways and what is behind them");
        Assert.All(hits, hit => Assert.True(hit.Value > 0, $"No kill hit {hit.Key}."));
    }

    private protected static async Task<int> BookAsync(Call call, CancellationToken cancel)
    {
        // Longer than a process is thawed: calls that it begins then are open when it is frozen again.
        await Task.Delay(Random.Shared.Next(50, 150), cancel);
        return StatusCodes.Status201Created;
    }
}

[Collection(nameof(GoldenSystem))] // One system at a time: each has several processes that are started often.
public sealed class SqliteSystemTests(InstalledPack pack) : SystemFaultTests(pack)
{
    private protected override string Kind => "sqlite";

    private protected override string[] Options => ["--database", "sqlite"];

    private protected override int Instances => 1;

    private protected override Task<Database> DatabaseAsync() => Task.FromResult<Database>(new SqliteFile(Directory.CreateTempSubdirectory("golden-").FullName));
}

[Collection(nameof(GoldenSystem))]
public class PostgresSystemTests(InstalledPack pack) : SystemFaultTests(pack)
{
    private protected override string Kind => "postgres";

    private protected override string[] Options => ["--database", "postgres"];

    private protected override int Instances => 2;

    private protected override async Task<Database> DatabaseAsync() => await PostgresDatabase.CreateAsync(PostgresServer.ConnectionString());

    [Fact] // Fails when a stop cuts off requests, begins before callers can have noticed, or loses events.
    public async Task InstancesThatAreReplacedFailNoRequest()
    {
        await using var system = await SystemAsync("SIGTERM");
        system.Carrier.Answer = BookAsync;
        var isOver = false;
        var worker = await system.StartWorkerAsync();
        RunningService[] apis = [await system.StartApiAsync(0), await system.StartApiAsync(1)];
        RunningService[] gateways = [await system.StartGatewayAsync(0), await system.StartGatewayAsync(1)];
        foreach (var gateway in gateways)
        {
            system.Offer(gateway);
        }

        var load = system.Buyer.BuyAsync(Buyers, PauseMilliseconds, () => !isOver);
        var stops = Math.Max(2, Kills / 3);
        for (var stop = 0; stop < stops; stop++)
        {
            await system.PlacedAsync(50);
            Assert.Equal(0, await apis[stop % 2].StopAsync());
            apis[stop % 2] = await system.StartApiAsync(stop % 2);
            if (stop % 2 == 0)
            {
                await system.PlacedAsync(20);
                await system.StopAsync(gateways[stop / 2 % 2]);
                gateways[stop / 2 % 2] = await system.StartGatewayAsync(stop / 2 % 2);
                system.Offer(gateways[stop / 2 % 2]);
            }
            else
            {
                await system.PlacedAsync(20);
                Assert.Equal(0, await worker.StopAsync());
                await system.PlacedAsync(20);
                Assert.NotEmpty(await system.Orders.OutboxAsync());
                worker = await system.StartWorkerAsync();
            }
        }

        isOver = true;
        await load;
        await system.BalanceAsync($"through gateways, {stops} stops of two instances of the API under load, {(stops + 1) / 2} of a gateway, and {stops / 2} of the worker");
        Assert.Empty(system.Buyer.Failures);
    }
}

/// <summary>The same, where a broker delivers the worker's messages.</summary>
[Collection(nameof(GoldenSystem))]
public sealed class RabbitMqSystemTests(InstalledPack pack) : PostgresSystemTests(pack), IAsyncDisposable
{
    readonly string _broker = RabbitMqBroker.Uri();

    // Each test has its own.
    readonly string _queue = $"faults-{Guid.NewGuid():N}";

    private protected override string Kind => "rabbitmq";

    private protected override string[] Options => ["--database", "postgres", "--transport", "rabbitmq"];

    private protected override (string Name, string Value)[] WorkerSettings => [(RabbitMqBroker.Variable, _broker), ("RabbitMq__Queue", _queue)];

    public ValueTask DisposeAsync() => RabbitMqTests.DeleteAsync(_broker, _queue);
}
