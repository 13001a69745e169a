namespace GoldenService.Worker;

using System;
using System.Security.Cryptography;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

/// <summary>When a message that failed is tried again: after a wait that grows and that chance spreads, and as far as the budget goes.</summary>
internal sealed class RetryPolicy(IOptions<MessagesOptions> options) : IDisposable
{
    private readonly TokenBucketRateLimiter budget = new(new()
    {
        TokenLimit = options.Value.RetriesPerSecond * 10,
        TokensPerPeriod = options.Value.RetriesPerSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
    });

    /// <summary>Whether there may be one more attempt now. When all messages fail, their attempts must not be what keeps others from recovering.</summary>
    public bool HasBudget()
    {
        using var lease = budget.AttemptAcquire();
        return lease.IsAcquired;
    }

    /// <summary>Any wait up to twice the longest before ("full jitter"), so that what failed together does not come back together.</summary>
    public TimeSpan Wait(int attempts) => TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32((int)(Longest(attempts) * 1000) + 1));

    private double Longest(int attempts) => Math.Min(options.Value.MaxBackoffSeconds, options.Value.BackoffSeconds * Math.Pow(2, attempts - 1));

    public void Dispose() => budget.Dispose();
}
