namespace GoldenService.Worker;

using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

/// <summary>Whether there are connections to the broker. One that is lost and comes back at once is none of a load balancer's business.</summary>
internal sealed class RabbitMqCheck(RabbitMqConnections connections, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(time.GetUtcNow() - connections.MissingSince > Patience
            ? HealthCheckResult.Unhealthy("There is no connection to the broker.")
            : HealthCheckResult.Healthy());
}
