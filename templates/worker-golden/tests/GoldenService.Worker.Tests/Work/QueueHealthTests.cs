namespace GoldenService.Worker.Tests;

using System;
using System.Data.Common;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

[Trait("Checklist", "metrics")]
[Collection(TestOrder.Waiting)]
public sealed class QueueHealthTests
{
    [Fact] // Fails when nobody asks the queue, or one that recovers is not ready again.
    public async Task While_no_message_can_be_claimed_for_longer_than_a_lease_the_service_is_not_ready()
    {
        var claims = new Claims();
        await using var service = await Service.StartAsync(
            settings: new() { ["Messages:LeaseSeconds"] = "1", ["Messages:PollSeconds"] = "0.05" },
            replace: services => services.ConfigureDbContext<AppDbContext>(options => options.AddInterceptors(claims)));

        foreach (var delay in new[] { TimeSpan.Zero, Timeout.InfiniteTimeSpan })
        {
            var repair = claims.Break(delay);
            var sent = service.SendAsync();
            var ready = await service.ReadinessBecomes(503);
            Assert.InRange(Stopwatch.GetElapsedTime(claims.LastPassed).TotalSeconds, 0.5, 20); // The service counts from a little earlier: before the claim's statement.
            Assert.Equal("For longer than a lease no message could be claimed.", ready.IsProblem(503).Detail);
            Assert.Equal(200, (await service.Get("/health/live")).Status);

            await repair.CancelAsync();
            await service.ReadinessBecomes(200);
            await sent;
        }
    }

    [Fact] // Fails when a queue that is long, or whose worker is busy, counts as one that does not work.
    public async Task A_service_that_is_busy_is_ready()
    {
        await using var busy = await StubHandler.StartServiceAsync(
            (_, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken),
            new() { ["Messages:Concurrency"] = "1", ["Messages:LeaseSeconds"] = "2", ["Messages:HandlerTimeoutSeconds"] = "60" });
        for (var n = 0; n < 5; n++)
        {
            await busy.SendAsync();
        }

        await Task.Delay(3000);

        Assert.Equal(200, (await busy.Get("/health/ready")).Status);
    }

    [Fact] // Fails when nobody notices that what is given to the queue is not written any more.
    public async Task When_the_queue_has_ended_the_service_is_not_ready()
    {
        await using var ended = await Queue.StartWithoutWorkerAsync();
        Assert.Equal(200, (await ended.Get("/health/ready")).Status);

        await ended.Services.GetRequiredService<MessageQueue>().StopAsync(CancellationToken.None);

        Assert.StartsWith("The queue is written to no more", (await ended.Get("/health/ready")).IsProblem(503).Detail, StringComparison.Ordinal);
    }

    /// <summary>Makes claims fail, after a time or never, until it is repaired.</summary>
    private sealed class Claims : DbCommandInterceptor
    {
        private (TimeSpan Delay, CancellationToken Repaired) broken = (TimeSpan.Zero, new CancellationToken(canceled: true));

        /// <summary>When the last claim began that did not fail; where there was none, when they began to fail.</summary>
        public long LastPassed { get; private set; }

        public CancellationTokenSource Break(TimeSpan delay)
        {
            var repair = new CancellationTokenSource();
            broken = (delay, repair.Token);
            LastPassed = LastPassed is 0 ? Stopwatch.GetTimestamp() : LastPassed;
            return repair;
        }

        public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            await FailAsync(command);
            return result;
        }

        public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            await FailAsync(command);
            return result;
        }

        private async Task FailAsync(DbCommand command)
        {
            if (!command.CommandText.Replace("\"", "", StringComparison.Ordinal).Contains("attempts + 1", StringComparison.Ordinal))
            {
                return;
            }

            var (delay, repaired) = broken;
            if (repaired.IsCancellationRequested)
            {
                LastPassed = Stopwatch.GetTimestamp();
                return;
            }

            await Task.Delay(delay, repaired);
            throw new InvalidOperationException("Claims are broken.");
        }
    }
}
