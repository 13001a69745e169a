namespace GoldenService.Worker;

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;

/// <summary>
/// The spans of the queue, by OpenTelemetry's semantic conventions for messaging. All that is done for a message is in the trace of
/// the request that brought it; what is done for no message, such as looking for some, has no span.
/// </summary>
internal sealed class MessageTraces(MessageDestination destination)
{
    private const string Commit = "commit messages";

    private static readonly ActivitySource Source = new("GoldenService.Messages", Telemetry.VersionOf(typeof(MessageTraces).Assembly));

    /// <summary>
    /// Commits changes that may have several causes. Each cause that is recorded has a span of the commit in its trace. The statements are
    /// below the first of them, and the others link to it.
    /// </summary>
    public static async Task CommitAsync(IEnumerable<ActivityContext> causes, Func<Task> commit)
    {
        if (causes.Where(IsRecorded).Distinct().ToArray() is not [var first, .. var others]
            || Source.StartActivity(Commit, ActivityKind.Internal, first) is not { } span)
        {
            await commit();
            return;
        }

        Exception? failure = null;
        using (span)
        {
            try
            {
                await commit();
            }
            catch (Exception exception)
            {
                failure = exception;
                throw;
            }
            finally
            {
                Fail(span, failure);
                foreach (var other in others)
                {
                    using var copy = Source.StartActivity(Commit, ActivityKind.Internal, other, links: [new(span.Context)], startTime: span.StartTimeUtc);
                    Fail(copy, failure);
                }
            }
        }
    }

    /// <summary>Adds the span of a claim to the trace of each message that it leased.</summary>
    public void Received(IReadOnlyList<MessageEntity> messages, DateTimeOffset start)
    {
        foreach (var message in messages)
        {
            var parent = ParentOf(message.TraceParent, message.TraceState);
            if (IsRecorded(parent))
            {
                using var span = Start(ActivityKind.Client, "receive", message.Id, parent, start);
                span?.SetTag("messaging.batch.message_count", messages.Count);
            }
        }
    }

    /// <summary>Starts the span of an attempt. Where nobody records it, the trace goes on: the handler may call others that do.</summary>
    public Activity? StartProcessing(MessageEntity message)
    {
        var parent = ParentOf(message.TraceParent, message.TraceState);
        if (Start(ActivityKind.Consumer, "process", message.Id, parent) is not { } span)
        {
            return parent == default ? null : new Activity("process").SetParentId(parent.TraceId, parent.SpanId, parent.TraceFlags).Start();
        }

        return span
            .SetTag("messaging.message.body.size", message.Body.Length)
            .SetTag("message.type", message.Type)
            .SetTag("message.attempt", message.Attempts);
    }

#if (rabbitmq)
    /// <summary>Starts the span of handing a message over to the broker.</summary>
    public Activity? StartSending(Handover handover) =>
        Start(ActivityKind.Producer, "send", handover.Id, ParentOf(handover.TraceParent, handover.TraceState))?.SetTag("messaging.rabbitmq.destination.routing_key", destination.Name);

#endif
    private Activity? Start(ActivityKind kind, string operation, Guid messageId, ActivityContext parent, DateTimeOffset start = default)
    {
        var tags = new TagList
        {
            { "messaging.system", destination.System },
            { "messaging.operation.type", operation },
            { "messaging.operation.name", operation },
            { "messaging.destination.name", destination.Name },
            { "messaging.message.id", messageId.ToString() },
        };
        return Source.StartActivity($"{operation} {destination.Name}", kind, parent, tags, startTime: start)?
            .SetTag("server.address", destination.Address)
            .SetTag("server.port", destination.Port);
    }

    private static void Fail(Activity? span, Exception? failure)
    {
        if (failure is not null)
        {
            span?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", failure.GetType().FullName);
        }
    }

    private static ActivityContext ParentOf(string? traceParent, string? traceState) =>
        ActivityContext.TryParse(traceParent, traceState, isRemote: true, out var parent) ? parent : default;

    private static bool IsRecorded(ActivityContext context) => context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded);
}
