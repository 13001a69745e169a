using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Golden.Templates.Tests;
using GoldenService.Testing;
using Microsoft.AspNetCore.Http;

namespace Golden.Templates.Faults;

/// <summary>The published worker under faults, whatever its database and its transport. What chance decides follows from a seed, which FAULTS_SEED sets.</summary>
public abstract partial class FaultTests(InstalledPack pack)
{
    protected const int Senders = 16;

    protected static int Seed { get; } = int.TryParse(Environment.GetEnvironmentVariable("FAULTS_SEED"), CultureInfo.InvariantCulture, out var seed)
        ? seed
        : Random.Shared.Next(1_000_000);

    /// <summary>What the template calls the database, or the transport.</summary>
    private protected abstract string Kind { get; }

    /// <summary>What the template is asked for.</summary>
    private protected virtual string[] Options => ["--database", Kind];

    /// <summary>What a worker of this kind is told, besides what all are.</summary>
    private protected virtual (string Name, string Value)[] Settings => [];

    private protected abstract Task<Database> DatabaseAsync();

    /// <summary>A database that can go away.</summary>
    private protected abstract Task<Database> FleetingDatabaseAsync();

    private protected async Task<Worker> WorkerAsync(string name, Database? database = null)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Windows has no signals, and only Linux takes the certificate of the tests' issuer of tokens from a file.");
        return await Worker.CreateAsync(pack, Kind, Options, database ?? await DatabaseAsync(), name, Seed, Settings);
    }

    [Fact] // Fails when a stop cuts off what is being handled or answered, keeps what is not finished, or takes longer than it may.
    public async Task ATerminatedProcessFinishesWhatItCanAndGivesBackTheRest()
    {
        const double drain = 0.5;
        const double grace = 4;
        await using var worker = await WorkerAsync("SIGTERM");
        worker.Carrier.Answer = BookIn(100);
        var isOver = false;
        var instance = await worker.StartAsync(
            0,
            ("Shutdown__DrainSeconds", $"{drain}"),
            ("Shutdown__GraceSeconds", $"{grace}"),
            ("Messages__Concurrency", "8"),
            ("Messages__LeaseSeconds", "30"),
            ("Messages__HandlerTimeoutSeconds", "60"),
            ("Carrier__TimeoutSeconds", "30"));
        var load = worker.Shop.SendAsync(Senders, 20, () => !isOver);
        await worker.AcceptedAsync(100);

        // One of the handlers will not be ready in time.
        var held = 0;
        worker.Carrier.Answer = async (call, cancel) =>
        {
            if (Interlocked.Increment(ref held) == 1)
            {
                await Task.Delay(Timeout.Infinite, cancel);
            }

            return await BookIn(100)(call, cancel);
        };
        await Wait.Until(() => held > Senders, seconds: 20, "The carrier was not called.");

        // A stop ends with an answer for each request that the worker had; whoever balances loads knows by then that it is not ready.
        var terminated = Stopwatch.GetTimestamp();
        var stop = instance.StopAsync();
        await Task.Delay(250, TestContext.Current.CancellationToken);
        worker.Leave(instance);
        Assert.Equal(0, await stop);
        var seconds = Stopwatch.GetElapsedTime(terminated).TotalSeconds;
        Assert.InRange(seconds, drain, drain + grace + 1); // The last second is for what a loaded machine needs to end a process.
        Assert.DoesNotContain(worker.Shop.WithoutAnswer, attempt => attempt.AskedAt > 0);

        var messages = await worker.Database.MessagesAsync();
        Assert.DoesNotContain(messages, message => message.IsLeased);
        var open = messages.Where(message => message.State != "Done").Select(message => message.Id.ToString()).ToHashSet();
        Assert.DoesNotContain(worker.Carrier.Calls, call => call.Status == StatusCodes.Status201Created && open.Contains(call.Key));
        Assert.Contains(worker.Carrier.Calls, call => call.Status == 0 && open.Contains(call.Key));
        worker.Tell($"ended with 0 after {seconds:0.0} s; {messages.Count - open.Count} done, {open.Count} given back or waiting, no lease left");

        isOver = true;
        worker.Carrier.Answer = BookIn(2);
        await worker.StartAsync();
        await load;
        await worker.BalanceAsync($"exit code 0 after {seconds:0.0} s, {open.Count} messages left to the next process");
    }

    [Fact] // Fails when a webhook is accepted that cannot be kept, or the worker does not recover.
    public async Task ADatabaseThatIsAwayForTenSecondsCostsNothing()
    {
        await using var worker = await WorkerAsync("database away", await FleetingDatabaseAsync());
        worker.Carrier.Answer = BookIn(10);
        var isOver = false;
        await worker.StartAsync();
        var load = worker.Shop.SendAsync(Senders, 20, () => !isOver);
        await worker.AcceptedAsync(100);

        await worker.Database.GoAwayAsync();
        worker.Tell("the database is away");
        await Task.Delay(500, TestContext.Current.CancellationToken);
        var accepted = worker.Shop.Accepted.Count;
        await Task.Delay(TimeSpan.FromSeconds(9.5), TestContext.Current.CancellationToken);
        Assert.Equal(accepted, worker.Shop.Accepted.Count);

        // Where it is a lock that keeps it, the answer may as well come late.
        var (unavailable, late) = (worker.Shop.Unavailable, worker.Shop.Open.Count);
        Assert.True(unavailable > 0 || (late > 0 && Kind == "sqlite"), "Nobody was told 503 while the database was away.");
        await worker.Database.ComeBackAsync();
        worker.Tell($"the database is back; {unavailable} were told 503, {late} wait for an answer");

        await worker.AcceptedAsync(100);
        isOver = true;
        await load;
        await worker.BalanceAsync($"the database was away for 10 s, {unavailable} were told 503 and {late} were told late");
    }

    [Fact] // Fails when a failed call is not repeated, or an effect is.
    public async Task AnUpstreamThatFailsHalfTheTimeIsAskedAgain()
    {
        await using var worker = await WorkerAsync("upstream failing");
        worker.Carrier.Answer = async (_, cancel) =>
        {
            await Task.Delay(Random.Shared.Next(10), cancel);
            return Random.Shared.Next(6) switch
            {
                0 => StatusCodes.Status503ServiceUnavailable,
                1 => StatusCodes.Status500InternalServerError,
                2 => Carrier.HangsUp,
                _ => StatusCodes.Status201Created,
            };
        };
        await worker.StartAsync(0, ("Carrier__Retries", "1"), ("Carrier__BreakSeconds", "0.5"));
        var left = 150;
        await worker.Shop.SendAsync(Senders, 0, () => Interlocked.Decrement(ref left) >= 0);
        await worker.DoneAsync();
        var failed = worker.Carrier.Calls.Count(call => call.Status != StatusCodes.Status201Created);
        var retried = (await worker.Database.MessagesAsync()).Count(message => message.Attempts > 1);
        Assert.True(retried > 0, "No message was tried more than once.");
        Assert.True(failed > 0, "No call failed.");
        await worker.BalanceAsync($"{failed} calls of the carrier failed, {retried} messages were tried more than once");
    }

    [Fact] // Fails when a message that cannot be handled keeps others from it, goes on for ever, or is lost.
    public async Task APoisonMessageBecomesADeadLetterAndBlocksNobody()
    {
        const int poisoned = 6;
        await using var worker = await WorkerAsync("poison");
        var (random, isMended) = (new Random(Seed), false);
        var poison = Enumerable.Range(0, poisoned).Select(_ => Shop.New(random)).ToList();
        var orders = poison.Select(webhook => webhook.OrderId).ToHashSet();
        worker.Carrier.Answer = (call, _) => Task.FromResult(!isMended && orders.Contains(call.OrderId) ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status201Created);
        var instance = await worker.StartAsync(0, ("Messages__Concurrency", "4"), ("Messages__MaxAttempts", "4"));
        foreach (var webhook in poison)
        {
            await worker.Shop.DeliverAsync(webhook, random);
        }

        var left = 300;
        await worker.Shop.SendAsync(Senders, 0, () => Interlocked.Decrement(ref left) >= 0);
        var ids = poison.Select(webhook => webhook.MessageId!.Value).Order().ToArray();
        await worker.DoneAsync(ids);
        worker.Tell("all others are done");

        var http = instance.Client;
        using (var stranger = await http.GetAsync("v1/dead-letters", TestContext.Current.CancellationToken))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        }

        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Issuer.Shared.Token());
        Guid[] dead = [];
        await Wait.Until(
            async () =>
            {
                var page = await http.GetFromJsonAsync<JsonElement>("v1/dead-letters?limit=100", TestContext.Current.CancellationToken);
                dead = [.. page.GetProperty("deadLetters").EnumerateArray().Select(letter => letter.GetProperty("messageId").GetGuid()).Order()];
                return dead.Length == poisoned;
            },
            seconds: 20,
            "Not all of the poison messages are dead letters.");

        Assert.Equal(ids, dead);
        isMended = true;
        foreach (var id in dead)
        {
            using var requeued = await http.PostAsync($"v1/dead-letters/{id}/requeue", content: null, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NoContent, requeued.StatusCode);
        }

        await worker.BalanceAsync($"{poisoned} dead letters, requeued once the carrier was mended");
    }

    /// <summary>Answers within so many milliseconds that the order is booked.</summary>
    private protected static Func<Call, CancellationToken, Task<int>> BookIn(int milliseconds) => async (_, cancel) =>
    {
        await Task.Delay(Random.Shared.Next(milliseconds), cancel);
        return StatusCodes.Status201Created;
    };
}

