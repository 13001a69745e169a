namespace GoldenService.Gateway;

using System;
using System.Collections.Generic;
using System.ComponentModel.DataAnnotations;
using System.Linq;
using global::GoldenService.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Transforms;

/// <summary>Where the services are. A service can have several addresses, one for each instance, or one that stands for all of them.</summary>
public sealed class ServicesOptions
{
    public string[] Api { get; set; } = [];

    public string[] Worker { get; set; } = [];

    /// <summary>How long a service may take to respond. Longer than the service's own limit, so that its response is what the caller gets.</summary>
    [Range(0.1, 3600.0)]
    public double TimeoutSeconds { get; set; } = 35;

    /// <summary>
    /// How often each address is asked whether it is ready. One that was not, twice, gets no requests until it is: twice this is less than
    /// Shutdown:DrainSeconds of the services, so that one that stops has no requests when it ends.
    /// </summary>
    [Range(0.1, 3600.0)]
    public double ProbeSeconds { get; set; } = 1;
}

/// <summary>Forwards requests to the services, by YARP.</summary>
internal static class Forwarding
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);

    // The address of a service may change.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    public static void AddForwarding(this IServiceCollection services)
    {
        services.AddSettings<ServicesOptions>("Services");
        services.AddOptions<ServicesOptions>().PostConfigure(Check);
        services.AddSingleton<IProxyConfigProvider>(provider => new InMemoryConfigProvider(Operations.Routes, Clusters(provider.GetRequiredService<IOptions<ServicesOptions>>().Value)));
        services.AddReverseProxy()
            .ConfigureHttpClient((_, client) => (client.ConnectTimeout, client.PooledConnectionLifetime) = (ConnectTimeout, ConnectionLifetime))
            .AddTransforms(transforms => transforms.AddRequestHeaderRemove("Forwarded")); // YARP replaces the X-Forwarded-* of callers.
    }

    public static void MapForwarding(this IEndpointRouteBuilder routes) =>
        routes.MapReverseProxy(requests =>
        {
            requests.UseMiddleware<RequestCheck>();
            requests.UseMiddleware<Failover>();
            requests.UseLoadBalancing();
        }).ConfigureEndpoints((endpoint, route) => Operations.ByRoute[route.RouteId].Protect(endpoint));

    private static IReadOnlyList<ClusterConfig> Clusters(ServicesOptions options) => [Cluster(Operations.Api, options.Api, options), Cluster(Operations.Worker, options.Worker, options)];

    private static ClusterConfig Cluster(string name, string[] addresses, ServicesOptions options) => new()
    {
        ClusterId = name,
        LoadBalancingPolicy = "PowerOfTwoChoices",
        Destinations = addresses.Index().ToDictionary(one => $"{one.Index}", one => new DestinationConfig { Address = one.Item }),
        HttpRequest = new() { ActivityTimeout = TimeSpan.FromSeconds(options.TimeoutSeconds) },
        HealthCheck = new()
        {
            Active = new() { Enabled = true, Policy = "ConsecutiveFailures", Path = "/health/ready", Interval = TimeSpan.FromSeconds(options.ProbeSeconds), Timeout = ConnectTimeout },
            AvailableDestinationsPolicy = "HealthyAndUnknown",
        },
    };

    private static void Check(ServicesOptions options)
    {
        foreach (var (name, addresses) in new[] { (nameof(options.Api), options.Api), (nameof(options.Worker), options.Worker) })
        {
            if (addresses is [] || !addresses.All(IsUsable))
            {
                throw new SettingException($"The setting Services:{name} must be a list of http or https URLs that have no user, query or fragment.");
            }
        }
    }

    private static bool IsUsable(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps) && uri is { UserInfo: "", Query: "", Fragment: "" };
}
