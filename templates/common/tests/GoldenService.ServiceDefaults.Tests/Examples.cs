namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults.TestHost;
using global::GoldenService.ServiceDefaults.TestHost.Generated;
using global::GoldenService.Testing;
using Microsoft.Extensions.DependencyInjection;

/// <summary>What the tests ask the host for.</summary>
internal static class Examples
{
    /// <summary>A body that is carried out.</summary>
    public const string Body = """{"name":"Tea","quantity":2}""";

    /// <summary>The methods of the path of <see cref="Good"/>.</summary>
    public const string Allowed = "GET, POST";

    /// <summary>What telemetry calls the statement of <see cref="Item"/>.</summary>
    public const string Statement = "SELECT items";
#if (postgres)

    /// <summary>A table that requests read and write.</summary>
    public const string Table = "items";
#endif

    /// <summary>A request that is carried out, as often as it is sent.</summary>
    public static Request Good => new("GET", "/v1/items", "/v1/items?limit=1", 200);

    /// <summary>A request that does not keep to the contract.</summary>
    public static Request Bad => new("GET", "/v1/items", "/v1/items?limit=0", 400);

    /// <summary>A request for something by its id, which is not there.</summary>
    public static Request Item(Guid id) => new("GET", "/v1/items/{itemId}", $"/v1/items/{id}", 404);

    /// <summary>A request with a body, and the status that <see cref="Body"/> is answered with.</summary>
    public static Request WithBody(string body) => new("POST", "/v1/items", "/v1/items", 201, body);

    /// <summary>Puts one thing into the database, through the service.</summary>
    public static Task AddAsync(Service service) => service.Send(WithBody(Body));

    /// <summary>How many such things there are, as the service sees it.</summary>
    public static async Task<int> CountAsync(Service service) => (await service.Get("/v1/items")).Json.GetProperty("items").GetArrayLength();
}

/// <summary>Stands in for the operations, so that listing and creating items do what a test needs. Nothing is migrated then, and the host starts sooner.</summary>
internal sealed class StubOperations(Func<CancellationToken, Task> run) : IItemsOperations
{
    public static Task<Service> StartServiceAsync(Func<CancellationToken, Task> run, Dictionary<string, string>? settings = null, Action<IServiceCollection>? replace = null) =>
        Service.StartAsync("Production", settings, services =>
        {
            services.AddSingleton<IItemsOperations>(new StubOperations(run));
            replace?.Invoke(services);
        });

    public async Task<ListItemsResult> ListItems(ListItemsRequest request, CancellationToken cancellationToken)
    {
        await run(cancellationToken);
        return ListItemsResult.Ok(new ItemList { Items = [] });
    }

    public async Task<CreateItemResult> CreateItem(CreateItemRequest request, CancellationToken cancellationToken)
    {
        await run(cancellationToken);
        throw new NotSupportedException();
    }

    public Task<GetItemResult> GetItem(GetItemRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();
}
