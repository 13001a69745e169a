namespace GoldenService.Tests;

using System;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Client;
using Xunit;

[Trait("Checklist", "metrics")]
public sealed class MetricTests
{
#if (postgres)
    private const string Import = "COPY orders";
#else
    private const string Import = "INSERT orders";
#endif

    [Fact] // Fails when a counter is not called, counts twice, or has another unit.
    public async Task Orders_are_counted_once_by_currency()
    {
        await using var service = await Service.StartAsync();
        using var measurements = new Measurements(service);
        var (draft, key) = (Examples.Draft(currency: Currency.USD), Examples.NewKey());

        var order = (await service.Orders.CreateOrderAsync(key, draft)).Result;
        await service.Orders.CreateOrderAsync(key, draft);
        await service.Orders.CancelOrderAsync(order.Id);
        await service.Orders.CancelOrderAsync(order.Id);
        await service.Orders.ImportOrdersAsync(new() { Orders = [Examples.Placed("a", DateTimeOffset.UnixEpoch), Examples.Placed("b", DateTimeOffset.UnixEpoch)] });

        Assert.Equal(
            [("orders.placed", "{order}", 1, "currency=USD"), ("orders.cancelled", "{order}", 1, "currency=USD"), ("orders.imported", "{order}", 2, "")],
            measurements.All.Where(measured => measured.Name.StartsWith("orders.", StringComparison.Ordinal)));
    }

    [Fact] // Fails when BatchAsync records no duration.
    public async Task An_import_is_measured_as_a_statement()
    {
        await using var service = await Service.StartAsync();
        using var measurements = new Measurements(service);

        await service.Orders.ImportOrdersAsync(new() { Orders = [Examples.Placed("a", DateTimeOffset.UnixEpoch)] });

        Assert.Contains($"db.namespace={service.Database.Name} db.query.summary={Import} db.system.name={TestDatabase.SystemName}", measurements.All.Where(measured => measured.Name == "db.client.operation.duration").Select(measured => measured.Tags));
    }

    [Fact] // Fails when DatabaseTelemetry records no duration, or adds the text of the statement.
    public async Task Statements_and_requests_are_measured_in_seconds_by_few_attributes()
    {
        await using var service = await Service.StartAsync();
        using var measurements = new Measurements(service);

        await service.Get($"/v1/orders/{Guid.NewGuid()}");

        Assert.Equal(("s", $"db.namespace={service.Database.Name} db.query.summary=SELECT orders db.system.name={TestDatabase.SystemName}"), await measurements.FirstAsync("db.client.operation.duration"));
        Assert.Equal(
            ("s", "http.request.method=GET http.response.status_code=404 http.route=/v1/orders/{orderId} network.protocol.version=1.1 url.scheme=http"),
            await measurements.FirstAsync("http.server.request.duration"));
    }
}
