namespace GoldenService.Worker;

using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

/// <summary>Forgets messages that are long done, and measures the queue. Dead letters are kept until somebody has looked at them.</summary>
internal sealed partial class MessageUpkeep(
    IServiceScopeFactory scopes,
    MessagesMetrics metrics,
    IOptions<MessagesOptions> options,
    TimeProvider time,
    ILogger<MessageUpkeep> logger) : BackgroundService
{
    private const int PurgedAtOnce = 1000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <returns>How many were forgotten.</returns>
    public async Task<int> PurgeAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var before = time.GetUtcNow() - TimeSpan.FromDays(options.Value.KeepDays);
        int purged, all = 0;
        do
        {
            // A few at a time: intake waits for no more than that.
            purged = await db.Messages
                .Where(message => db.Messages
                    .Where(m => m.State == MessageState.Done && m.DueAt < before)
                    .OrderBy(m => m.DueAt)
                    .Take(PurgedAtOnce)
                    .Select(m => m.Id)
                    .Contains(message.Id))
                .ExecuteDeleteAsync(cancellationToken);
            all += purged;
        }
        while (purged == PurgedAtOnce);

        return all;
    }

    public async Task MeasureAsync(CancellationToken cancellationToken)
    {
        metrics.CpuUsed(Environment.CpuUsage.TotalTime);
        await using var scope = scopes.CreateAsyncScope();
        var (count, due) = await scope.ServiceProvider.GetRequiredService<AppDbContext>().LengthAsync(cancellationToken);
        var now = time.GetUtcNow();
        metrics.Length(count, due < now ? now - due.Value : TimeSpan.Zero);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await PurgeAsync(stoppingToken);
                if (metrics.WantsLength)
                {
                    await MeasureAsync(stoppingToken);
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(exception);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The upkeep of the queue failed; it is tried again in ten seconds.")]
    private partial void LogFailed(Exception exception);
}
