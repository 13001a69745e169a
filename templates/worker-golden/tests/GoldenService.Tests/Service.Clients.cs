namespace GoldenService.Tests;

using System.Net.Http;
using global::GoldenService.Client;

/// <summary>The clients that tests call the service with.</summary>
public sealed partial class Service
{
    /// <summary>A client that signs nothing and has no token.</summary>
    public HttpClient Stranger { get; private set; } = null!;

    public WebhooksClient Webhooks { get; private set; } = null!;

    public DeadLettersClient DeadLetters { get; private set; } = null!;

    private void AddClients()
    {
        Stranger = CreateDefaultClient(new ContractHandler());
        Webhooks = new WebhooksClient(Http);
        DeadLetters = new DeadLettersClient(Http);
    }
}
