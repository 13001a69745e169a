namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

/// <summary>A message that was sent by OTLP over HTTP, as it came.</summary>
public sealed record OtlpMessage(string Path, byte[] Body, string Headers)
{
    /// <summary>The body, in which texts are UTF-8 and can be searched for.</summary>
    public string Text => System.Text.Encoding.UTF8.GetString(Body);
}

/// <summary>The source of spans, log records or metrics, and the service that it is part of.</summary>
/// <param name="Resource">The attributes of the service.</param>
public sealed record OtlpScope(string Name, string Version, IReadOnlyDictionary<string, string> Resource);

/// <summary>A span, a log record or a metric.</summary>
/// <param name="Signal">traces, logs or metrics.</param>
/// <param name="Name">The name; of a log record the text.</param>
public sealed record OtlpItem(string Signal, OtlpScope Scope, string Name)
{
    public string TraceId { get; init; } = "";

    public string SpanId { get; init; } = "";

    public string ParentSpanId { get; init; } = "";

    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>The spans that a span links to, by their trace and their own id.</summary>
    public IReadOnlyList<(string TraceId, string SpanId)> Links { get; init; } = [];

    /// <summary>What a metric measured.</summary>
    public IReadOnlyList<OtlpPoint> Points { get; init; } = [];

    /// <summary>Reads the request of an exporter, whose kind is the last segment of its path.</summary>
    internal static IEnumerable<OtlpItem> Read(OtlpMessage message) =>

        // Export…ServiceRequest { 1: Resource…[] { 1: Resource { 1: attributes }, 2: Scope…[] { 1: Scope { 1: name, 2: version }, 2: Span[] or LogRecord[] or Metric[] } } }
        from resource in new ProtobufMessage(message.Body).Messages(1)
        let attributes = AttributesOf(resource.Messages(1).Single(), 1)
        from scoped in resource.Messages(2)
        let named = scoped.Messages(1).Single()
        let scope = new OtlpScope(named.Text(1), named.Text(2), attributes)
        from item in scoped.Messages(2)
        select message.Path[(message.Path.LastIndexOf('/') + 1)..] switch
        {
            "traces" => Span(scope, item),
            "logs" => LogRecord(scope, item),
            "metrics" => Metric(scope, item),
            _ => throw new NotSupportedException($"The path {message.Path} must end with the name of a signal."),
        };

    // Span { 1: trace_id, 2: span_id, 4: parent_span_id, 5: name, 9: attributes, 13: links { 1: trace_id, 2: span_id } }
    private static OtlpItem Span(OtlpScope scope, ProtobufMessage span) => new("traces", scope, span.Text(5))
    {
        TraceId = span.Hex(1),
        SpanId = span.Hex(2),
        ParentSpanId = span.Hex(4),
        Attributes = AttributesOf(span, 9),
        Links = [.. span.Messages(13).Select(link => (link.Hex(1), link.Hex(2)))],
    };

    // LogRecord { 5: body, 6: attributes, 9: trace_id, 10: span_id }
    private static OtlpItem LogRecord(OtlpScope scope, ProtobufMessage record) => new("logs", scope, record.Messages(5).Select(ValueOf).FirstOrDefault(""))
    {
        TraceId = record.Hex(9),
        SpanId = record.Hex(10),
        Attributes = AttributesOf(record, 6),
    };

    // Metric { 1: name, 5: gauge, 7: sum, 9: histogram }, each { 1: data_points }
    // NumberDataPoint { 4: as_double, 5: exemplars, 6: as_int, 7: attributes }, HistogramDataPoint { 4: count, 8: exemplars, 9: attributes }, Exemplar { 5: trace_id }
    private static OtlpItem Metric(OtlpScope scope, ProtobufMessage metric) => new("metrics", scope, metric.Text(1))
    {
        Points =
        [
            .. from number in metric.Messages(5).Concat(metric.Messages(7)).SelectMany(data => data.Messages(1))
               let value = number.Number(6) is { } integer ? (long)integer : BitConverter.UInt64BitsToDouble(number.Number(4) ?? 0)
               select new OtlpPoint(value, AttributesOf(number, 7), [.. number.Messages(5).Select(exemplar => exemplar.Hex(5))]),
            .. from histogram in metric.Messages(9).SelectMany(data => data.Messages(1))
               select new OtlpPoint(histogram.Number(4) ?? 0, AttributesOf(histogram, 9), [.. histogram.Messages(8).Select(exemplar => exemplar.Hex(5))]),
        ],
    };

    // KeyValue { 1: key, 2: value }
    private static Dictionary<string, string> AttributesOf(ProtobufMessage owner, int field) =>
        owner.Messages(field).ToDictionary(pair => pair.Text(1), pair => pair.Messages(2).Select(ValueOf).FirstOrDefault(""));

    // AnyValue { 1: string_value, 3: int_value, 4: double_value }; no test reads the others.
    private static string ValueOf(ProtobufMessage value) =>
        value.Number(3) is { } integer ? ((long)integer).ToString(CultureInfo.InvariantCulture)
        : value.Number(4) is { } bits ? BitConverter.UInt64BitsToDouble(bits).ToString(CultureInfo.InvariantCulture)
        : value.Text(1);
}

/// <summary>A value of a metric, or the number of values in a histogram.</summary>
public sealed record OtlpPoint(double Value, IReadOnlyDictionary<string, string> Attributes, IReadOnlyList<string> ExemplarTraceIds);
