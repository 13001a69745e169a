namespace GoldenService.SystemTests;

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

/// <summary>A stand-in for the carrier, on a socket of its own: it books everything, for one customer at the second request, and keeps what it booked.</summary>
internal sealed class Carrier : IAsyncDisposable
{
    /// <summary>The customer for whom the first request of each order fails.</summary>
    public const string UnluckyCustomer = "unlucky";

    private readonly ConcurrentDictionary<Guid, bool> failed = new();
    private readonly ConcurrentQueue<Guid> booked = new();
    private readonly WebApplication app;

    private Carrier(WebApplication app) => this.app = app;

    public string Address => app.Urls.Single();

    /// <summary>The orders whose shipments were booked, once for each request.</summary>
    public IReadOnlyCollection<Guid> Booked => booked;

    public static async Task<Carrier> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var carrier = new Carrier(builder.Build());
        carrier.app.Run(carrier.BookAsync);
        await carrier.app.StartAsync();
        return carrier;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task BookAsync(HttpContext context)
    {
        var booking = await JsonNode.ParseAsync(context.Request.Body);
        var order = (Guid)booking!["orderId"]!;
        if ((string?)booking["customer"] == UnluckyCustomer && failed.TryAdd(order, true))
        {
            // With Retry-After, the attempt fails and another one follows.
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "1";
            return;
        }

        booked.Enqueue(order);
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync($$"""{"trackingNumber":"T-{{context.Request.Headers["Idempotency-Key"]}}"}""");
    }
}
