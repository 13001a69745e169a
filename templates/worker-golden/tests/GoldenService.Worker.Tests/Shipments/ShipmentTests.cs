namespace GoldenService.Worker.Tests;

using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

[Trait("Checklist", "work")]
public sealed class ShipmentTests(Service service)
{
    [Fact] // Fails when the handler is not called, or its effect is not committed.
    public async Task An_order_that_was_placed_is_shipped()
    {
        var webhook = Examples.Webhook(customer: "acme", lines: [Examples.Line(quantity: 2), Examples.Line("TEA-002", 3)]);

        var id = (await service.Webhooks.ReceiveAsync(webhook)).Result.MessageId;

        var message = await service.UntilAsync(id, MessageState.Done);
        Assert.Equal((1, null, null), (message.Attempts, message.Lease, message.LastError));
        var shipment = await service.WithDatabase(db => db.Shipments.SingleAsync(shipment => shipment.MessageId == id));
        Assert.Equal((webhook.Data.OrderId, "acme", 5), (shipment.OrderId, shipment.Customer, shipment.Units));
    }
}
