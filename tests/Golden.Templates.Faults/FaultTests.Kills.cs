using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Golden.Templates.Faults;

public abstract partial class FaultTests
{
    const int KillsAtAPoint = 3;

    /// <summary>How many times a process is killed: twelve on each push, more where FAULTS_KILLS says so.</summary>
    static int Kills { get; } = int.TryParse(Environment.GetEnvironmentVariable("FAULTS_KILLS"), CultureInfo.InvariantCulture, out var kills) ? kills : 12;

    /// <summary>What a kill can tear apart. One may hit several of them, since much goes on at once.</summary>
    enum Point
    {
        /// <summary>The worker has begun to read a webhook, and nothing of it is in the database.</summary>
        BeforeCommit,

        /// <summary>A webhook is in the database, and its sender got no answer.</summary>
        BeforeAnswer,

        /// <summary>The carrier has been called, and has not answered.</summary>
        MidHandler,

        /// <summary>The carrier has answered, and the message is not done.</summary>
        BeforeSettlement,
    }

    [Fact] // Fails when what was accepted is not durable, or an effect and its message's end are not one transaction.
    public async Task AProcessThatIsKilledAgainAndAgainLosesNothingAndDoublesNothing()
    {
        await using var worker = await WorkerAsync("kill -9");
        worker.Carrier.Answer = BookIn(20);
        var random = new Random(Seed);
        Point?[] aimed = [.. Enum.GetValues<Point>().SelectMany(point => Enumerable.Repeat<Point?>(point, KillsAtAPoint))];
        Point?[] plan = [.. aimed, .. Enumerable.Repeat<Point?>(null, Math.Max(0, Kills - aimed.Length))];
        random.Shuffle(plan);
        var (isOver, known, hits) = (false, new HashSet<string>(), Enum.GetValues<Point>().ToDictionary(point => point, _ => 0));
        worker.Tell($"FAULTS_SEED={Seed}, {plan.Length} kills to come");

        var load = Task.CompletedTask;
        for (var kill = 0; kill < plan.Length; kill++)
        {
            var begun = Stopwatch.GetTimestamp();
            var instance = await worker.StartAsync();
            load = kill == 0 ? worker.Shop.SendAsync(Senders, 20, () => !isOver) : load;
            await worker.AcceptedAsync(random.Next(1, 60));
            await Task.Delay(random.Next(100), TestContext.Current.CancellationToken);
            var moment = plan[kill] is { } point ? await FreezeAsync(point) : Stopwatch.GetTimestamp();
            await instance.KillAsync();
            worker.Leave(instance);

            // Whoever waits for it hears that it is gone, and its database forgets it.
            while (worker.Shop.Open.Count > 0 || worker.Carrier.Calls.Any(call => call.EndedAt == 0))
            {
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }

            await worker.Database.ForgottenAsync();
            var rows = await worker.Database.MessagesAsync();
            var hit = Look(rows, moment);
            foreach (var (where, _) in hit)
            {
                hits[where]++;
            }

            worker.Tell($"kill {kill + 1,2}, {plan[kill]?.ToString() ?? "any moment",-16} hit: {string.Join(", ", hit.OrderBy(h => h.Key).Select(h => $"{h.Key} ×{h.Value}"))}");
            known = [.. rows.Select(row => row.WebhookId)];
            worker.Shop.ForgetUnanswered();

            // Stops the process again and again until it stands at this point; where it never does, too few are hit at the end.
            async Task<long> FreezeAsync(Point wanted)
            {
                for (var start = Stopwatch.GetTimestamp(); ; instance.Thaw())
                {
                    await Task.Delay(random.Next(30), TestContext.Current.CancellationToken);
                    var frozen = Stopwatch.GetTimestamp();
                    instance.Freeze();

                    // What it has sent is to arrive.
                    await Task.Delay(15, TestContext.Current.CancellationToken);
                    if (Look(await worker.Database.MessagesAsync(), frozen).ContainsKey(wanted) || Stopwatch.GetElapsedTime(start).TotalSeconds > 10)
                    {
                        return frozen;
                    }
                }
            }

            Dictionary<Point, int> Look(List<MessageRow> rows, long moment)
            {
                var (ids, leased) = (rows.Select(row => row.WebhookId).ToHashSet(), rows.Where(row => row is { State: "Pending", IsLeased: true }).Select(row => row.Id.ToString()).ToHashSet());
                var unanswered = worker.Shop.WithoutAnswer.Where(attempt => attempt.IsNews && attempt.AskedAt > 0 && attempt.AskedAt < moment && !known.Contains(attempt.Webhook.Id));
                var calls = worker.Carrier.Calls.Where(call => call.BegunAt > begun && call.BegunAt < moment && leased.Contains(call.Key));
                return unanswered
                    .Select(attempt => ids.Contains(attempt.Webhook.Id) ? Point.BeforeAnswer : Point.BeforeCommit)
                    .Concat(calls.Where(call => call.EndedAt == 0 || call.EndedAt > moment).Select(_ => Point.MidHandler))
                    .Concat(calls.Where(call => call.Status == StatusCodes.Status201Created && call.EndedAt < moment).Select(_ => Point.BeforeSettlement))
                    .CountBy(point => point)
                    .ToDictionary();
            }
        }

        isOver = true;
        await worker.StartAsync();
        await load;
        await worker.BalanceAsync($"{plan.Length} kills hit {string.Join(", ", hits.Select(h => $"{h.Key} {h.Value}"))}");
        Assert.All(hits, hit => Assert.InRange(hit.Value, 2, int.MaxValue));
    }
}
