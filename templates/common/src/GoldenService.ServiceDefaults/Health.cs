namespace GoldenService.ServiceDefaults;

using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

/// <summary>
/// /health/live: the process answers; when it does not, restart it. /health/ready: it can serve requests; while it
/// cannot, send them elsewhere.
/// </summary>
public static class Health
{
    public static void AddHealth(this IServiceCollection services) => services.AddHealthChecks().AddCheck<StoppingCheck>("stopping");

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        // Probes come every few seconds and tell nothing: no metrics, and so no spans and no log lines.
        // One that met a rate limit would take a busy service for a dead one.
        var health = routes.MapGroup("/health").DisableHttpMetrics().DisableRateLimiting();

        // A restart mends no database, so the database is no part of being alive.
        health.MapHealthChecks("/live", new HealthCheckOptions { Predicate = _ => false });
        health.MapHealthChecks("/ready", new HealthCheckOptions { ResponseWriter = WriteAsync });
#if (jwt)

        // What asks has no token.
        health.AllowAnonymous();
#endif
    }

    private static Task WriteAsync(HttpContext context, HealthReport report) => report.Status == HealthStatus.Healthy
        ? context.Response.WriteAsync("Healthy")
        : Problems.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, report.Entries.Values.First(entry => entry.Status != HealthStatus.Healthy).Description);

    private sealed class StoppingCheck(IHostApplicationLifetime lifetime) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(lifetime.ApplicationStopping.IsCancellationRequested
                ? HealthCheckResult.Unhealthy("The service is stopping.")
                : HealthCheckResult.Healthy());
    }
}