public sealed class SqliteTests(InstalledPack pack) : FaultTests(pack)
{
    private protected override string Kind => "sqlite";

    private protected override Task<Database> DatabaseAsync() => Task.FromResult<Database>(new SqliteFile(Directory.CreateTempSubdirectory("golden-").FullName));

    private protected override Task<Database> FleetingDatabaseAsync() => DatabaseAsync();
}

public class PostgresTests(InstalledPack pack) : FaultTests(pack)
{
    private protected override string Kind => "postgres";

    private protected override async Task<Database> DatabaseAsync() => await PostgresDatabase.CreateAsync(PostgresServer.ConnectionString());

    private protected override async Task<Database> FleetingDatabaseAsync()
    {
        var server = await OwnPostgres.CreateAsync();
        return await PostgresDatabase.CreateAsync(server.ConnectionString, server);
    }

    [Theory] // Fails when two instances handle the same message at once, or one that has lost a lease writes nevertheless.
    [InlineData(2)]
    [InlineData(4)]
    public async Task InstancesShareOneQueue(int count)
    {
        const int Concurrency = 8;
        await using var worker = await WorkerAsync($"{count} instances");
        worker.Carrier.Answer = BookIn(40);
        var isOver = false;
        (string, string)[] settings = [("Messages__Concurrency", $"{Concurrency}"), ("Carrier__TimeoutSeconds", "60"), ("Messages__HandlerTimeoutSeconds", "60")];
        var instances = await Task.WhenAll(Enumerable.Range(0, count).Select(number => worker.StartAsync(number, settings)));
        var load = worker.Shop.SendAsync(Senders, 10, () => !isOver);
        await worker.AcceptedAsync(100 * count);

        // The first stalls for longer than its leases while the carrier owes it answers, and comes back: the messages are others' by then.
        // If it stalls in the midst of a transaction, nobody can have what that has locked, and it must stall once more.
        var (stalled, killed) = (instances[0], instances[^1]);
        var port = worker.Carrier.Addresses[0].Port;
        await Wait.Until(
            async () =>
            {
                var answers = new TaskCompletionSource();
                worker.Carrier.Answer = async (call, cancel) =>
                {
                    await (call.Port == port ? answers.Task.WaitAsync(cancel) : Task.CompletedTask);
                    return await BookIn(40)(call, cancel);
                };
                await Wait.Until(() => Owed().Count >= Concurrency, seconds: 20, "The instance never had its hands full.");
                stalled.Freeze();
                worker.Shop.Targets = []; // Or the others would have to come to what it had behind all that is sent meanwhile.
                var owed = Owed();
                var (isLost, start) = (false, Stopwatch.GetTimestamp());
                while (!isLost && Stopwatch.GetElapsedTime(start).TotalSeconds < 10 * Worker.LeaseSeconds)
                {
                    await Task.Delay(50, TestContext.Current.CancellationToken);
                    isLost = worker.Carrier.Calls.Any(call => call.Port != port && owed.Contains(call.Key));
                }

                answers.SetResult();
                stalled.Thaw();
                worker.Shop.Targets = [.. instances.Select(instance => instance.Client.BaseAddress!)];
                return isLost;
            },
            seconds: 90,
            "The instance never lost a message that it had in its hands.");
        worker.Carrier.Answer = BookIn(40);
        await Wait.Until(() => stalled.Output.Contains("its lease had ended", StringComparison.Ordinal), seconds: 20, "Nothing was dropped that came after its lease.");
        worker.Tell("an instance stalled until others had what it was at, and that was dropped");

        await killed.KillAsync();
        worker.Leave(killed);
        worker.Tell("another was killed");
        await worker.AcceptedAsync(100);
        isOver = true;
        await load;
        await worker.DoneAsync();

        var shares = worker.Carrier.Addresses.Take(count).Select(address => worker.Carrier.Calls.Count(call => call.Port == address.Port && call.Status == StatusCodes.Status201Created)).ToList();
        Assert.DoesNotContain(0, shares);
        await worker.BalanceAsync($"one stalled, one killed; bookings by instance: {string.Join(", ", shares)}");

        HashSet<string> Owed() => [.. worker.Carrier.Calls.Where(call => call.Port == port && call.EndedAt == 0).Select(call => call.Key)];
    }
}
