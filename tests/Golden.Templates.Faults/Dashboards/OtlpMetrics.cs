using System.Buffers.Binary;
using System.Globalization;
using System.Text.RegularExpressions;
using GoldenService.Testing;

namespace Golden.Templates.Faults;

/// <summary>A value of a series at a time. The labels are sorted by name, as remote write demands.</summary>
sealed record Sample(IReadOnlyList<(string Name, string Value)> Labels, double Value, DateTimeOffset At);

/// <summary>
/// Metrics in OTLP (ExportMetricsServiceRequest), as the series that the OTLP receiver of Prometheus makes of them with the strategy
/// UnderscoreEscapingWithSuffixes: names with units and `_total`, and the labels `job` and `instance` of the resource.
/// </summary>
static partial class OtlpMetrics
{
    // The field of each kind of data: Metric { 5: gauge, 7: sum, 9: histogram }.
    const int Gauge = 5, Sum = 7, Histogram = 9;

    // ExportMetricsServiceRequest { 1: ResourceMetrics[] { 1: Resource { 1: attributes }, 2: ScopeMetrics[] { 2: Metric[] } } }
    public static IEnumerable<Sample> Samples(byte[] request) =>
        from resource in new ProtobufMessage(request).Messages(1)
        let service = Attributes(resource.Messages(1).Single(), 1).ToDictionary()
        let target = ((string, string)[])[("instance", service["service.instance.id"]), ("job", service["service.name"])]
        from scope in resource.Messages(2)
        from metric in scope.Messages(2)
        from kind in new[] { Gauge, Sum, Histogram }
        from data in metric.Messages(kind)
        from point in data.Messages(1)
        from value in kind == Histogram ? Buckets(metric, point) : [new(Name(metric, kind, data), [], Number(point))]
        select new Sample(
            [.. target.Append(("__name__", value.Name))
                .Concat(Attributes(point, kind == Histogram ? 9 : 7).Select(pair => (Escape(pair.Key), pair.Value)))
                .Concat(value.Labels)
                .Where(label => label.Item2 != "")
                .OrderBy(label => label.Item1, StringComparer.Ordinal)],
            value.Number,
            DateTimeOffset.UnixEpoch.AddTicks((long)(point.Number(3)!.Value / 100)));

    // HistogramDataPoint { 4: count, 5: sum, 6: bucket_counts, 7: explicit_bounds }
    static IEnumerable<Value> Buckets(ProtobufMessage metric, ProtobufMessage point)
    {
        var name = WithUnit(metric);
        var count = (double)point.Number(4)!.Value;
        yield return new($"{name}_count", [], count);
        yield return new($"{name}_sum", [], BitConverter.UInt64BitsToDouble(point.Number(5) ?? 0));
        yield return new($"{name}_bucket", [("le", "+Inf")], count);
        var total = 0.0;
        foreach (var (bound, inBucket) in Packed(point, 7).Zip(Packed(point, 6)))
        {
            total += inBucket;
            yield return new($"{name}_bucket", [("le", BitConverter.UInt64BitsToDouble(bound).ToString(CultureInfo.InvariantCulture))], total);
        }
    }

    // Sum { 2: aggregation_temporality, 3: is_monotonic }: one that can fall is a gauge.
    static string Name(ProtobufMessage metric, int kind, ProtobufMessage data) =>
        kind == Sum && data.Number(3) == 1 ? $"{WithUnit(metric)}_total"
        : kind == Gauge && metric.Text(3) == "1" ? $"{WithUnit(metric)}_ratio"
        : WithUnit(metric);

    // Metric { 1: name, 3: unit }
    static string WithUnit(ProtobufMessage metric)
    {
        var name = Escape(metric.Text(1));
        var unit = metric.Text(3) switch
        {
            "s" => "seconds",
            "By" => "bytes",
            "" or "1" => "",
            var text when text.StartsWith('{') => "",
            var text => throw new NotSupportedException($"Add how Prometheus names the unit {text}."),
        };
        return unit == "" || name.Split('_').Contains(unit) ? name : $"{name}_{unit}";
    }

    // NumberDataPoint { 4: as_double, 6: as_int }
    static double Number(ProtobufMessage point) =>
        point.Number(4) is { } real ? BitConverter.UInt64BitsToDouble(real) : (long)point.Number(6)!.Value;

    // KeyValue { 1: key, 2: AnyValue { 1: string_value, 2: bool_value, 3: int_value } }
    static IEnumerable<KeyValuePair<string, string>> Attributes(ProtobufMessage owner, int field) =>
        from pair in owner.Messages(field)
        let value = pair.Messages(2).Single()
        select KeyValuePair.Create(
            pair.Text(1),
            value.Number(3)?.ToString(CultureInfo.InvariantCulture) ?? (value.Number(2) is { } flag ? flag == 1 ? "true" : "false" : value.Text(1)));

    static string Escape(string name) => Other().Replace(name, "_");

    // Eight bytes each.
    static IEnumerable<ulong> Packed(ProtobufMessage message, int field) =>
        Convert.FromHexString(message.Hex(field)).Chunk(8).Select(number => BinaryPrimitives.ReadUInt64LittleEndian(number));

    sealed record Value(string Name, (string, string)[] Labels, double Number);

    [GeneratedRegex("[^A-Za-z0-9_]")]
    private static partial Regex Other();
}
