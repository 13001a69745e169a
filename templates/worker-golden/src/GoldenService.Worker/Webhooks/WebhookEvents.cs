namespace GoldenService.Worker;

using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

/// <summary>
/// Accepts events of types that the contract does not have with 204, counts them, and stores nothing. A sender repeats a webhook that is
/// rejected, and at last disables the endpoint. Everything else is for the contract to say.
/// </summary>
internal sealed partial class WebhookEvents(RequestDelegate next, MessagesMetrics metrics, ILogger<WebhookEvents> logger)
{
    private readonly ConcurrentDictionary<string, bool> sources = new();

    public async Task InvokeAsync(HttpContext context, WebhookDelivery delivery)
    {
        if (delivery.Source is { } source && context.GetEndpoint()?.Metadata.GetMetadata<OperationEvents>() is { } events)
        {
            delivery.Type = TypeOf(delivery.Body.Span, events.Member);
            if (delivery.Type is not null && !events.Types.Contains(delivery.Type))
            {
                metrics.Ignored(source);
                if (sources.TryAdd(source, true))
                {
                    LogIgnored(source);
                }

                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            }
        }

        await next(context);
    }

    /// <summary>The type of an event. Null where it has none or several, or is not JSON.</summary>
    private static string? TypeOf(ReadOnlySpan<byte> body, string member)
    {
        string? type = null;
        try
        {
            var reader = new Utf8JsonReader(body is [0xEF, 0xBB, 0xBF, ..] ? body[3..] : body);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            // To the end: what is not JSON is not accepted.
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isType = reader.ValueTextEquals(member);
                reader.Read();
                if (isType && (reader.TokenType != JsonTokenType.String || type is not null))
                {
                    return null;
                }

                type = isType ? reader.GetString() : type;
                reader.Skip();
            }

            return reader.Read() ? null : type;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    [LoggerMessage(LogLevel.Information, "The source {Source} sends events of types that the contract does not have. They are accepted and ignored; messages.ignored counts them.")]
    private partial void LogIgnored(string source);
}
