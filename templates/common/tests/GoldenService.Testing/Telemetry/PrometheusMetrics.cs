namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

/// <summary>The metrics of a service by the names that Prometheus gives them.</summary>
public static partial class PrometheusMetrics
{
    /// <summary>The metrics that a query reads. Each must have braces for its labels.</summary>
    public static HashSet<string> In(string query)
    {
        var names = Metric().Matches(query).Select(match => match.Value).ToHashSet();
        Assert.True(names.Count > 0, $"There is no metric in {query}.");
        return names;
    }

    /// <summary>The names, as Prometheus has them, of all that the service and the runtime can measure.</summary>
    public static async Task<HashSet<string>> MeasuredAsync(Service service)
    {
        var instruments = new List<Instrument>();
        var meters = service.Services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                lock (instruments)
                {
                    instruments.Add(instrument);
                }
            },
        };
        listener.Start();
        await ContractCalls.CallEveryOperationAsync(service);

        lock (instruments)
        {
            // Services of other tests have meters of the same names; the runtime and the driver of the database have one for all.
            return [.. instruments.Where(instrument => instrument.Meter.Scope == meters || instrument.Meter.Name is "System.Runtime" or "Npgsql").SelectMany(instrument => Translate(instrument.Name, instrument.Unit, instrument.GetType()))];
        }
    }

    /// <summary>The names of the series that an instrument becomes, by the documentation of UnderscoreEscapingWithSuffixes.</summary>
    public static IEnumerable<string> Translate(string name, string? unit, Type type)
    {
        var kind = type.Name.Split('`')[0];
        var translated = Other().Replace(name, "_").Trim('_');
        var suffix = unit switch
        {
            "s" => "seconds",
            "ms" => "milliseconds",
            "By" => "bytes",
            "1" => kind is "Gauge" or "ObservableGauge" ? "ratio" : "",
            null => "",
            _ when unit.StartsWith('{') => "",
            _ => throw new NotSupportedException($"What Prometheus calls the unit {unit} is to be added here."),
        };
        if (suffix.Length > 0 && !translated.Split('_').Contains(suffix))
        {
            translated += $"_{suffix}";
        }

        return kind switch
        {
            "Histogram" => [$"{translated}_bucket", $"{translated}_sum", $"{translated}_count"],
            "Counter" or "ObservableCounter" => [$"{translated}_total"],
            _ => [translated],
        };
    }

    // What stands before the braces of its labels.
    [GeneratedRegex(@"[A-Za-z_][A-Za-z0-9_]*(?=\{)")]
    private static partial Regex Metric();

    [GeneratedRegex("[^A-Za-z0-9]+")]
    private static partial Regex Other();
}
