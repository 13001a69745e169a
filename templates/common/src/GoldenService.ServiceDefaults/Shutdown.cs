namespace GoldenService.ServiceDefaults;

using System;
using System.ComponentModel.DataAnnotations;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

/// <summary>How the service stops.</summary>
public sealed class ShutdownOptions
{
    /// <summary>How long the service goes on taking requests while /health/ready already says no, so that load balancers find out.</summary>
    [Range(0.0, 600.0)]
    public double DrainSeconds { get; set; }

    /// <summary>How long requests that are being answered then have to finish.</summary>
    [Range(0.0, 600.0)]
    public double GraceSeconds { get; set; } = 20;
}

/// <summary>Stops (SIGTERM, Ctrl+C) without failing a request: first no more readiness, then no more connections, then the last telemetry.</summary>
public static class Shutdown
{
    public static void AddGracefulShutdown(this IServiceCollection services)
    {
        services.AddSettings<ShutdownOptions>("Shutdown");
        services.AddOptions<HostOptions>().Configure<IOptions<ShutdownOptions>>((host, options) =>
            host.ShutdownTimeout = TimeSpan.FromSeconds(options.Value.DrainSeconds + options.Value.GraceSeconds));
        services.AddHostedService<Sequence>();
    }

    /// <summary>Runs the service until it is to stop, which may be while it still starts: then the host throws.</summary>
    public static async Task RunUntilStoppedAsync(this WebApplication app)
    {
        var (started, stopping) = (app.Lifetime.ApplicationStarted, app.Lifetime.ApplicationStopping);
        try
        {
            await app.StartAsync();
            await app.WaitForShutdownAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && !started.IsCancellationRequested)
        {
            // Nothing was begun that there is to end.
        }
        catch
        {
            // The background services that are cancelled now did not fail, and do not stop the host.
            app.Services.GetRequiredService<IOptions<HostOptions>>().Value.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore;
            throw;
        }
    }

    /// <summary>What comes before and after the stop of the server.</summary>
    private sealed class Sequence(IOptions<ShutdownOptions> options, TracerProvider? traces = null, MeterProvider? metrics = null, LoggerProvider? logs = null)
        : IHostedLifecycleService
    {
        public Task StoppingAsync(CancellationToken cancellationToken) =>
            Task.Delay(TimeSpan.FromSeconds(options.Value.DrainSeconds), cancellationToken);

        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Telemetry.FlushAsync(traces, metrics, logs);
    }
}
