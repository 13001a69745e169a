namespace GoldenService.Worker;

using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

/// <summary>Whether the queue can do its work; how much of that there is, is no matter.</summary>
internal sealed class QueueCheck(MessageQueue queue, IOptions<MessagesOptions> options) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        queue.HasEnded ? HealthCheckResult.Unhealthy("The queue is written to no more; a restart of the service mends that.")
        : queue.ClaimingFor > TimeSpan.FromSeconds(options.Value.LeaseSeconds) ? HealthCheckResult.Unhealthy("For longer than a lease no message could be claimed.")
        : HealthCheckResult.Healthy());
}
