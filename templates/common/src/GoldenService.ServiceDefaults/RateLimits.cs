namespace GoldenService.ServiceDefaults;

using System;
using System.Buffers.Binary;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

/// <summary>How many requests one caller may make.</summary>
public sealed class RateLimitsOptions
{
    /// <summary>How many requests an address may make in a window, all at once if it likes. Many callers may share one.</summary>
    [Range(1, 1_000_000)]
    public int PerAddress { get; set; } = 1200;

#if (jwt)
    /// <summary>How many requests a subject, the user or client that a token or a key names, may make in a window.</summary>
    [Range(1, 1_000_000)]
    public int PerSubject { get; set; } = 600;

#endif
#if (worker)
    /// <summary>How many webhooks a source may send in a window, from however many addresses.</summary>
    [Range(1, 1_000_000)]
    public int PerSource { get; set; } = 120_000;

#endif
    /// <summary>The length of the window.</summary>
    [Range(1.0, 86_400.0)]
    public double WindowSeconds { get; set; } = 60;
}

/// <summary>
/// Responds with 429 (RFC 6585) and Retry-After in seconds to callers that make too many requests.
#if (worker)
/// By address before authentication, so that a flood costs no signature check; by subject or source after it, so that
/// many addresses do not help.
#elif (jwt)
/// By address before authentication, so that a flood costs no signature check; by subject after it, so that
/// many addresses do not help.
#endif
/// Health probes are not rate limited.
/// </summary>
public static class RateLimits
{
    // The limiter grants what has come back since in steps of a tenth of a second.
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(0.1);

    public static void AddRateLimits(this IServiceCollection services)
    {
        services.AddSettings<RateLimitsOptions>("RateLimits");
        services.AddRateLimiter(_ => { });
    }

    public static void UseAddressRateLimit(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<RateLimitsOptions>>().Value;
        var bucket = Bucket(options.PerAddress, options.WindowSeconds);
        app.UseRateLimit("address", PartitionedRateLimiter.Create<HttpContext, UInt128>(context =>
            RateLimitPartition.GetTokenBucketLimiter(Network(context.Connection.RemoteIpAddress), _ => bucket)));
    }
#if (jwt)

    public static void UseSubjectRateLimit(this WebApplication app)
    {
        if (app.Services.GetService<CallerKeys>() is not null)
        {
            // Callers with keys have subjects as well.
            app.Use(async (context, next) =>
            {
                await Credentials.AuthenticateAsync(context);
                await next(context);
            });
        }

        var options = app.Services.GetRequiredService<IOptions<RateLimitsOptions>>().Value;
        var bucket = Bucket(options.PerSubject, options.WindowSeconds);
        app.UseRateLimit("subject", PartitionedRateLimiter.Create<HttpContext, string>(context =>
            context.User.FindFirst("sub")?.Value is { Length: > 0 } subject
                ? RateLimitPartition.GetTokenBucketLimiter(subject, _ => bucket)
                : RateLimitPartition.GetNoLimiter("")));
    }
#endif
#if (worker)

    /// <summary>Limits the requests that have a source. Its name is known once the signature was checked, so a stranger cannot use up its budget.</summary>
    public static void UseSourceRateLimit(this WebApplication app, Func<HttpContext, string?> source)
    {
        var options = app.Services.GetRequiredService<IOptions<RateLimitsOptions>>().Value;
        var bucket = Bucket(options.PerSource, options.WindowSeconds);
        app.UseRateLimit("source", PartitionedRateLimiter.Create<HttpContext, string>(context =>
            source(context) is { } name
                ? RateLimitPartition.GetTokenBucketLimiter(name, _ => bucket)
                : RateLimitPartition.GetNoLimiter("")));
    }
#endif

    /// <summary>Rejects what the limiter does not grant. It forgets callers whose buckets are full again, so it does not grow with time.</summary>
    /// <param name="policy">What is limited: an address, a subject.</param>
    public static void UseRateLimit(this WebApplication app, string policy, PartitionedRateLimiter<HttpContext> limiter) =>
        app.UseRateLimiter(new RateLimiterOptions
        {
            GlobalLimiter = limiter,
            RejectionStatusCode = StatusCodes.Status429TooManyRequests,
            OnRejected = (rejected, _) => RejectAsync(rejected, policy),
        });

    /// <summary>
    /// What counts as one address: an IPv4 address, whichever way it is written, and the /64 of an IPv6 address, since
    /// whoever has one has all of its 2^64 addresses.
    /// </summary>
    public static UInt128 Network(IPAddress? address)
    {
        if (address is null)
        {
            return 0;
        }

        Span<byte> bytes = stackalloc byte[16];
        var mapped = address.MapToIPv6();
        mapped.TryWriteBytes(bytes, out _);
        if (!mapped.IsIPv4MappedToIPv6)
        {
            bytes[8..].Clear();
        }

        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private static TokenBucketRateLimiterOptions Bucket(int requests, double seconds) => new()
    {
        TokenLimit = requests,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromSeconds(seconds / requests),
        AutoReplenishment = false,
    };

    private static ValueTask RejectAsync(OnRejectedContext rejected, string policy)
    {
        var context = rejected.HttpContext;
        rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait);
        var seconds = Math.Ceiling((wait + Step).TotalSeconds).ToString(CultureInfo.InvariantCulture);
        context.Response.Headers.RetryAfter = seconds;

        // aspnetcore.rate_limiting.requests counts all limits as one: http.server.request.duration tells which it was.
        context.Features.Get<IHttpMetricsTagsFeature>()?.Tags.Add(new("aspnetcore.rate_limiting.policy", policy));
        return new(Problems.WriteAsync(context, context.Response.StatusCode, $"There are too many requests from this {policy}; try again in {seconds} s."));
    }
}
