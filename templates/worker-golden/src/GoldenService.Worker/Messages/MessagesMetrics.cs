namespace GoldenService.Worker;

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Threading;
using Microsoft.Extensions.Options;

/// <summary>
/// What the queue measures; by the names of OpenTelemetry's semantic conventions for messaging where they have one.
/// </summary>
internal sealed class MessagesMetrics
{
    private readonly MessageDestination destination;
    private readonly Histogram<double> duration;
    private readonly Counter<long> consumed;
    private readonly Counter<long> accepted;
    private readonly Counter<long> duplicates;
    private readonly Counter<long> conflicts;
    private readonly Counter<long> ignored;
    private readonly Counter<long> retries;
    private readonly Counter<long> deferred;
    private readonly Counter<long> dead;
    private readonly Counter<long> expired;
    private readonly Counter<long> lost;
    private readonly Gauge<long> pending;
    private readonly Gauge<double> oldest;
    private readonly Instrument cpu;
    private long handled;
    private (TimeSpan Cpu, long Handled)? before;
    private double? cpuSeconds;

    public MessagesMetrics(IMeterFactory meters, MessageDestination destination, IOptions<MessagesOptions> options)
    {
        this.destination = destination;
        var price = options.Value.PricePerCpuSecond;
        var meter = meters.Create("GoldenService.Messages");
        duration = meter.CreateHistogram(
            "messaging.process.duration",
            "s",
            "Duration of processing operation.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] });
        consumed = meter.CreateCounter<long>("messaging.client.consumed.messages", "{message}", "Number of messages that were delivered to the application.");
        accepted = meter.CreateCounter<long>("messages.accepted", "{message}", "Webhooks that became messages.");
        duplicates = meter.CreateCounter<long>("messages.duplicates", "{message}", "Webhooks that their source had sent before.");
        conflicts = meter.CreateCounter<long>("messages.conflicts", "{message}", "Webhooks whose source had sent another body under their id.");
        ignored = meter.CreateCounter<long>("messages.ignored", "{message}", "Webhooks of types that the contract does not have.");
        retries = meter.CreateCounter<long>("messages.retries", "{message}", "Attempts that failed and are to be repeated.");
        deferred = meter.CreateCounter<long>("messages.retries.deferred", "{message}", "Attempts that wait because the budget for retries is used up.");
        dead = meter.CreateCounter<long>("messages.dead", "{message}", "Messages that became dead letters.");
        expired = meter.CreateCounter<long>("messages.leases.expired", "{message}", "Messages that were claimed from a process that ended or stalled.");
        lost = meter.CreateCounter<long>("messages.leases.lost", "{message}", "Attempts whose outcome was dropped, because another process has claimed the message.");
        pending = meter.CreateGauge<long>("messages.pending", "{message}", "Messages that are not done, those that wait for another attempt included.");
        oldest = meter.CreateGauge<double>("messages.oldest.age", "s", "How long the message that is due longest has been waiting.");
        cpu = meter.CreateObservableGauge("messages.cpu.time", () => Of(cpuSeconds), "s", "CPU time of the process, whatever it was for, for each attempt at a message in the last ten seconds.");
        if (price > 0)
        {
            meter.CreateObservableGauge("messages.cost", () => Of(cpuSeconds * price), "1", "What that CPU time costs by the price that is set, in the currency of the price.");
        }
    }

    /// <summary>Whether anybody wants to know how long the queue is and what it costs, which has to be asked for.</summary>
    public bool WantsLength => pending.Enabled || oldest.Enabled || cpu.Enabled;

    public void Received(Receipt receipt, string source)
    {
        var counter = receipt.Acceptance switch
        {
            Acceptance.New => accepted,
            Acceptance.Duplicate => duplicates,
            Acceptance.Conflict => conflicts,
            _ => throw new UnreachableException(),
        };
        counter.Add(1, new KeyValuePair<string, object?>("source", source));
    }

    /// <summary>The name of the type is no tag: senders choose it, and can have any number of them.</summary>
    public void Ignored(string source) => ignored.Add(1, new("source", source), new("message.type", "unknown"));

    public void Processed(string type, TimeSpan elapsed, Exception? exception)
    {
        var tags = new TagList
        {
            { "messaging.system", destination.System },
            { "messaging.operation.name", "process" },
            { "messaging.destination.name", destination.Name },
            { "message.type", type },
        };
        if (exception is not null)
        {
            tags.Add("error.type", exception.GetType().ToString());
        }

        duration.Record(elapsed.TotalSeconds, tags);
        consumed.Add(1, tags);
        Interlocked.Increment(ref handled);
    }

    public void Retried(string type) => retries.Add(1, Of(type));

    public void Deferred(string type) => deferred.Add(1, Of(type));

    public void Died(string type) => dead.Add(1, Of(type));

    public void LeaseExpired(string type) => expired.Add(1, Of(type));

    public void LeaseLost(string type) => lost.Add(1, Of(type));

    public void Length(int count, TimeSpan age)
    {
        pending.Record(count);
        oldest.Record(age.TotalSeconds);
    }

    /// <summary>Shares the CPU time since the last call among the attempts since then. Where there were none, there is nothing to tell.</summary>
    /// <param name="total">What the process has used since it began.</param>
    public void CpuUsed(TimeSpan total)
    {
        var now = (Cpu: total, Handled: Interlocked.Read(ref handled));
        cpuSeconds = before is { } last && now.Handled > last.Handled ? (now.Cpu - last.Cpu).TotalSeconds / (now.Handled - last.Handled) : null;
        before = now;
    }

    private static Measurement<double>[] Of(double? value) => value is { } measured ? [new(measured)] : [];

    private static KeyValuePair<string, object?> Of(string type) => new("message.type", type);
}
