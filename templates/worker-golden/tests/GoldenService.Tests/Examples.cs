namespace GoldenService.Tests;

using System;
using System.Threading.Tasks;
using GoldenService.Client;

/// <summary>Webhooks to try things with.</summary>
internal static partial class Examples
{
    public static string NewId() => $"msg_{Guid.NewGuid():N}";

    /// <summary>Has a service send itself a webhook, whatever its signature: the clients of the tests sign anew.</summary>
    public static Task<ApiResponse<WebhookReceipt>> ReceiveAsync(this IWebhooksClient webhooks, Webhook webhook, string? id = null) =>
        webhooks.ReceiveWebhookAsync(id ?? NewId(), "0", "v1,", webhook);

    /// <summary>Puts a dead letter into the database, and tells the message's id.</summary>
    public static Task<Guid> AddDeadLetterAsync(Service service) => service.WithDatabase(async db =>
    {
        var now = TimeProvider.System.GetUtcNow();
        var message = new Worker.MessageEntity
        {
            Id = Guid.CreateVersion7(now),
            Source = Signatures.Source,
            WebhookId = NewId(),
            Type = "order.placed",
            Body = System.Text.Encoding.UTF8.GetBytes(WebhookJson),
            BodyHash = new byte[32],
            ReceivedAt = now,
            DueAt = now,
            State = Worker.MessageState.Dead,
            Attempts = 10,
            LastError = "System.TimeoutException",
        };
        db.Add(message);
        await db.SaveChangesAsync();
        return message.Id;
    });
}
