namespace GoldenService.Worker.Tests;

using System;
using System.Linq;
using Microsoft.Extensions.Options;
using Xunit;

[Trait("Checklist", "work")]
public sealed class RetryPolicyTests
{
    [Theory] // Fails when the wait does not double, has no end, or is not spread from nothing on.
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(5, 32)]
    [InlineData(9, 512)]
    [InlineData(10, 600)]
    [InlineData(100, 600)]
    public void The_wait_is_any_up_to_twice_the_longest_before(int attempts, double longest)
    {
        using var retries = new RetryPolicy(Options.Create(new MessagesOptions()));

        double[] waits = [.. Enumerable.Range(0, 2000).Select(_ => retries.Wait(attempts).TotalSeconds)];

        Assert.InRange(waits.Max(), longest * 0.98, longest);
        Assert.InRange(waits.Min(), 0, longest * 0.02);
        Assert.InRange(waits.Average(), longest * 0.45, longest * 0.55);
    }

    [Fact] // Fails when there is no budget.
    public void The_budget_is_ten_seconds_of_retries()
    {
        using var retries = new RetryPolicy(Options.Create(new MessagesOptions { RetriesPerSecond = 2 }));

        Assert.InRange(Enumerable.Range(0, 100).Count(_ => retries.HasBudget()), 20, 22);
    }
}
