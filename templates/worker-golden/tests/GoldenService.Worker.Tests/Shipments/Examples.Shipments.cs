namespace GoldenService.Worker.Tests;

using System;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Worker.Client;

/// <summary>Webhooks to try things with.</summary>
internal static partial class Examples
{
    /// <summary>The type of the messages.</summary>
    public const string Type = OrderPlacedHandler.Type;

    /// <summary>The table of the effects of messages.</summary>
    public const string EffectTable = "shipments";

    /// <summary>Starts what the handler calls, and says with which settings it finds that.</summary>
    public static async Task<(IAsyncDisposable? Called, (string, string)[] Settings)> StartCalledAsync()
    {
        var carrier = await StubCarrier.StartAsync(_ => 201);
        return (carrier, [("Carrier__BaseAddress", carrier.Url)]);
    }

    public const string WebhookJson =
        """{"type":"order.placed","timestamp":"2026-01-15T09:30:00Z","data":{"orderId":"0199b0a5-7d3c-7c2e-9b8e-2f1f6c3f8f10","customer":"acme","lines":[{"sku":"TEA-001","quantity":2}]}}""";

    /// <summary>The same of this type, with this text in it.</summary>
    public static string Json(string type, string text) =>
        $$$"""{"type":"{{{type}}}","timestamp":"2026-01-15T09:30:00Z","data":{"orderId":"0199b0a5-7d3c-7c2e-9b8e-2f1f6c3f8f10","customer":"{{{text}}}","lines":[{"sku":"TEA-001","quantity":1}]}}""";

    public static PlacedOrderLine Line(string sku = "TEA-001", int quantity = 2) => new() { Sku = sku, Quantity = quantity };

    public static OrderPlaced Webhook(string customer = "acme", params PlacedOrderLine[] lines) => new()
    {
        Type = Type,
        Timestamp = DateTimeOffset.Parse("2026-01-15T09:30:00Z", System.Globalization.CultureInfo.InvariantCulture),
        Data = new() { OrderId = Guid.NewGuid(), Customer = customer, Lines = lines is [] ? [Line()] : lines },
    };

    /// <summary>The id of what a webhook is about.</summary>
    public static Guid IdOf(OrderPlaced webhook) => webhook.Data.OrderId;

    /// <summary>The messages that have had their effect.</summary>
    public static IQueryable<Guid> Effects(AppDbContext db) => db.Shipments.Select(shipment => shipment.MessageId);

    /// <summary>What these effects are about, each as often as it has an effect.</summary>
    public static IQueryable<Guid> Subjects(AppDbContext db) => db.Shipments.Select(shipment => shipment.OrderId);

    /// <summary>What a handler may write for a message.</summary>
    public static ShipmentEntity Written(Guid messageId) => new() { MessageId = messageId, OrderId = Guid.Empty, Customer = "", Units = 1, CreatedAt = DateTimeOffset.UnixEpoch };
}
