namespace GoldenService.Testing;

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;

/// <summary>Keeps the spans of one trace, those that an exporter would send.</summary>
public sealed class Spans : IDisposable
{
    private readonly ConcurrentQueue<Activity> ended = new();
    private readonly ActivityListener listener;

    public Spans()
    {
        listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Microsoft.AspNetCore" or "System.Net.Http" || source.Name.StartsWith("GoldenService.", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> options) => options.TraceId == TraceId
                ? options.Parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None
                : ActivitySamplingResult.None,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == TraceId && activity.Recorded)
                {
                    ended.Enqueue(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
    }

    public ActivityTraceId TraceId { get; } = ActivityTraceId.CreateRandom();

    public ActivitySpanId ParentId { get; } = ActivitySpanId.CreateRandom();

    public IReadOnlyCollection<Activity> All => ended;

    /// <summary>The header that continues the trace.</summary>
    public (string Name, string Value) Header => ("traceparent", $"00-{TraceId}-{ParentId}-01");

    /// <summary>Each tag as name=value, in the order of the names.</summary>
    public static string[] Tags(Activity activity) => [.. activity.TagObjects.Where(tag => tag.Value is not null).Select(tag => FormattableString.Invariant($"{tag.Key}={tag.Value}")).Order(StringComparer.Ordinal)];

    /// <summary>The span of each request ends after its answer was sent.</summary>
    public async Task<Activity[]> OfRequestsAsync(int count = 1)
    {
        await Wait.Until(() => Servers().Length >= count, seconds: 10, $"Fewer than {count} spans of requests ended.");
        return Servers();

        Activity[] Servers() => [.. ended.Where(span => span.Kind == ActivityKind.Server)];
    }

    public void Dispose() => listener.Dispose();
}
