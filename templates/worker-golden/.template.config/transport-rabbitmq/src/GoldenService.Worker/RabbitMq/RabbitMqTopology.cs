namespace GoldenService.Worker;

using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using RabbitMQ.Client;

/// <summary>What the service has at the broker: the queue, and another one for what cannot be handled at all.</summary>
internal static class RabbitMqTopology
{
    /// <summary>How often a message is delivered at most, or a message that ends whoever takes it would do so for ever; quorum queues count it.</summary>
    private const int DeliveryLimit = 20;

    public static string DeadQueue(RabbitMqOptions options) => $"{options.Queue}.dead";

    /// <summary>Makes what is not there yet.</summary>
    public static async Task DeclareAsync(IChannel channel, RabbitMqOptions options, CancellationToken cancellationToken)
    {
        var dead = new Dictionary<string, object?> { ["x-queue-type"] = options.QueueType };

        // The exchange without a name brings a message to the queue that its routing key names.
        var live = new Dictionary<string, object?>(dead) { ["x-dead-letter-exchange"] = "", ["x-dead-letter-routing-key"] = DeadQueue(options) };
        if (options.QueueType == "quorum")
        {
            live["x-delivery-limit"] = DeliveryLimit;
        }

        await channel.QueueDeclareAsync(DeadQueue(options), durable: true, exclusive: false, autoDelete: false, dead, cancellationToken: cancellationToken);
        await channel.QueueDeclareAsync(options.Queue, durable: true, exclusive: false, autoDelete: false, live, cancellationToken: cancellationToken);
    }
}
