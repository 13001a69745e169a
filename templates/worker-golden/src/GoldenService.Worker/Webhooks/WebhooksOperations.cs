namespace GoldenService.Worker;

using System;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.Worker.Generated;
using Microsoft.AspNetCore.Http;

/// <summary>The operations of the contract on webhooks.</summary>
internal sealed partial class WebhooksOperations(WebhookDelivery delivery, MessageQueue queue, MessagesMetrics metrics, TimeProvider time) : IWebhooksOperations
{
    public async Task<ReceiveWebhookResult> ReceiveWebhook(ReceiveWebhookRequest request, CancellationToken cancellationToken)
    {
        var source = delivery.Source ?? throw new UnreachableException();
        if (queue.IsFull)
        {
            throw new BadHttpRequestException("Too many webhooks wait to be stored.", StatusCodes.Status503ServiceUnavailable);
        }

        var now = time.GetUtcNow();
        var message = new MessageEntity
        {
            Id = Guid.CreateVersion7(now),
            Source = source,
            WebhookId = request.WebhookId,
            Type = delivery.Type ?? nameof(ReceiveWebhook), // Without a discriminator there is one type.
            Body = delivery.Body.ToArray(),
            BodyHash = SHA256.HashData(delivery.Body.Span),
            TraceParent = Activity.Current?.Id,
            TraceState = Activity.Current?.TraceStateString,
            ReceivedAt = now,
            DueAt = now,
        };

        var receipt = await queue.AcceptAsync(message, cancellationToken);
        metrics.Received(receipt, source);
        return receipt.Acceptance == Acceptance.Conflict
            ? ReceiveWebhookResult.Conflict("The webhook-id has brought another body; a new webhook needs a new id.")
            : ReceiveWebhookResult.Accepted(new() { MessageId = receipt.MessageId });
    }
}
