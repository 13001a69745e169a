namespace GoldenService.Gateway;

using System.Collections.Generic;
using System.Linq;
using global::GoldenService.ServiceDefaults;
using Yarp.ReverseProxy.Configuration;
using ApiRoutes = global::GoldenService.Gateway.Api.Generated.ContractRoutes;
using WorkerRoutes = global::GoldenService.Gateway.Worker.Generated.ContractRoutes;

/// <summary>What the gateway forwards: the operations of the services' contracts, and nothing else.</summary>
internal static class Operations
{
    public const string Api = "api";
    public const string Worker = "worker";

    /// <summary>The scopes that they ask for.</summary>
    public static IReadOnlyList<string> Scopes { get; } = [.. ApiRoutes.Scopes.Concat(WorkerRoutes.Scopes).Distinct()];

    /// <summary>By the ids of their routes.</summary>
    public static IReadOnlyDictionary<string, ForwardedOperation> ByRoute { get; } = Of(Api, ApiRoutes.Operations).Concat(Of(Worker, WorkerRoutes.Operations)).ToDictionary();

    public static IReadOnlyList<RouteConfig> Routes { get; } =
    [
        .. ByRoute.Select(one => new RouteConfig
        {
            RouteId = one.Key,
            ClusterId = one.Key.Split('.')[0],
            Match = new() { Path = one.Value.Path, Methods = [one.Value.Method] },
        }),
    ];

    private static IEnumerable<KeyValuePair<string, ForwardedOperation>> Of(string service, IEnumerable<ForwardedOperation> operations) =>
        operations.Select(operation => KeyValuePair.Create($"{service}.{operation.Id}", operation));
}
