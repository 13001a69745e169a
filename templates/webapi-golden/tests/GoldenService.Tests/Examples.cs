namespace GoldenService.Tests;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Client;
using Xunit;

/// <summary>Orders to try things with, and what the tests that are about no operation in particular ask for.</summary>
internal static class Examples
{
    /// <summary>A body that is carried out.</summary>
    public const string Body = """{"customer":"a","currency":"EUR","lines":[{"sku":"TEA-001","quantity":2,"unitPrice":4.50}]}""";

    /// <summary>The methods of the path of <see cref="Good"/>.</summary>
    public const string Allowed = "GET, POST";

    /// <summary>What telemetry calls the statement of <see cref="Item"/>.</summary>
    public const string Statement = "SELECT orders";
#if (postgres)

    /// <summary>A table that requests read and write.</summary>
    public const string Table = "orders";
#endif

    /// <summary>Who calls when a test uses the clients that tests share.</summary>
#if (jwt)
    public static Caller Caller => new() { Subject = Issuer.Tester };
#else
    public static Caller Caller => new();
#endif

    /// <summary>A request that is carried out, as often as it is sent.</summary>
    public static Request Good => new("GET", "/v1/orders", "/v1/orders?limit=1", 200);

    /// <summary>A request that does not keep to the contract.</summary>
    public static Request Bad => new("GET", "/v1/orders", "/v1/orders?limit=0", 400);

    /// <summary>A request for something by its id, which is not there.</summary>
    public static Request Item(Guid id) => new("GET", "/v1/orders/{orderId}", $"/v1/orders/{id}", 404);

    /// <summary>A request with a body, and the status that <see cref="Body"/> is answered with.</summary>
    public static Request WithBody(string body) => new("POST", "/v1/orders", "/v1/orders", 201, body) { Headers = [("Idempotency-Key", NewKey())] };

    /// <summary>Requests that say a text wherever a caller can.</summary>
    public static IEnumerable<Request> Saying(string text)
    {
        string Order(string currency) => $$"""{"customer":"{{text}}-customer","currency":"{{currency}}","lines":[{"sku":"TEA-001","quantity":1,"unitPrice":1}],"note":"{{text}}-note"}""";

        Request[] requests =
        [
            WithBody(Order("EUR")),
            WithBody(Order("USD")) with { Status = 409 },
            WithBody(Order($"{text}-currency")) with { Status = 400 },
            WithBody($"{{\"{text}") with { Status = 400 },
            new("POST", "/v1/orders/import", "/v1/orders/import", 200, $$"""{"orders":[{"customer":"{{text}}-customer","currency":"EUR","placedAt":"2026-01-01T00:00:00Z","lines":[{"sku":"TEA-001","quantity":1,"unitPrice":1}],"note":"{{text}}-note"}]}"""),
            new("GET", "/v1/orders", $"/v1/orders?customer={text}-customer", 200),
            new("GET", "/v1/orders", $"/v1/orders?limit={text}-limit", 400),
        ];
        return requests.Select(request => request with { Headers = [("Idempotency-Key", $"{text}-key")] });
    }

    /// <summary>A call through the client.</summary>
    public static Task CallAsync(Service service) => service.Orders.ListOrdersAsync();

    /// <summary>Puts one thing into the database, through the service.</summary>
    public static Task AddAsync(Service service) => service.Orders.CreateOrderAsync(NewKey(), Draft());

    /// <summary>How many such things there are, as the service sees it.</summary>
    public static async Task<int> CountAsync(Service service) => (await service.Orders.ListOrdersAsync()).Result.Orders.Count;

    /// <summary>Values of parameters, by "in name", with which every operation of the contract succeeds.</summary>
    public static async Task<Dictionary<string, string>> KnownAsync(Service service)
    {
        var order = await service.Orders.CreateOrderAsync(NewKey(), Draft());
        await service.Orders.CreateOrderAsync(NewKey(), Draft());
        return new()
        {
            ["path orderId"] = order.Result.Id.ToString(),
            ["header If-Match"] = order.Headers["ETag"],
            ["header Idempotency-Key"] = NewKey(),
            ["query cursor"] = (await service.Orders.ListOrdersAsync(limit: 1)).Result.NextCursor!,
        };
    }
#if (postgres)

    /// <summary>Has the service do everything that it can.</summary>
    public static async Task CallEveryOperationAsync(Service service)
    {
        var (orders, customer) = (service.Orders, NewCustomer());
        var order = await orders.CreateOrderAsync(NewKey(), Draft(customer));
        var updated = await orders.UpdateOrderAsync(order.Result.Id, order.Headers["ETag"], Draft(customer));
        Assert.Equal(updated.Headers["ETag"], (await orders.GetOrderAsync(order.Result.Id)).Headers["ETag"]);
        await orders.CancelOrderAsync(order.Result.Id);
        await orders.ImportOrdersAsync(new() { Orders = [Placed(customer, DateTimeOffset.UnixEpoch)] });
        Assert.Equal(2, (await orders.ListOrdersAsync(customer: customer)).Result.Orders.Count);
        Assert.Single((await orders.ReportOrdersAsync(new DateOnly(1970, 1, 1), new DateOnly(1970, 1, 1))).Result.Rows);
    }
#endif

    public static string NewCustomer() => $"customer-{Guid.NewGuid():N}";

    public static string NewKey() => Guid.NewGuid().ToString();

    public static OrderLine Line(string sku = "TEA-001", int quantity = 2, decimal unitPrice = 4.50m) =>
        new() { Sku = sku, Quantity = quantity, UnitPrice = unitPrice };

    public static OrderDraft Draft(string? customer = null, Currency currency = Currency.EUR, string? note = null, params OrderLine[] lines) =>
        new() { Customer = customer ?? NewCustomer(), Currency = currency, Lines = lines is [] ? [Line()] : lines, Note = note };

    public static PlacedOrder Placed(string customer, DateTimeOffset placedAt, Currency currency = Currency.EUR, decimal total = 9) =>
        new() { Customer = customer, Currency = currency, PlacedAt = placedAt, Lines = [Line(quantity: 1, unitPrice: total)] };

    public static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
