namespace GoldenService.Tests;

using global::GoldenService.Client;

/// <summary>The clients that tests call the service with.</summary>
public sealed partial class Service
{
    public OrdersClient Orders { get; private set; } = null!;
#if (jwt)

    /// <summary>The client of another caller.</summary>
    public OrdersClient OrdersOf(string subject) => new(ClientWith(Issuer.Token(subject)));
#endif

    private void AddClients() => Orders = new OrdersClient(Http);
}
