namespace GoldenService.Api;

using System;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;

/// <summary>What became of an attempt.</summary>
/// <param name="Error">The status or the type of exception; null where the webhook was taken.</param>
internal sealed record Attempt(OutboxMessageEntity Message, string? Error)
{
    /// <summary>How long the receiver wants no more requests.</summary>
    public TimeSpan RetryAfter { get; init; }

    /// <summary>Whether the service began to stop before the receiver responded.</summary>
    public bool IsBrokenOff { get; init; }

    /// <summary>Whether it was the last one, and failed.</summary>
    public bool IsDead { get; init; }

    public bool IsDelivered => Error is null && !IsBrokenOff;
}

/// <summary>
/// Sends messages to the worker as Standard Webhooks: the id and the bytes are the same in every attempt, timestamp and signature are
/// those of the attempt. Each attempt is a span in the trace of the request that made the change.
/// </summary>
internal sealed class OutboxSender(IHttpClientFactory clients, WebhookTarget target, TimeProvider time)
{
    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromHours(1);

    private static readonly ActivitySource Source = new("GoldenService.Outbox", Telemetry.VersionOf(typeof(OutboxSender).Assembly));

    public async Task<Attempt> SendAsync(WebhookTarget.Endpoint endpoint, OutboxMessageEntity message, CancellationToken cancellationToken)
    {
        using var span = StartSpan(message);
        try
        {
            using var request = Request(endpoint, message);
            using var response = await clients.CreateClient(nameof(OutboxSender)).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return new(message, Error: null);
            }

            if (response.StatusCode == HttpStatusCode.Gone)
            {
                target.Disable(endpoint);
            }

            return Failed(message, ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture), span) with { RetryAfter = RetryAfter(response) };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new(message, Error: null) { IsBrokenOff = true };
        }
        catch (Exception exception)
        {
            // Others are sent at the same time, and what became of them must be stored.
            return Failed(message, (exception is OperationCanceledException ? typeof(TimeoutException) : exception.GetBaseException().GetType()).ToString(), span);
        }
    }

    private HttpRequestMessage Request(WebhookTarget.Endpoint endpoint, OutboxMessageEntity message)
    {
        var (id, timestamp) = (message.WebhookId.ToString(), time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        return new(HttpMethod.Post, endpoint.Url)
        {
            Content = new ByteArrayContent(message.Body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
            Headers =
            {
                { "webhook-id", id },
                { "webhook-timestamp", timestamp },
                { "webhook-signature", endpoint.Sign(id, timestamp, message.Body) },
            },
        };
    }

    private TimeSpan RetryAfter(HttpResponseMessage response)
    {
        if (response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable))
        {
            return TimeSpan.Zero;
        }

        var wait = response.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - time.GetUtcNow() ?? TimeSpan.Zero : TimeSpan.Zero;
        return wait < MaxRetryAfter ? wait : MaxRetryAfter;
    }

    private static Attempt Failed(OutboxMessageEntity message, string error, Activity? span)
    {
        span?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", error);
        return new(message, error);
    }

    private static Activity? StartSpan(OutboxMessageEntity message)
    {
        if (!ActivityContext.TryParse(message.TraceParent, message.TraceState, isRemote: true, out var parent))
        {
            return null;
        }

        // Where nobody records it, the trace goes on: the receiver may record its part.
        var tags = new TagList
        {
            { "messaging.system", "webhook" },
            { "messaging.operation.type", "send" },
            { "messaging.operation.name", "send" },
            { "messaging.destination.name", "worker" },
            { "messaging.message.id", message.WebhookId.ToString() },
            { "messaging.message.body.size", message.Body.Length },
            { "message.attempt", message.Attempts },
        };
        return Source.StartActivity("send worker", ActivityKind.Producer, parent, tags)
            ?? new Activity("send").SetParentId(parent.TraceId, parent.SpanId, parent.TraceFlags).Start();
    }
}
