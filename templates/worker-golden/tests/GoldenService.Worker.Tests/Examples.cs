namespace GoldenService.Worker.Tests;

using System;
using System.Text;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using global::GoldenService.Worker.Client;

/// <summary>Webhooks to try things with.</summary>
internal static partial class Examples
{
    /// <summary>A request with a body, as a source signs it, and the status of a good one.</summary>
    public static Request WithBody(string body) => new("POST", "/v1/webhooks", "/v1/webhooks", 202, body) { Headers = Signatures.Headers(Encoding.UTF8.GetBytes(body)) };

    public static string NewId() => $"msg_{Guid.NewGuid():N}";

    /// <summary>Has a service send itself a webhook, whatever its signature: the clients of the tests sign anew.</summary>
    public static async Task<ApiResponse<WebhookReceipt>> ReceiveAsync(this IWebhooksClient webhooks, Webhook webhook, string? id = null) =>
        (await webhooks.ReceiveWebhookAsync(id ?? NewId(), "0", "v1,", webhook))!;

    /// <summary>Puts a dead letter into the database, and tells the message's id.</summary>
    public static Task<Guid> AddDeadLetterAsync(Service service) => service.WithDatabase(async db =>
    {
        var now = TimeProvider.System.GetUtcNow();
        var message = new MessageEntity
        {
            Id = Guid.CreateVersion7(now),
            Source = Signatures.Source,
            WebhookId = NewId(),
            Type = Examples.Type,
            Body = Encoding.UTF8.GetBytes(WebhookJson),
            BodyHash = new byte[32],
            ReceivedAt = now,
            DueAt = now,
            State = MessageState.Dead,
            Attempts = 10,
            LastError = "System.TimeoutException",
        };
        db.Add(message);
        await db.SaveChangesAsync();
        return message.Id;
    });
}
