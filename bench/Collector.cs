using GoldenService.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Golden.Templates.Bench;

/// <summary>Takes OTLP over HTTP and answers 200. It decodes nothing but the counts of histograms, and those only when asked.</summary>
sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication server;
    private byte[] lastMetrics = [];
    private long bytes;

    public Collector()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        server = builder.Build();
        server.Run(async context =>
        {
            if (context.Request.Path == "/v1/metrics")
            {
                using var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body);
                lastMetrics = body.ToArray();
                return;
            }

            for (var body = context.Request.BodyReader; ;)
            {
                var read = await body.ReadAsync();
                bytes += read.Buffer.Length;
                body.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    return;
                }
            }
        });
        server.Start();
    }

    public string Url => server.Urls.Single();

    /// <summary>How much of traces and logs has come.</summary>
    public long Bytes => Volatile.Read(ref bytes);

    /// <summary>How many measurements a histogram had at its last export, by the values of one attribute.</summary>
    public IReadOnlyDictionary<string, long> Counts(string histogram, string attribute)
    {
        // Export…Request { 1: ResourceMetrics { 2: ScopeMetrics { 2: Metric { 1: name, 9: histogram { 1: points { 4: count, 9: attributes { 1: key, 2: { 1: text } } } } } } } }
        var points =
            from resource in new ProtobufMessage(lastMetrics).Messages(1)
            from scope in resource.Messages(2)
            from metric in scope.Messages(2)
            where metric.Text(1) == histogram
            from data in metric.Messages(9)
            from point in data.Messages(1)
            select (Key: point.Messages(9).FirstOrDefault(pair => pair.Text(1) == attribute)?.Messages(2).First().Text(1) ?? "", Count: BitConverter.ToInt64(Convert.FromHexString(point.Hex(4))));
        return points.GroupBy(point => point.Key).ToDictionary(group => group.Key, group => group.Sum(point => point.Count));
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
