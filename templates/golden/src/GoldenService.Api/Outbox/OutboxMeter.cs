namespace GoldenService.Api;

using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

/// <summary>Measures how much is in the outbox.</summary>
internal sealed partial class OutboxMeter(IServiceScopeFactory scopes, OutboxMetrics metrics, TimeProvider time, ILogger<OutboxMeter> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    public async Task MeasureAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var pending = scope.ServiceProvider.GetRequiredService<AppDbContext>().OutboxMessages.Where(message => message.State == OutboxState.Pending);
        var count = await pending.CountAsync(cancellationToken);
        var oldest = await pending.OrderBy(message => message.CreatedAt).Select(message => (DateTimeOffset?)message.CreatedAt).FirstOrDefaultAsync(cancellationToken);
        metrics.Length(count, oldest is { } createdAt ? time.GetUtcNow() - createdAt : TimeSpan.Zero);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
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

    [LoggerMessage(LogLevel.Warning, "The outbox could not be measured; it is tried again in ten seconds.")]
    private partial void LogFailed(Exception exception);
}
