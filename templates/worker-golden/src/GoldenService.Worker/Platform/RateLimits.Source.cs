namespace GoldenService;

using System;
using System.ComponentModel.DataAnnotations;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

public sealed partial class RateLimitsOptions
{
    /// <summary>How many webhooks a source may send in a window, from however many addresses.</summary>
    [Range(1, 1_000_000)]
    public int PerSource { get; set; } = 120_000;
}

public static partial class RateLimits
{
    /// <summary>Limits the requests that have a source. Its name is known when the signature was checked, so a stranger cannot use up its budget.</summary>
    internal static void UseSourceRateLimit(this WebApplication app, Func<HttpContext, string?> source)
    {
        var options = app.Services.GetRequiredService<IOptions<RateLimitsOptions>>().Value;
        var bucket = Bucket(options.PerSource, options.WindowSeconds);
        app.UseRateLimit("source", PartitionedRateLimiter.Create<HttpContext, string>(context =>
            source(context) is { } name
                ? RateLimitPartition.GetTokenBucketLimiter(name, _ => bucket)
                : RateLimitPartition.GetNoLimiter("")));
    }
}
