namespace GoldenService.Testing;

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

/// <summary>Stands in for Sentry: takes envelopes as its servers do, and keeps them.</summary>
public sealed class SentryServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> envelopes = new();
    private readonly TaskCompletionSource arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WebApplication app;
    private readonly TimeSpan delay;

    private SentryServer(WebApplication app, TimeSpan delay) => (this.app, this.delay) = (app, delay);

    public string Dsn => $"http://key@{new Uri(app.Urls.Single()).Authority}/1";

    /// <summary>The settings of a service that reports here.</summary>
    public Dictionary<string, string> Settings => new() { ["Sentry:Dsn"] = Dsn };

    /// <summary>Ends when an envelope has come, which is not taken yet.</summary>
    public Task ArrivalAsync() => arrival.Task.WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>The envelopes as they came, each with the headers of its request.</summary>
    public IReadOnlyCollection<string> Envelopes => envelopes;

    /// <summary>The events of all envelopes. An envelope is lines of JSON: its header, then a header and a payload for each item.</summary>
    public IReadOnlyList<JsonElement> Events =>
    [
        .. from envelope in envelopes
           from line in envelope.Split('\n')
           where line.StartsWith('{')
           select JsonElement.Parse(line) into payload
           where payload.TryGetProperty("platform", out _)
           select payload,
    ];

    /// <summary>Starts a server that takes so long for each envelope.</summary>
    public static async Task<SentryServer> StartAsync(TimeSpan delay = default)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var server = new SentryServer(builder.Build(), delay);
        server.app.Run(server.ReceiveAsync);
        await server.app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context)
    {
        await using Stream body = context.Request.Headers.ContentEncoding == "gzip" ? new GZipStream(context.Request.Body, CompressionMode.Decompress) : context.Request.Body;
        using var reader = new StreamReader(body);
        var envelope = await reader.ReadToEndAsync();
        arrival.TrySetResult();
        await Task.Delay(delay);
        var headers = string.Join('\n', context.Request.Headers.Select(header => $"{header.Key}: {header.Value}"));
        envelopes.Enqueue($"{context.Request.Method} {context.Request.Path}\n{headers}\n{envelope}");
        await context.Response.WriteAsync("{}");
    }
}
