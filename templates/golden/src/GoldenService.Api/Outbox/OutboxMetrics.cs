namespace GoldenService.Api;

using System;
using System.Diagnostics.Metrics;
using global::GoldenService.ServiceDefaults;

/// <summary>What the outbox measures.</summary>
internal sealed class OutboxMetrics : ICounters
{
    private readonly Counter<long> delivered;
    private readonly Counter<long> retries;
    private readonly Counter<long> dead;
    private readonly Gauge<long> pending;
    private readonly Gauge<double> oldest;

    public OutboxMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("GoldenService.Outbox", Telemetry.VersionOf(typeof(OutboxMetrics).Assembly));
        delivered = meter.CreateCounter<long>("outbox.delivered", "{message}", "Webhooks that were delivered.");
        retries = meter.CreateCounter<long>("outbox.retries", "{message}", "Attempts that failed and are to be repeated.");
        dead = meter.CreateCounter<long>("outbox.dead", "{message}", "Webhooks that were given up.");
        pending = meter.CreateGauge<long>("outbox.pending", "{message}", "Webhooks that are not delivered yet, those that wait for another attempt included.");
        oldest = meter.CreateGauge<double>("outbox.oldest.age", "s", "How long ago the oldest webhook was stored that is not delivered yet.");
    }

    /// <summary>Whether anybody wants to know how much is in the outbox, which has to be asked for.</summary>
    public bool WantsLength => pending.Enabled || oldest.Enabled;

    public void StartAtZero()
    {
        delivered.Add(0);
        retries.Add(0);
        dead.Add(0);
    }

    public void Delivered(int count) => delivered.Add(count);

    public void Retried() => retries.Add(1);

    public void Died() => dead.Add(1);

    public void Length(int count, TimeSpan age)
    {
        pending.Record(count);
        oldest.Record(age.TotalSeconds);
    }
}
