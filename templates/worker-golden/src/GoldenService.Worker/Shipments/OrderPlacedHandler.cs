namespace GoldenService.Worker;

using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.Carrier;
using global::GoldenService.ServiceDefaults;
using global::GoldenService.Worker.Generated;
using Microsoft.Extensions.Options;

/// <summary>Books a shipment of every order that was placed.</summary>
internal sealed class OrderPlacedHandler(IBookingsClient bookings, IOptions<CarrierOptions> carrier, TimeProvider time) : IMessageHandler
{
    public const string Type = "order.placed";

    public async Task<Effect> HandleAsync(Message message, CancellationToken cancellationToken)
    {
        // The intake has held it against the contract, with the same reader.
        var order = JsonInput.Read(message.Body, ContractRequests.ReadOrderPlaced).Data;
        var units = order.Lines.Sum(line => line.Quantity);

        string? trackingNumber = null;
        if (carrier.Value.BaseAddress is not "")
        {
            // The message's id is the same at every attempt, so the carrier books once.
            var booking = new Booking { OrderId = order.OrderId, Customer = order.Customer, Units = units };
            trackingNumber = (await bookings.CreateBookingAsync(message.Id, booking, cancellationToken)).Result.TrackingNumber;
        }

        return (db, _) =>
        {
            db.Add(new ShipmentEntity
            {
                MessageId = message.Id,
                OrderId = order.OrderId,
                Customer = order.Customer,
                Units = units,
                TrackingNumber = trackingNumber,
                CreatedAt = time.GetUtcNow(),
            });
            return Task.CompletedTask;
        };
    }
}
