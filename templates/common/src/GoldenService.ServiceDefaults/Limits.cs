namespace GoldenService.ServiceDefaults;

using System;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

/// <summary>How large a request may be, how slow, and how long its answer may take.</summary>
public sealed class LimitsOptions
{
    /// <summary>The most bytes that a body may have.</summary>
    [Range(1, int.MaxValue)]
    public int MaxBodyBytes { get; set; } = 1024 * 1024;

    /// <summary>How long an operation may take, the reading of the body included.</summary>
    [Range(0.1, 3600.0)]
    public double RequestTimeoutSeconds { get; set; } = 30;

    /// <summary>How long the headers of a request may take to arrive.</summary>
    [Range(0.1, 3600.0)]
    public double HeadersTimeoutSeconds { get; set; } = 10;

    /// <summary>How fast a body must arrive, and an answer be taken, after a grace period of five seconds.</summary>
    [Range(1, int.MaxValue)]
    public int MinBytesPerSecond { get; set; } = 240;
}

/// <summary>Holds every request to the limits of the section Limits.</summary>
public static class Limits
{
    public static void AddLimits(this IServiceCollection services)
    {
        services.AddSettings<LimitsOptions>("Limits");

        services.AddOptions<KestrelServerOptions>().Configure<IOptions<LimitsOptions>>((kestrel, options) =>
        {
            var limits = options.Value;
            var rate = new MinDataRate(limits.MinBytesPerSecond, gracePeriod: TimeSpan.FromSeconds(5));
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = limits.MaxBodyBytes;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(limits.HeadersTimeoutSeconds);
            kestrel.Limits.MinRequestBodyDataRate = rate;
            kestrel.Limits.MinResponseDataRate = rate;
        });

        // The check of AllowedHosts comes before all that writes problem documents, and would write HTML.
        services.Configure<HostFilteringOptions>(hosts => hosts.IncludeFailureMessage = false);

        services.AddRequestTimeouts();
        services.AddOptions<RequestTimeoutOptions>().Configure<IOptions<LimitsOptions>>((timeouts, options) =>
            timeouts.DefaultPolicy = new RequestTimeoutPolicy
            {
                Timeout = TimeSpan.FromSeconds(options.Value.RequestTimeoutSeconds),
                TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable,
                WriteTimeoutResponse = Problems.WriteAsync,
            });
    }
}
