namespace GoldenService.Testing;

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics.Tracing;
using System.Globalization;
using System.Threading;

/// <summary>Notes every HTTP request that is sent by what its maker starts from then on, wherever it goes and whether or not anybody is there.</summary>
public sealed class SentRequests : EventListener
{
    private static readonly AsyncLocal<SentRequests?> Current = new();

    private readonly ConcurrentQueue<Uri> all = new();

    public SentRequests() => Current.Value = this;

    public IReadOnlyCollection<Uri> All => all;

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "System.Net.Http")
        {
            EnableEvents(eventSource, EventLevel.Informational);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (Current.Value == this && eventData is { EventName: "RequestStart", Payload: [var scheme, var host, var port, var path, ..] })
        {
            all.Enqueue(new Uri(string.Create(CultureInfo.InvariantCulture, $"{scheme}://{host}:{port}{path}")));
        }
    }
}
