namespace GoldenService.ServiceDefaults;

using System;
using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Headers = Microsoft.AspNetCore.HttpOverrides.ForwardedHeaders;

/// <summary>Which proxies stand before the service. What others forward is not believed.</summary>
public sealed class KnownProxiesOptions
{
    /// <summary>The addresses of proxies.</summary>
    public string[] KnownProxies { get; set; } = [];

    /// <summary>Networks of nothing but proxies, as in 10.1.0.0/16.</summary>
    public string[] KnownNetworks { get; set; } = [];

    /// <summary>How many proxies a request passes, one after the other. Each adds an address; those further left are the caller's own words.</summary>
    [Range(1, 10)]
    public int ForwardLimit { get; set; } = 1;
}

/// <summary>
/// Takes the caller's address and scheme, and the path that a proxy serves the service under, from X-Forwarded-For,
/// X-Forwarded-Proto and X-Forwarded-Prefix where a known proxy sent them. Not the host: nothing here is made from it.
/// </summary>
public static partial class ForwardedHeaders
{
    public static void AddForwardedHeaders(this IServiceCollection services)
    {
        services.AddSettings<KnownProxiesOptions>("ForwardedHeaders");
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<KnownProxiesOptions>>((forwarded, options) =>
        {
            var known = options.Value;

            // The framework would trust this machine; and where it knows no proxy at all, everybody.
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            forwarded.ForwardedHeaders = known is { KnownProxies: [], KnownNetworks: [] } ? Headers.None : Headers.XForwardedFor | Headers.XForwardedProto | Headers.XForwardedPrefix;
            forwarded.ForwardLimit = known.ForwardLimit;
            foreach (var proxy in known.KnownProxies)
            {
                forwarded.KnownProxies.Add(IPAddress.TryParse(proxy, out var address) ? address : throw Wrong("KnownProxies", "addresses, as in 10.1.0.5", proxy));
            }

            foreach (var range in known.KnownNetworks)
            {
                forwarded.KnownIPNetworks.Add(IPNetwork.TryParse(range, out var network) ? network : throw Wrong("KnownNetworks", "networks, as in 10.1.0.0/16", range));
            }
        });
    }

    public static void UseKnownProxies(this IApplicationBuilder app)
    {
        app.UseForwardedHeaders();
        app.Use((context, next) =>
        {
            // A proxy may hand on a caller's own header: with //host, Location would lead away from here.
            if (context.Request.PathBase is { HasValue: true, Value: var prefix })
            {
                context.Request.PathBase = Prefix().IsMatch(prefix) ? prefix.TrimEnd('/') : default(PathString);
            }

            return next(context);
        });
    }

    [GeneratedRegex(@"^(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+/?\z")]
    private static partial Regex Prefix();

    private static SettingException Wrong(string name, string expected, string value) =>
        new($"The setting ForwardedHeaders:{name} must be a list of {expected}, and has '{value}'.");
}
