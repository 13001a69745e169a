namespace GoldenService.Worker.Tests;

using System;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Sentry;
using Xunit;

/// <summary>What is reported to Sentry of a message.</summary>
[Trait("Checklist", "error-tracking")]
public sealed class DeadLetterEventTests
{
    private const string Canary = "canary-5d81e0";

    [Fact] // Fails when an attempt that is repeated is an event, the dead letter is none, or its trace is another.
    public async Task A_dead_letter_is_one_event_in_the_trace_of_its_webhook()
    {
        await using var sentry = await SentryServer.StartAsync();
        await using var failing = await StubHandler.StartServiceAsync((_, _) => throw new TimeoutException(Canary), new(sentry.Settings) { ["Messages:MaxAttempts"] = "3" });

        await failing.UntilAsync(await failing.SendAsync(Canary), MessageState.Dead);

        var letter = Assert.Single((await failing.DeadLetters.ListDeadLettersAsync()).Result.DeadLetters);
        await Wait.Until(() => sentry.Events.Count > 0, seconds: 10, "The dead letter is not reported.");
        await SentrySdk.FlushAsync(TimeSpan.FromSeconds(10));
        var failure = Assert.Single(sentry.Events);
        Assert.Equal(letter.TraceId, failure.GetProperty("contexts").GetProperty("trace").GetProperty("trace_id").GetString());
        Assert.Contains("failed at attempt 3, the last, with System.TimeoutException", failure.GetProperty("logentry").GetProperty("formatted").GetString(), StringComparison.Ordinal);
        Assert.Equal("System.TimeoutException", Assert.Single(failure.GetProperty("exception").GetProperty("values").EnumerateArray()).GetProperty("type").GetString());
        Assert.All(sentry.Envelopes, envelope => Assert.DoesNotContain(Canary, envelope, StringComparison.OrdinalIgnoreCase));
    }
}
