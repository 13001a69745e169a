namespace GoldenService.Tests;

using System;
using System.Threading.Tasks;
using GoldenService.Client;

/// <summary>Webhooks to try things with.</summary>
internal static class Examples
{
    public const string WebhookJson =
        """{"type":"order.placed","timestamp":"2026-01-15T09:30:00Z","data":{"orderId":"0199b0a5-7d3c-7c2e-9b8e-2f1f6c3f8f10","customer":"acme","lines":[{"sku":"TEA-001","quantity":2}]}}""";

    public static string NewId() => $"msg_{Guid.NewGuid():N}";

    public static PlacedOrderLine Line(string sku = "TEA-001", int quantity = 2) => new() { Sku = sku, Quantity = quantity };

    public static Webhook Webhook(Guid? orderId = null, string customer = "acme", params PlacedOrderLine[] lines) => new()
    {
        Type = "order.placed",
        Timestamp = DateTimeOffset.Parse("2026-01-15T09:30:00Z", System.Globalization.CultureInfo.InvariantCulture),
        Data = new() { OrderId = orderId ?? Guid.NewGuid(), Customer = customer, Lines = lines is [] ? [Line()] : lines },
    };

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
