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
#if (rabbitmq)
    private const string Attempt = "process golden-service";
#else
    private const string Attempt = "process messages";
#endif

    // The way of an order until the worker has it.
    private static readonly string[] Accepted = ["gateway: POST /v1/orders", "gateway: POST", "api: POST /v1/orders", "api: send worker", "api: POST", "worker: POST /v1/webhooks"];

    [Fact] // Fails when an order is not shipped, or twice, or when its way is not one trace.
    public async Task An_order_is_shipped_once_however_often_it_was_sent()
    {
        var orders = new OrdersClient(system.Gateway);
        var key = Guid.NewGuid().ToString();
        var placed = await orders.CreateOrderAsync(key, Draft(), TestContext.Current.CancellationToken);
        var again = await orders.CreateOrderAsync(key, Draft(), TestContext.Current.CancellationToken);
        var order = placed.Result.Id;
        Assert.Equal(order, again.Result.Id);

        await system.ArrivesAsync(placed.Headers["Trace-Id"], [.. Accepted, $"worker: {Attempt}", "worker: INSERT shipments"]);
        Assert.Equal([order], system.Booked.Where(booked => booked == order));
    }

    [Fact] // Fails when an attempt is in a trace of its own, has a gap behind it, or does not say that it failed.
    public async Task A_shipment_that_fails_at_first_is_in_the_trace_of_the_order_with_each_attempt()
    {
        var placed = await new OrdersClient(system.Gateway).CreateOrderAsync(Guid.NewGuid().ToString(), Draft(Carrier.UnluckyCustomer), TestContext.Current.CancellationToken);

        var trace = await system.ArrivesAsync(placed.Headers["Trace-Id"], [.. Accepted, $"worker: {Attempt}", $"worker: {Attempt}", "worker: INSERT shipments"]);
        Assert.Equal([placed.Result.Id], system.Booked.Where(booked => booked == placed.Result.Id));
        var attempts = trace.Where(span => span is { Service: "worker", Name: Attempt }).OrderBy(span => span.StartedAt).ToList();
        Assert.Equal([true, false], attempts.Select(span => span.IsError));
        Assert.Equal(attempts.Select(span => span.Id), trace.Where(span => span is { Service: "worker", Name: "POST" }).OrderBy(span => span.StartedAt).Select(span => span.ParentId));
#if (rabbitmq)
        Assert.All(attempts, span => Assert.Equal("worker: process < worker: send < worker: POST < api: POST < api: send < api: POST < gateway: POST < gateway: POST", Way(span)));
#else
        Assert.All(attempts, span => Assert.Equal("worker: process < worker: POST < api: POST < api: send < api: POST < gateway: POST < gateway: POST", Way(span)));
#endif

        // Back to the request at the gateway; a gap would end it.
        string Way(Span span) =>
            $"{span.Service}: {span.Name.Split(' ')[0]}" + (trace.SingleOrDefault(parent => parent.Id == span.ParentId) is { } parent ? $" < {Way(parent)}" : "");
    }

    [Fact] // Fails when the system takes an order of anyone.
    public async Task Without_a_token_nothing_is_ordered()
    {
        using var http = new HttpClient { BaseAddress = system.Gateway.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/orders") { Content = JsonContent.Create(Draft()), Headers = { { "Idempotency-Key", "nobody" } } };
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    private static OrderDraft Draft(string customer = "acme") => new()
    {
        Customer = customer,
        Currency = Currency.EUR,
        Lines = [new() { Sku = "TEA-001", Quantity = 2, UnitPrice = 4.50m }],
    };
}
