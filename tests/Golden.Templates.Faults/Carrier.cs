using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Golden.Templates.Faults;

/// <summary>A call of the carrier. Times are those of <see cref="Stopwatch"/>.</summary>
sealed class Call(string key, Guid orderId, int port)
{
    /// <summary>The idempotency key.</summary>
    public string Key => key;

    public Guid OrderId => orderId;

    /// <summary>Which address was called.</summary>
    public int Port => port;

    public long BegunAt { get; } = Stopwatch.GetTimestamp();

    /// <summary>When it was answered, or the caller was gone; 0 before that.</summary>
    public long EndedAt { get; set; }

    /// <summary>The status of the answer, which has left; 0 where there was none.</summary>
    public int Status { get; set; }
}

/// <summary>The upstream that the worker books shipments with, which keeps a ledger of all calls.</summary>
sealed class Carrier : IAsyncDisposable
{
    /// <summary>What it does instead of an answer.</summary>
    public const int HangsUp = 0;

    // One for each instance of the worker, so that the ledger tells them apart.
    const int MostInstances = 4;

    readonly WebApplication _server;
    readonly List<Call> _calls = [];

    public Carrier()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, null);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            for (var instance = 0; instance < MostInstances; instance++)
            {
                kestrel.Listen(IPAddress.Loopback, 0);
            }
        });
        _server = builder.Build();
        _server.MapPost("/v1/bookings", BookAsync);
        _server.Start();
        Addresses = [.. _server.Urls.Select(url => new Uri(url))];
    }

    public IReadOnlyList<Uri> Addresses { get; }

    /// <summary>Finds the status to answer with, in its own time.</summary>
    public Func<Call, CancellationToken, Task<int>> Answer { get; set; } = (_, _) => Task.FromResult(StatusCodes.Status201Created);

    /// <summary>All calls so far.</summary>
    public IReadOnlyList<Call> Calls
    {
        get
        {
            lock (_calls)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>Which number it gives to whoever comes with this key, however often.</summary>
    public static string TrackingNumber(string key) => $"GT-{key}";

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    async Task BookAsync(HttpContext context)
    {
        var booking = (await context.Request.ReadFromJsonAsync<Booking>())!;
        var call = new Call(context.Request.Headers["Idempotency-Key"].ToString(), booking.OrderId, context.Connection.LocalPort);
        lock (_calls)
        {
            _calls.Add(call);
        }

        try
        {
            var status = await Answer(call, context.RequestAborted);
            context.RequestAborted.ThrowIfCancellationRequested();
            if (status == HangsUp)
            {
                context.Abort();
                return;
            }

            context.Response.StatusCode = status;
            await (status == StatusCodes.Status201Created
                ? context.Response.WriteAsJsonAsync(new { trackingNumber = TrackingNumber(call.Key) })
                : context.Response.WriteAsJsonAsync(new { type = "about:blank", title = "The carrier refuses.", status }, options: null, "application/problem+json"));
            await context.Response.CompleteAsync();
            call.Status = status;
        }
        catch (OperationCanceledException)
        {
            // Whoever called is gone.
        }
        finally
        {
            call.EndedAt = Stopwatch.GetTimestamp();
        }
    }

    sealed record Booking(Guid OrderId, string Customer, int Units);
}
