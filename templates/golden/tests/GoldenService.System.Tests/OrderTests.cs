namespace GoldenService.SystemTests;

using System;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Json;
using System.Threading.Tasks;
using global::GoldenService.Api.Client;
using Xunit;

/// <summary>Orders on their way through the whole system.</summary>
public sealed class OrderTests(RunningSystem system)
{
    private static readonly OrderDraft Draft = new()
    {
        Customer = "acme",
        Currency = Currency.EUR,
        Lines = [new() { Sku = "TEA-001", Quantity = 2, UnitPrice = 4.50m }],
    };

    [Fact] // Fails when an order is not shipped, or twice, or when its way is not one trace.
    public async Task An_order_is_shipped_once_however_often_it_was_sent()
    {
        var orders = new OrdersClient(system.Gateway);
        var key = Guid.NewGuid().ToString();
        var placed = await orders.CreateOrderAsync(key, Draft, TestContext.Current.CancellationToken);
        var again = await orders.CreateOrderAsync(key, Draft, TestContext.Current.CancellationToken);
        var order = placed.Result.Id;
        Assert.Equal(order, again.Result.Id);

        await system.ArrivesAsync(placed.Headers["Trace-Id"], "gateway: POST /v1/orders", "api: POST /v1/orders", "api: send worker", "worker: POST /v1/webhooks", "worker: INSERT shipments");
        Assert.Equal([order], system.Booked.Where(booked => booked == order));
    }

    [Fact] // Fails when the system takes an order of anyone.
    public async Task Without_a_token_nothing_is_ordered()
    {
        using var http = new HttpClient { BaseAddress = system.Gateway.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/orders") { Content = JsonContent.Create(Draft), Headers = { { "Idempotency-Key", "nobody" } } };
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }
}
