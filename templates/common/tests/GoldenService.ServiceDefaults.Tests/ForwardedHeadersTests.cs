namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Collections.Generic;
using System.IO;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

/// <summary>Whose request it is shows in whose budget it takes: each address has one request.</summary>
public sealed class ForwardedHeadersTests(Service service)
{
    // Fails when the framework's trust in this machine stays, and when no known proxy means every proxy.
    [Fact]
    public async Task What_an_unknown_peer_forwards_changes_nothing()
    {
        await using var limited = await StartAsync([]);
        Assert.Equal("200 429", await Ask(limited, "192.0.2.1", "192.0.2.2"));

        await using var elsewhere = await StartAsync(new() { ["ForwardedHeaders:KnownNetworks:0"] = "10.0.0.0/8" });
        Assert.Equal("200 429", await Ask(elsewhere, "192.0.2.1", "192.0.2.2"));

        // Nor is the framework's other default left, the loopback address of IPv6.
        var proxies = elsewhere.Services.GetRequiredService<IOptions<ForwardedHeadersOptions>>().Value.KnownProxies;
        Assert.Empty(proxies);
    }

    // Fails when a list is not read, and when X-Forwarded-For is not.
    [Theory]
    [InlineData("ForwardedHeaders:KnownProxies:0", "127.0.0.1")]
    [InlineData("ForwardedHeaders:KnownNetworks:0", "127.0.0.0/8")]
    [InlineData("ForwardedHeaders:KnownProxies", "10.0.0.1, 127.0.0.1")]
    public async Task What_a_known_proxy_forwards_counts(string setting, string value)
    {
        await using var limited = await StartAsync(new() { [setting] = value });

        Assert.Equal("200 200 429", await Ask(limited, "192.0.2.1", "192.0.2.2", "192.0.2.1"));
    }

    // Fails when the limit is not read, is one more, or the left-most address is taken.
    [Fact]
    public async Task Of_a_chain_the_address_that_the_last_known_proxy_saw_counts()
    {
        await using var one = await StartAsync(new() { ["ForwardedHeaders:KnownProxies:0"] = "127.0.0.1" });
        Assert.Equal("200 429 200", await Ask(one, "198.51.100.1, 192.0.2.1", "198.51.100.2, 192.0.2.1", "198.51.100.1, 192.0.2.2"));

        // Two proxies in a row, and a caller who would pass for another by the address of a proxy.
        await using var two = await StartAsync(new()
        {
            ["ForwardedHeaders:KnownProxies:0"] = "127.0.0.1",
            ["ForwardedHeaders:KnownNetworks:0"] = "10.0.0.0/8",
            ["ForwardedHeaders:ForwardLimit"] = "2",
        });
        Assert.Equal("200 429 200", await Ask(two, "198.51.100.1, 192.0.2.1, 10.0.0.1", "198.51.100.2, 192.0.2.1, 10.0.0.2", "10.0.0.3, 192.0.2.2, 10.0.0.1"));

        // A caller among the proxies' networks is not asked for whom it speaks.
        Assert.Equal("200 429", await Ask(two, "198.51.100.1, 10.0.0.7, 10.0.0.1", "198.51.100.2, 10.0.0.7, 10.0.0.1"));
    }

    [Theory] // Fails when the prefix is not read, is believed of anybody, or leads to another host.
    [InlineData("/shop", "127.0.0.1", "/shop")]
    [InlineData("/shop/api-2.0/", "127.0.0.1", "/shop/api-2.0")]
    [InlineData("/outer, /inner", "127.0.0.1", "/inner")]
    [InlineData("/shop", "10.0.0.1", "")]
    [InlineData("//evil.example", "127.0.0.1", "")]
    [InlineData("/\\evil.example", "127.0.0.1", "")]
    [InlineData("/a/../b", "127.0.0.1", "")]
    [InlineData("/a%0d%0ab", "127.0.0.1", "")]
    [InlineData("shop", "127.0.0.1", "")]
    [InlineData("/", "127.0.0.1", "")]
    public async Task The_prefix_of_a_known_proxy_is_part_of_the_paths_in_responses(string prefix, string proxy, string expected)
    {
        await using var behind = await Service.StartAsync(settings: new() { ["ForwardedHeaders:KnownProxies:0"] = proxy });

        var created = await behind.Send(Examples.WithBody(Examples.Body), ("X-Forwarded-Prefix", prefix));
        var problem = (await behind.Send(Examples.Bad, ("X-Forwarded-Prefix", prefix))).IsProblem(400);

        Assert.StartsWith($"{expected}/v1/items/", created.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal($"{expected}/v1/items", problem.Json.GetProperty("instance").GetString());
    }

    // Fails when a server of the served contract, or a reference of its page, is a path that leaves out the prefix.
    [Fact]
    public async Task The_documentation_behind_a_proxy_leads_to_the_paths_of_the_proxy()
    {
        await using var behind = await Service.StartAsync(settings: new() { ["ForwardedHeaders:KnownProxies:0"] = "127.0.0.1", ["Documentation:Ui"] = "true" });
        var prefix = ("X-Forwarded-Prefix", "/shop");

        var settings = (await behind.Send("GET", "/docs/index.js", headers: prefix)).Text;
        var contract = new Uri(new Uri("https://proxy.example/shop/docs/index.html"), Regex.Match(settings, @"(?<=""url"":"")[^""]+").Value);
        using var served = new StringReader((await behind.Send("GET", "/openapi.yaml", headers: prefix)).Text);
        var server = new Uri(contract, (string?)Assert.Single(ContractDocument.Parse(served)["servers"]!.AsArray())!["url"]);

        Assert.Equal(("https://proxy.example/shop/openapi.yaml", "https://proxy.example/shop/"), (contract.ToString(), server.ToString()));
    }

    // Fails when the value is not checked.
    [Theory]
    [InlineData("ForwardedHeaders:KnownProxies:0", "proxy.example", "The setting ForwardedHeaders:KnownProxies must be a list of addresses, as in 10.1.0.5, and has 'proxy.example'.")]
    [InlineData("ForwardedHeaders:KnownNetworks:0", "10.0.0.0/33", "The setting ForwardedHeaders:KnownNetworks must be a list of networks, as in 10.1.0.0/16, and has '10.0.0.0/33'.")]
    public async Task What_is_no_address_ends_the_start_with_a_sentence(string setting, string value, string sentence)
    {
        var (code, errors) = await RefusedStart.RunAsync(service, (setting, value));

        Assert.Equal((1, sentence), (code, errors.Trim()));
    }

    private static Task<Service> StartAsync(Dictionary<string, string> settings) =>
        Service.StartAsync(settings: new(settings) { ["RateLimits:PerAddress"] = "1", ["RateLimits:WindowSeconds"] = "86400" });

    /// <summary>The statuses of a request for each value of X-Forwarded-For.</summary>
    private static async Task<string> Ask(Service limited, params string[] forwardedFor)
    {
        var statuses = new List<int>();
        foreach (var value in forwardedFor)
        {
            statuses.Add((await limited.Send("GET", "/openapi.yaml", headers: ("X-Forwarded-For", value))).Status);
        }

        return string.Join(' ', statuses);
    }
}
