using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Golden.Templates.Tests;

/// <summary>A span, a log record or a metric as it arrived.</summary>
sealed record OtlpItem(string Path, string Signal, string Service, string Name, string TraceId, string SpanId, string ParentSpanId, IReadOnlyDictionary<string, string> Attributes, IReadOnlyList<string> ExemplarTraceIds);

/// <summary>Takes OTLP over HTTP (http/protobuf) on the loopback interface and decodes traces, metrics and logs.</summary>
sealed class OtlpReceiver : IDisposable
{
    readonly HttpListener _listener = new();
    readonly ConcurrentQueue<OtlpItem> _items = new();
    readonly ConcurrentQueue<(string Path, string? Authorization)> _requests = new();

    OtlpReceiver(string url)
    {
        Url = url;
        _listener.Prefixes.Add($"{url}/");
    }

    public string Url { get; }

    public IReadOnlyCollection<OtlpItem> Items => _items;

    public IReadOnlyCollection<(string Path, string? Authorization)> Requests => _requests;

    public static OtlpReceiver Start()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var receiver = new OtlpReceiver($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}");
        free.Stop();
        receiver._listener.Start();
        _ = receiver.ReceiveAsync();
        return receiver;
    }

    public void Dispose() => _listener.Close();

    async Task ReceiveAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception problem) when (problem is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            var path = context.Request.Url!.AbsolutePath;
            var status = 200;
            try
            {
                foreach (var item in Decode(path, new ProtobufMessage(body.ToArray())))
                {
                    _items.Enqueue(item);
                }
            }
            catch (Exception problem) when (problem is InvalidDataException or ArgumentException)
            {
                status = 400;
            }

            _requests.Enqueue((path, context.Request.Headers["Authorization"]));
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/x-protobuf";
            context.Response.Close();
        }
    }

    // Export…ServiceRequest { 1: Resource…[] { 1: Resource { 1: attributes }, 2: Scope…[] { 2: Span[] or Metric[] or LogRecord[] } } }
    static IEnumerable<OtlpItem> Decode(string path, ProtobufMessage request) =>
        from resource in request.Messages(1)
        let service = Attributes(resource.Messages(1).Single(), 1).GetValueOrDefault("service.name", "")
        from scope in resource.Messages(2)
        from item in scope.Messages(2)
        select path[(path.LastIndexOf('/') + 1)..] switch
        {
            // Span { 1: trace_id, 2: span_id, 4: parent_span_id, 5: name, 9: attributes }
            "traces" => new OtlpItem(path, "traces", service, item.Text(5), item.Hex(1), item.Hex(2), item.Hex(4), Attributes(item, 9), []),

            // LogRecord { 5: body, 6: attributes, 9: trace_id, 10: span_id }
            "logs" => new OtlpItem(path, "logs", service, item.Messages(5).Select(Value).FirstOrDefault(""), item.Hex(9), item.Hex(10), "", Attributes(item, 6), []),

            // Metric { 1: name, 5: gauge, 7: sum, 9: histogram }, each { 1: data_points }
            "metrics" => new OtlpItem(path, "metrics", service, item.Text(1), "", "", "", new Dictionary<string, string>(), [.. Exemplars(item)]),
            _ => throw new InvalidDataException($"There is no signal {path}."),
        };

    // NumberDataPoint { 5: exemplars }, HistogramDataPoint { 8: exemplars }; Exemplar { 5: trace_id }
    static IEnumerable<string> Exemplars(ProtobufMessage metric) =>
        new (int Data, int Exemplars)[] { (5, 5), (7, 5), (9, 8) }
            .SelectMany(kind => metric.Messages(kind.Data).SelectMany(data => data.Messages(1)).SelectMany(point => point.Messages(kind.Exemplars)))
            .Select(exemplar => exemplar.Hex(5));

    // KeyValue { 1: key, 2: value }
    static Dictionary<string, string> Attributes(ProtobufMessage owner, int field) =>
        owner.Messages(field).ToDictionary(pair => pair.Text(1), pair => pair.Messages(2).Select(Value).FirstOrDefault(""));

    // AnyValue { 1: string_value, 3: int_value }; of the others no test wants the value.
    static string Value(ProtobufMessage value) => value.Number(3)?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? value.Text(1);
}
