namespace GoldenService.Gateway;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using System.Threading.RateLimiting;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RedisRateLimiting;
using StackExchange.Redis;

/// <summary>
/// Limits that all instances of the gateway share: where the setting ConnectionStrings:Redis names a server, each address and each subject has
/// a token bucket there. They come after the limits of the instance, so a flood does not reach Redis, and these hold while Redis is away.
/// </summary>
internal static class SharedRateLimits
{
    public static void AddSharedRateLimits(this WebApplicationBuilder builder)
    {
        if (builder.Configuration.GetConnectionString("Redis") is { Length: > 0 } redis)
        {
            var options = Parse(redis);
            builder.Services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(options));
            builder.Services.AddSingleton<SharedBuckets>();
        }
    }

    public static void UseSharedRateLimits(this WebApplication app)
    {
        if (app.Services.GetService<SharedBuckets>() is not { } buckets)
        {
            return;
        }

        var limits = app.Services.GetRequiredService<IOptions<RateLimitsOptions>>().Value;
        app.UseRateLimit("address", PartitionedRateLimiter.Create<HttpContext, UInt128>(context => RateLimitPartition.Get(
            RateLimits.Network(context.Connection.RemoteIpAddress),
            network => buckets.Limiter(string.Create(CultureInfo.InvariantCulture, $"address:{network:x32}"), limits.PerAddress, limits.WindowSeconds))));
        app.UseRateLimit("subject", PartitionedRateLimiter.Create<HttpContext, string>(context =>
            context.User.FindFirst("sub")?.Value is { Length: > 0 } subject
                ? RateLimitPartition.Get(subject, subject => buckets.Limiter($"subject:{subject}", limits.PerSubject, limits.WindowSeconds))
                : RateLimitPartition.GetNoLimiter("")));
    }

    internal static ConfigurationOptions Parse(string redis)
    {
        try
        {
            var options = ConfigurationOptions.Parse(redis);
            // The gateway starts without Redis, a second later, and connects when it is there.
            (options.AbortOnConnectFail, options.ConnectRetry, options.ConnectTimeout) = (false, 1, 1000);
            (options.BacklogPolicy, options.AsyncTimeout) = (BacklogPolicy.FailFast, 500);
            return options;
        }
        catch (ArgumentException)
        {
            // The exception says the value, which may have a password.
            throw new SettingException("The setting ConnectionStrings:Redis is not understood: it must be like redis:6379,password=<password>,ssl=true.");
        }
    }
}

/// <summary>The buckets in Redis. While it is away, every request is granted here.</summary>
internal sealed partial class SharedBuckets(IConnectionMultiplexer redis, TimeProvider time, ILogger<SharedBuckets> logger)
{
    // While Redis hangs, a request waits for it once in this time.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private long failedAt;
    private bool isAway;

    public RateLimiter Limiter(string caller, int requests, double seconds) => new Bucket(this, new($"golden-service:{caller}", new()
    {
        ConnectionMultiplexerFactory = () => redis,
        TokenLimit = requests,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromSeconds(seconds / requests),
    }));

    private async ValueTask<RateLimitLease> AcquireAsync(RateLimiter limiter, int permits, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref isAway) && time.GetElapsedTime(Volatile.Read(ref failedAt)) < Pause)
        {
            return Lease.Granted;
        }

        try
        {
            using var lease = await limiter.AcquireAsync(permits, cancellationToken);
            if (Interlocked.Exchange(ref isAway, false))
            {
                LogBack();
            }

            return lease.IsAcquired ? Lease.Granted : new Lease(lease.TryGetMetadata(RateLimitMetadataName.RetryAfter, out var wait) ? TimeSpan.FromSeconds(wait) : TimeSpan.Zero);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            Volatile.Write(ref failedAt, time.GetTimestamp());
            if (!Interlocked.Exchange(ref isAway, true))
            {
                LogAway(exception.Message);
            }

            return Lease.Granted;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis is away: each instance of the gateway limits requests by itself. {Reason}")]
    private partial void LogAway(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Redis is back: the instances of the gateway share their limits.")]
    private partial void LogBack();

    private sealed class Bucket(SharedBuckets buckets, RedisTokenBucketRateLimiter<string> limiter) : RateLimiter
    {
        public override TimeSpan? IdleDuration => limiter.IdleDuration;

        public override RateLimiterStatistics? GetStatistics() => null;

        // Only what can wait asks Redis.
        protected override RateLimitLease AttemptAcquireCore(int permitCount) => limiter.AttemptAcquire(permitCount);

        protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) =>
            buckets.AcquireAsync(limiter, permitCount, cancellationToken);
    }

    /// <param name="retryAfter">When the next request is granted; null for one that is.</param>
    private sealed class Lease(TimeSpan? retryAfter) : RateLimitLease
    {
        public static readonly Lease Granted = new(null);

        public override bool IsAcquired => retryAfter is null;

        public override IEnumerable<string> MetadataNames => IsAcquired ? [] : [MetadataName.RetryAfter.Name];

        public override bool TryGetMetadata(string metadataName, out object? metadata)
        {
            metadata = metadataName == MetadataName.RetryAfter.Name ? retryAfter : null;
            return metadata is not null;
        }
    }
}
