namespace GoldenService.Worker;

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

/// <summary>
/// Where the worker gets its messages from: the broker delivers their ids, and the table has the rest. A delivery is acknowledged when what became
/// of its message is committed, so the broker delivers again what a process had that ends.
/// </summary>
internal sealed class MessageSource(
    RabbitMqConnections connections,
    MessageQueue queue,
    MessageDestination destination,
    IHostApplicationLifetime lifetime,
    IOptions<MessagesOptions> options) : BackgroundService
{
    // No more than the broker delivers before something is acknowledged.
    private readonly Channel<Delivery> arrived = Channel.CreateUnbounded<Delivery>();
    private readonly List<Delivery> waiting = [];
    private readonly ConcurrentDictionary<Guid, Delivery> held = new();
    private readonly TaskCompletionSource wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool failing;

    /// <summary>Leases what was delivered to the caller. How much, it says when the transaction has begun.</summary>
    public async Task<List<MessageEntity>> ClaimAsync(Func<(Claim Claim, int Count)> claim)
    {
        while (arrived.Reader.TryRead(out var delivery))
        {
            waiting.Add(delivery);
        }

        // What a lost connection had brought is the broker's again, which may have given it to another by now.
        waiting.RemoveAll(delivery => delivery.IsLost);
        await ReplaceAsync();
        if (waiting.Count == 0)
        {
            return [];
        }

        List<Delivery> taken = [];
        failing = true;
        var claimed = await queue.ClaimAsync(db =>
        {
            var (lease, count) = claim();
            taken = waiting[..Math.Min(count, waiting.Count)];
            return db.ClaimAsync(
                lease,
                [.. taken.Select(delivery => delivery.MessageId).Distinct()],
                [.. taken.Where(delivery => delivery.IsRedelivered).Select(delivery => delivery.MessageId)],
                CancellationToken.None);
        });
        failing = false;
        waiting.RemoveRange(0, taken.Count);

        // The rest is done, dead, somebody else's, or handed over again when it is due.
        var messages = claimed.ToDictionary(message => message.Id);
        foreach (var delivery in taken)
        {
            if (messages.TryGetValue(delivery.MessageId, out var message) && held.TryAdd(delivery.MessageId, delivery))
            {
                // The span that sent it, which is in the same trace.
                message.TraceParent = delivery.TraceParent ?? message.TraceParent;
            }
            else
            {
                await delivery.AcknowledgeAsync();
            }
        }

        return claimed;
    }

    /// <summary>Waits until there may be something to claim. Nothing is delivered before.</summary>
    public Task WaitAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        wanted.TrySetResult();
        return failing ? Task.Delay(time, cancellationToken)
            : waiting.Count > 0 ? Task.CompletedTask
            : arrived.Reader.WaitToReadAsync(cancellationToken).AsTask();
    }

    /// <summary>Is told of each message that was claimed, when the worker has ended with it. What it could not settle is handed over again when the lease is over.</summary>
    public Task ReleaseAsync(MessageEntity message) =>
        held.TryRemove(message.Id, out var delivery) ? delivery.AcknowledgeAsync() : Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await wanted.Task.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await connections.RunAsync("worker", channelOptions: null, ConsumeAsync, stoppingToken);
    }

    /// <summary>What is being handled here was delivered again because a connection was lost: it goes on, and the new delivery stands for the old one.</summary>
    private async Task ReplaceAsync()
    {
        List<Delivery> replaced = [];
        waiting.RemoveAll(delivery =>
        {
            // What was handed over once more is claimed: its lease has ended, with a handler that does not stop.
            if (!delivery.IsRedelivered || !held.TryGetValue(delivery.MessageId, out var old) || !held.TryUpdate(delivery.MessageId, delivery, old))
            {
                return false;
            }

            replaced.Add(old);
            return true;
        });
        foreach (var delivery in replaced)
        {
            await delivery.AcknowledgeAsync();
        }
    }

    private async Task ConsumeAsync(IChannel channel, CancellationToken cancellationToken)
    {
        await channel.BasicQosAsync(prefetchSize: 0, (ushort)options.Value.Concurrency, global: false, cancellationToken);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) => ReceiveAsync(channel, delivery);
        var removed = new TaskCompletionSource();
        consumer.UnregisteredAsync += (_, _) =>
        {
            removed.TrySetResult(); // The queue.
            return Task.CompletedTask;
        };
        var tag = await channel.BasicConsumeAsync(destination.Name, autoAck: false, consumer, cancellationToken);
        await Task.WhenAny(removed.Task, Task.Delay(Timeout.Infinite, over.Token));
        cancellationToken.ThrowIfCancellationRequested();
        if (!lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return;
        }

        // From the first word of the stop on others may have what comes; what is held is acknowledged until the end.
        await channel.BasicCancelAsync(tag, cancellationToken: cancellationToken);
        while (arrived.Reader.TryRead(out var delivery))
        {
            await delivery.GiveBackAsync();
        }

        await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    private async Task ReceiveAsync(IChannel channel, BasicDeliverEventArgs delivery)
    {
        if (Guid.TryParse(Encoding.UTF8.GetString(delivery.Body.Span), out var id))
        {
            arrived.Writer.TryWrite(new(channel, delivery, id));
        }
        else
        {
            // It is no message of this service, and goes to the queue for such.
            await channel.BasicRejectAsync(delivery.DeliveryTag, requeue: false);
        }
    }

    /// <summary>A message that the broker has brought. When the connection is lost it is the broker's again, whatever is said of it then.</summary>
    private sealed class Delivery(IChannel channel, BasicDeliverEventArgs delivered, Guid messageId)
    {
        private readonly ulong tag = delivered.DeliveryTag;

        public Guid MessageId => messageId;

        public bool IsRedelivered { get; } = delivered.Redelivered;

        /// <summary>The span that sent it, as W3C Trace Context has it.</summary>
        public string? TraceParent { get; } =
            delivered.BasicProperties.Headers?.TryGetValue("traceparent", out var header) is true && header is byte[] text ? Encoding.ASCII.GetString(text) : null;

        public bool IsLost => channel.IsClosed;

        public Task AcknowledgeAsync() => TellAsync(() => channel.BasicAckAsync(tag, multiple: false));

        public Task GiveBackAsync() => TellAsync(() => channel.BasicNackAsync(tag, multiple: false, requeue: true));

        private async Task TellAsync(Func<ValueTask> tell)
        {
            try
            {
                await tell();
            }
            catch (Exception) when (channel.IsClosed)
            {
                // It is delivered again.
            }
        }
    }
}

internal static class MessageSources
{
    public static void AddMessageSource(this IServiceCollection services)
    {
        services.AddSettings<RabbitMqOptions>("RabbitMq");
        services.AddOptions<RabbitMqOptions>().PostConfigure(RabbitMqOptions.Check);
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<RabbitMqOptions>>().Value;
            var broker = new AmqpTcpEndpoint(RabbitMqOptions.Parse(options.Uri)); // It knows the ports that a URI may leave out.
            return new MessageDestination("rabbitmq", options.Queue, broker.HostName, broker.Port);
        });
        services.AddSingleton<RabbitMqConnections>();
        services.AddHealthChecks().AddCheck<RabbitMqCheck>("rabbitmq");
        services.AddHostedService<MessageRelay>();
        services.AddSingleton<MessageSource>();
        services.AddHostedService(provider => provider.GetRequiredService<MessageSource>());
    }
}
