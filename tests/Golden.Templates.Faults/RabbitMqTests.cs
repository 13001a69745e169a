using Golden.Templates.Tests;
using GoldenService.Testing;
using RabbitMQ.Client;

namespace Golden.Templates.Faults;

/// <summary>Workers whose messages a broker delivers: what is promised is in the database all the same.</summary>
public sealed class RabbitMqTests(InstalledPack pack) : PostgresTests(pack), IAsyncDisposable
{
    readonly string _broker = RabbitMqBroker.Uri();

    // Each test has its own.
    readonly string _queue = $"faults-{Guid.NewGuid():N}";

    private protected override string Kind => "rabbitmq";

    private protected override string[] Options => ["--database", "postgres", "--transport", "rabbitmq"];

    private protected override (string Name, string Value)[] Settings => [(RabbitMqBroker.Variable, _broker), ("RabbitMq__Queue", _queue)];

    [Fact] // Fails when intake waits for the broker or needs it, or what was there when it ended is lost, or done twice.
    public async Task ABrokerThatIsKilledAndComesBackAfterTenSecondsCostsNothing()
    {
        await using var broker = await OwnRabbitMq.CreateAsync();
        await using var worker = await WorkerAsync("broker away");
        worker.Carrier.Answer = BookIn(300);
        var isOver = false;
        await worker.StartAsync(0, (RabbitMqBroker.Variable, broker.Uri), ("Messages__LeaseSeconds", "30"));
        var load = worker.Shop.SendAsync(Senders, 100, () => !isOver);
        await worker.AcceptedAsync(100);
        await Wait.Until(() => worker.Carrier.Calls.Count > 50, seconds: 20, "The broker delivers nothing.");

        // What is done from now on is acknowledged to nobody.
        await broker.FreezeAsync();
        var acknowledged = await DoneAsync();
        HashSet<Guid> unacknowledged = [];
        await Wait.Until(async () => (unacknowledged = [.. (await DoneAsync()).Except(acknowledged)]).Count >= 3, seconds: 20, "Nothing was done that had been delivered.");
        broker.Kill();
        worker.Carrier.Answer = BookIn(10);
        worker.Tell($"the broker is away, and was not told that {unacknowledged.Count} are done");
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        var (before, calls) = (worker.Shop.Accepted.Count, worker.Carrier.Calls.Count);
        await Task.Delay(TimeSpan.FromSeconds(9), TestContext.Current.CancellationToken);
        var accepted = worker.Shop.Accepted.Count - before;
        Assert.InRange(accepted, 100, int.MaxValue);
        Assert.Equal((0, 0), (worker.Shop.Unavailable, worker.Shop.Unanswered));

        // It was away indeed: what it had delivered is done within the first second.
        Assert.Equal(calls, worker.Carrier.Calls.Count);
        await broker.StartAsync();
        worker.Tell($"the broker is back; {accepted} were accepted meanwhile");

        await worker.AcceptedAsync(100);
        isOver = true;
        await load;
        await worker.BalanceAsync($"the broker was killed and away for 10 s, {unacknowledged.Count} done were not acknowledged, {accepted} were accepted meanwhile");
        Assert.All(unacknowledged, id => Assert.Single(worker.Carrier.Calls, call => call.Key == id.ToString()));

        async Task<HashSet<Guid>> DoneAsync() => [.. (await worker.Database.MessagesAsync()).Where(message => message.State == "Done").Select(message => message.Id)];
    }

    public ValueTask DisposeAsync() => DeleteAsync(_broker, _queue);

    /// <summary>Removes what the worker has made at the broker; what is not there is no error.</summary>
    internal static async ValueTask DeleteAsync(string broker, string queue)
    {
        await using var connection = await new ConnectionFactory { Uri = new(broker) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeleteAsync(queue);
        await channel.QueueDeleteAsync($"{queue}.dead");
    }
}
