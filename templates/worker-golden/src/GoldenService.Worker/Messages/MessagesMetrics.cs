namespace GoldenService.Worker;

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Linq;
using System.Threading;
using global::GoldenService.ServiceDefaults;
using Microsoft.Extensions.Options;

/// <summary>
/// What the queue measures; by the names of OpenTelemetry's semantic conventions for messaging where they have one.
/// </summary>
internal sealed class MessagesMetrics : ICounters
{
    private static readonly KeyValuePair<string, object?> UnknownType = new("message.type", "unknown");

    private readonly MessageDestination destination;
    private readonly IEnumerable<MessageType> types;
    private readonly WebhookSources sources;
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

    public MessagesMetrics(IMeterFactory meters, MessageDestination destination, IEnumerable<MessageType> types, WebhookSources sources, IOptions<MessagesOptions> options)
    {
        (this.destination, this.types, this.sources) = (destination, types, sources);
        var price = options.Value.PricePerCpuSecond;
        var meter = meters.Create("GoldenService.Messages", Telemetry.VersionOf(typeof(MessagesMetrics).Assembly));
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

    public void StartAtZero()
    {
        foreach (var source in sources.Names)
        {
            accepted.Add(0, OfSource(source));
            duplicates.Add(0, OfSource(source));
            conflicts.Add(0, OfSource(source));
            ignored.Add(0, OfSource(source), UnknownType);
        }

        foreach (var type in types.Select(type => type.Name))
        {
            consumed.Add(0, OfAttempt(type));
            retries.Add(0, Of(type));
            deferred.Add(0, Of(type));
            dead.Add(0, Of(type));
            expired.Add(0, Of(type));
            lost.Add(0, Of(type));
        }
    }

    public void Received(Receipt receipt, string source)
    {
        var counter = receipt.Acceptance switch
        {
            Acceptance.New => accepted,
            Acceptance.Duplicate => duplicates,
            Acceptance.Conflict => conflicts,
            _ => throw new UnreachableException(),
        };
        counter.Add(1, OfSource(source));
    }

    /// <summary>The name of the type is no tag: senders choose it, and can have any number of them.</summary>
    public void Ignored(string source) => ignored.Add(1, OfSource(source), UnknownType);

    public void Processed(string type, TimeSpan elapsed, Exception? exception)
    {
        var tags = OfAttempt(type);
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

    private TagList OfAttempt(string type) => new()
    {
        { "messaging.system", destination.System },
        { "messaging.operation.name", "process" },
        { "messaging.destination.name", destination.Name },
        { "message.type", type },
    };

    private static KeyValuePair<string, object?> OfSource(string source) => new("source", source);

    private static KeyValuePair<string, object?> Of(string type) => new("message.type", type);
}
