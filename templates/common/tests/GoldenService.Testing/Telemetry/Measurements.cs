namespace GoldenService.Testing;

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps what the meters of one service measure.</summary>
public sealed class Measurements : IDisposable
{
    private readonly ConcurrentQueue<(string Name, string? Unit, double Value, string Tags)> all = new();
    private readonly MeterListener listener = new();

    public Measurements(Service service)
        : this(service.Services.GetRequiredService<IMeterFactory>())
    {
    }

    public Measurements(IMeterFactory meters)
    {
        // Services of other tests have meters of the same names.
        listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == meters)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
    }

    public IReadOnlyCollection<(string Name, string? Unit, double Value, string Tags)> All => all;

    /// <summary>Requests are measured after their answer was sent.</summary>
    public async Task<(string? Unit, string Tags)> FirstAsync(string name)
    {
        await Wait.Until(() => all.Any(measured => measured.Name == name), seconds: 10, $"There is no measurement of {name}.");
        var first = all.First(measured => measured.Name == name);
        return (first.Unit, first.Tags);
    }

    /// <summary>Reads the instruments that measure only when they are asked.</summary>
    public void Observe() => listener.RecordObservableInstruments();

    public void Dispose() => listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        all.Enqueue((instrument.Name, instrument.Unit, value, string.Join(' ', tags.ToArray().Select(tag => FormattableString.Invariant($"{tag.Key}={tag.Value}")).Order(StringComparer.Ordinal))));
}
