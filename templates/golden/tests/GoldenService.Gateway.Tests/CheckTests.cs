namespace GoldenService.Gateway.Tests;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Xunit;

/// <summary>What the gateway rejects itself, without a service having any work with it.</summary>
public sealed class CheckTests(SharedGateway shared)
{
    private readonly Gateway gateway = shared.Gateway;

    [Theory] // Fails when a request that does not keep to the contract is forwarded.
    [InlineData("""{ "customer": "acme", "currency": "XXX", "lines": [] }""", "currency: ", "lines: ")]
    [InlineData("""{ "customer": "acme" """, "$: ")]
    [InlineData("""{ "customer": "acme", "currency": "EUR", "lines": [ { "sku": "TEA-001", "quantity": 2, "unitPrice": 4.50 } ], "more": 1 }""", "more: ")]
    public async Task A_body_is_held_to_the_contract(string body, params string[] faults)
    {
        var (status, problem) = await SendAsync("api.createOrder", request => request.Content = new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        var errors = problem["errors"]!.AsObject().Select(error => $"{error.Key}: ").Order(StringComparer.Ordinal);
        Assert.Equal(faults.Order(StringComparer.Ordinal), errors);
    }

    [Fact] // Fails when parameters are not held to the contract.
    public async Task Parameters_are_held_to_the_contract()
    {
        var (status, problem) = await SendAsync("api.listOrders", request => request.RequestUri = new("/v1/orders?limit=0&color=red", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(["color", "limit"], problem["errors"]!.AsObject().Select(error => error.Key).Order(StringComparer.Ordinal));
    }

    [Fact] // Fails when a larger body than a service takes is forwarded.
    public async Task A_body_over_the_limit_is_rejected()
    {
        var (status, _) = await SendAsync("api.createOrder", request => request.Content = new StringContent(new string(' ', 1024 * 1024) + Calls.Order, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
    }

    [Fact] // Fails when a body of another media type is forwarded.
    public async Task A_body_of_another_type_is_rejected()
    {
        var (status, _) = await SendAsync("api.createOrder", request => request.Content = new StringContent(Calls.Order, Encoding.UTF8, "text/plain"));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, status);
    }

    public static TheoryData<string> Protected => [.. Operations.ByRoute.Keys.Where(route => route != "worker.receiveWebhook")];

    [Theory] // Fails when an operation is forwarded for a caller without a token, or without its scope.
    [MemberData(nameof(Protected))]
    public async Task Every_operation_needs_its_scope(string route)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(route, _ => { }, gateway.Stranger)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(route, _ => { }, gateway.ClientWith("other"))).Status);
    }

    [Fact] // Fails when one caller can send any number of requests.
    public async Task Addresses_and_subjects_are_limited()
    {
        await using var bySubject = await Gateway.StartAsync(1, ("RateLimits:PerSubject", "3"));
        Assert.Equal("200 200 200 429", await StatusesAsync(bySubject.ClientWith(subject: "one"), 4));
        Assert.Equal("200", await StatusesAsync(bySubject.ClientWith(subject: "two"), 1));

        await using var byAddress = await Gateway.StartAsync(1, ("RateLimits:PerAddress", "3"));
        Assert.Equal("401 401 401 429", await StatusesAsync(byAddress.Stranger, 4));
    }

    private static async Task<string> StatusesAsync(HttpClient client, int count)
    {
        var statuses = new List<int>();
        for (var call = 0; call < count; call++)
        {
            using var response = await client.SendAsync(Calls.Request("api.getOrder"), TestContext.Current.CancellationToken);
            statuses.Add((int)response.StatusCode);
        }

        return string.Join(' ', statuses);
    }

    /// <summary>Sends what no service may get.</summary>
    private async Task<(HttpStatusCode Status, JsonNode Problem)> SendAsync(string route, Action<HttpRequestMessage> change, HttpClient? client = null)
    {
        using var request = Calls.Request(route);
        change(request);
        using var response = await (client ?? gateway.ClientWith()).SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Empty(gateway.Api[0].Requests);
        Assert.Empty(gateway.Worker.Requests);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!);
    }
}
