namespace GoldenService.Api.Tests;

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

/// <summary>Stands in for the worker, on a socket of its own: keeps the webhooks that it gets, and responds with the status that a test wants.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<ReceivedWebhook> all = new();
    private readonly WebApplication app;
    private readonly Func<int, HttpContext, Task<int>> respond;

    private WebhookReceiver(WebApplication app, Func<int, HttpContext, Task<int>> respond) => (this.app, this.respond) = (app, respond);

    /// <summary>What webhooks to it are signed with.</summary>
    public string Secret { get; } = NewSecret();

    public string Url => app.Urls.Single();

    public IReadOnlyList<ReceivedWebhook> All => [.. all];

    public static string NewSecret() => "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <param name="respond">The status for a request, which has a number, from 1 on.</param>
    public static Task<WebhookReceiver> StartAsync(Func<int, int>? respond = null) => StartAsync((number, _) => Task.FromResult(respond?.Invoke(number) ?? 202));

    public static async Task<WebhookReceiver> StartAsync(Func<int, HttpContext, Task<int>> respond)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var receiver = new WebhookReceiver(builder.Build(), respond);
        receiver.app.Run(receiver.ReceiveAsync);
        await receiver.app.StartAsync();
        return receiver;
    }

    /// <summary>The settings of a service that delivers to this receiver, and repeats attempts almost at once.</summary>
    public Dictionary<string, string> Settings(params (string Name, string Value)[] more)
    {
        var settings = new Dictionary<string, string>
        {
            ["Worker:BaseAddress"] = Url,
            ["Worker:Secrets:0"] = Secret,
            ["Outbox:Concurrency"] = "8",
            ["Outbox:PollSeconds"] = "0.05",
            ["Outbox:BackoffSeconds"] = "0.01",
        };
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        return settings;
    }

    /// <summary>Starts a service that delivers to this receiver.</summary>
    public Task<Service> StartServiceAsync(params (string Name, string Value)[] settings) => Service.StartAsync(settings: Settings(settings), ownDatabase: true);

    /// <summary>Waits until so many webhooks have come.</summary>
    public Task HasReceivedAsync(int count) => Wait.Until(() => all.Count >= count, seconds: 20, $"Fewer than {count} webhooks came.");

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context)
    {
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        all.Enqueue(new(context.Request, body.ToArray()));
        try
        {
            context.Response.StatusCode = await respond(all.Count, context);
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for the response any more.
        }
    }
}

/// <summary>A webhook as it came.</summary>
internal sealed class ReceivedWebhook(HttpRequest request, byte[] body)
{
    public string Operation { get; } = $"{request.Method} {request.Path} {request.ContentType}";

    public string Id { get; } = request.Headers["webhook-id"].ToString();

    public long Timestamp { get; } = long.Parse(request.Headers["webhook-timestamp"].ToString(), System.Globalization.CultureInfo.InvariantCulture);

    public string Signature { get; } = request.Headers["webhook-signature"].ToString();

    public string TraceParent { get; } = request.Headers.TraceParent.ToString();

    public string Cookie { get; } = request.Headers.Cookie.ToString();

    public byte[] Body { get; } = body;

    public DateTimeOffset ReceivedAt { get; } = DateTimeOffset.UtcNow;

    /// <summary>The header of a sender that has these secrets, by the rules of Standard Webhooks and not by the service's code.</summary>
    public string SignedWith(params string[] secrets) => string.Join(' ', secrets.Select(secret =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{Id}.{Timestamp}.").Concat(Body).ToArray()))));
}
