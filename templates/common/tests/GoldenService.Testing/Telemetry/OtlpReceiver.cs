namespace GoldenService.Testing;

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

/// <summary>Receives OTLP over HTTP, http/protobuf, and keeps what was sent.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<OtlpMessage> received = new();
    private readonly TaskCompletionSource complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WebApplication app;
    private readonly int together;

    private OtlpReceiver(WebApplication app, int together) => (this.app, this.together) = (app, together);

    public string Url => app.Urls.Single();

    public IReadOnlyCollection<OtlpMessage> Received => received;

    /// <summary>The spans that have come so far.</summary>
    public OtlpItem[] Spans => Items("traces");

    /// <summary>The metrics that have come so far, those that are exported again and again each time.</summary>
    public OtlpItem[] Metrics => Items("metrics");

    /// <summary>The log records that have come so far.</summary>
    public OtlpItem[] LogRecords => Items("logs");

    /// <summary>Starts a receiver that does not respond until so many messages have come.</summary>
    public static async Task<OtlpReceiver> StartAsync(int together = 1)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var receiver = new OtlpReceiver(builder.Build(), together);
        receiver.app.Run(receiver.ReceiveAsync);
        await receiver.app.StartAsync();
        return receiver;
    }

    /// <summary>The settings of a service that sends everything here, with a header that has this word.</summary>
    public (string Name, string Value)[] Settings(string word) =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", Url),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_EXPORTER_OTLP_HEADERS", $"authorization={word}-header"),
    ];

    /// <summary>Waits until something has come to each of these paths: a service in this process still sends while a test goes on.</summary>
    public Task HasReceivedAsync(params string[] paths) =>
        Wait.Until(() => !paths.Except(Received.Select(message => message.Path)).Any(), seconds: 10, $"Nothing came to one of {string.Join(", ", paths)}.");

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private OtlpItem[] Items(string signal) => [.. received.Where(message => message.Path.EndsWith($"/{signal}", StringComparison.Ordinal)).SelectMany(OtlpItem.Read)];

    private async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = string.Join('\n', context.Request.Headers.Select(header => $"{header.Key}: {header.Value}"));
        received.Enqueue(new(context.Request.Path, body.ToArray(), headers));
        if (received.Count >= together)
        {
            complete.TrySetResult();
        }

        await complete.Task;
        context.Response.ContentType = "application/x-protobuf";
    }
}
