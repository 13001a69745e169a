namespace GoldenService.Worker;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

/// <summary>
/// Hands over to the broker what is due: what was accepted, what is to be tried again, what a process held that ended. While the broker is
/// away it all stays where it is, in the table. A message may be handed over twice; it is done once.
/// </summary>
internal sealed partial class MessageRelay(
    RabbitMqConnections connections,
    MessageQueue queue,
    MessageDestination destination,
    MessageTraces traces,
    IOptions<MessagesOptions> options,
    TimeProvider time,
    ILogger<MessageRelay> logger) : BackgroundService
{
    private const int MaxBatch = 256;

    private readonly TimeSpan poll = TimeSpan.FromSeconds(options.Value.PollSeconds);
    private readonly TimeSpan lease = TimeSpan.FromSeconds(options.Value.LeaseSeconds);
    private bool failing;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        connections.RunAsync("relay", new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), RelayAsync, stoppingToken);

    private async Task RelayAsync(IChannel channel, CancellationToken cancellationToken)
    {
        var next = DateTimeOffset.MinValue;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var more = false;
            try
            {
                more = await HandOverAsync(channel, cancellationToken);
                if (!more && time.GetUtcNow() >= next)
                {
                    more = await TakeBackAsync(channel, cancellationToken);
                    next = more ? next : time.GetUtcNow() + lease / 3;
                }
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                Fail(exception);
            }

            if (!more)
            {
                await queue.WaitAsync(poll, cancellationToken);
            }
        }
    }

    /// <summary>Hands over what is due.</summary>
    /// <returns>Whether more may be due.</returns>
    private async Task<bool> HandOverAsync(IChannel channel, CancellationToken cancellationToken)
    {
        var handovers = await queue.ChangeAsync(db => db.HandOverAsync(time.GetUtcNow(), MaxBatch, CancellationToken.None));
        var confirmed = handovers.ConvertAll(handover => PublishAsync(channel, handover, cancellationToken));
        try
        {
            await Task.WhenAll(confirmed);
            failing = false;
            return handovers.Count == MaxBatch;
        }
        catch (Exception exception)
        {
            Fail(exception);
            Guid[] refused = [.. handovers.Where((_, index) => !confirmed[index].IsCompletedSuccessfully).Select(handover => handover.Id)];
            await queue.ChangeAsync(db => db.TakeBackAsync(refused, CancellationToken.None));
            return false;
        }
    }

    /// <summary>Takes back what the broker was to have and has no more, because it has lost it or a process ended before it was sent.</summary>
    /// <returns>Whether there was any.</returns>
    private async Task<bool> TakeBackAsync(IChannel channel, CancellationToken cancellationToken)
    {
        // As long as messages wait there, each may be one of them.
        if (await channel.MessageCountAsync(destination.Name, cancellationToken) > 0)
        {
            return false;
        }

        var count = await queue.ChangeAsync(db => db.TakeBackAsync(time.GetUtcNow() - lease, MaxBatch, CancellationToken.None));
        if (count > 0)
        {
            LogTakenBack(count);
        }

        return count > 0;
    }

    /// <summary>Returns when the broker has the message on disk.</summary>
    private async Task PublishAsync(IChannel channel, Handover handover, CancellationToken cancellationToken)
    {
        using var activity = traces.StartSending(handover);
        var headers = new Dictionary<string, object?> { ["traceparent"] = activity?.Id ?? handover.TraceParent, ["tracestate"] = handover.TraceState };
        var properties = new BasicProperties
        {
            Persistent = true,
            MessageId = handover.Id.ToString(),
            ContentType = "text/plain",
            Headers = headers.Where(header => header.Value is not null).ToDictionary(),
        };
        await channel.BasicPublishAsync(exchange: "", destination.Name, mandatory: true, properties, Encoding.UTF8.GetBytes(properties.MessageId), cancellationToken);
    }

    private void Fail(Exception exception)
    {
        if (!failing)
        {
            LogNotHandedOver(exception);
        }

        failing = true;
    }

    [LoggerMessage(LogLevel.Warning, "Messages cannot be handed over to the broker; it is tried again and again.")]
    private partial void LogNotHandedOver(Exception exception);

    [LoggerMessage(LogLevel.Warning, "{Count} messages are in the queue no more, and are handed over again.")]
    private partial void LogTakenBack(int count);
}
