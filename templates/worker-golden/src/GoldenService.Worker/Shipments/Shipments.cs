namespace GoldenService.Worker;

using Microsoft.Extensions.DependencyInjection;

/// <summary>What the service does about orders.</summary>
internal static class Shipments
{
    public static void AddShipments(this IServiceCollection services)
    {
        services.AddMessageHandler<OrderPlacedHandler>(OrderPlacedHandler.Type);
        services.AddCarrierClient();
    }
}
