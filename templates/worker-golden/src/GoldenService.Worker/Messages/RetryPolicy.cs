namespace GoldenService.Worker;

using System;
using System.Threading.RateLimiting;
using global::GoldenService.ServiceDefaults;
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

    /// <summary>How long a message waits after so many attempts.</summary>
    public TimeSpan Wait(int attempts) => Backoff.Wait(attempts, options.Value.BackoffSeconds, options.Value.MaxBackoffSeconds);

    public void Dispose() => budget.Dispose();
}
