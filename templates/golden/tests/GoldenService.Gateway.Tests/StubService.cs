namespace GoldenService.Gateway.Tests;

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

/// <summary>What a service was sent.</summary>
internal sealed record Received(string Request, IReadOnlyDictionary<string, string> Headers, byte[] Body);

/// <summary>A service behind the gateway, on a socket of its own: it keeps what it is sent, and responds as a test wants.</summary>
internal sealed class StubService : IAsyncDisposable
{
    private readonly ConcurrentQueue<Received> received = new();
    private WebApplication? app;

    private StubService()
    {
    }

    public string Address { get; private set; } = "http://127.0.0.1:0";

    public IReadOnlyCollection<Received> Requests => received;

    public Func<HttpContext, Task> Respond { get; set; } = context => context.Response.WriteAsync("{}");

    public static async Task<StubService> StartAsync()
    {
        var service = new StubService();
        await service.ListenAsync();
        return service;
    }

    /// <summary>Listens again where it did before.</summary>
    public async Task ListenAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(Address);
        app = builder.Build();
        app.Run(AnswerAsync);
        await app.StartAsync();
        Address = app.Urls.Single();
    }

    public async Task GoAwayAsync()
    {
        if (app is not null)
        {
            await app.DisposeAsync();
            app = null;
        }
    }

    public async ValueTask DisposeAsync() => await GoAwayAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments("/health"))
        {
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        received.Enqueue(new($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}", headers, body.ToArray()));
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers["Trace-Id"] = "of the service";
        await Respond(context);
    }
}
