namespace GoldenService.Api.Tests;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Api.Client;
using global::GoldenService.ServiceDefaults;
using global::GoldenService.Testing;
using Xunit;

[Trait("Checklist", "metrics")]
[Collection(TestOrder.Waiting)]
public sealed class OrderMetricTests(Service shared)
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

    [Fact] // Fails when a counter is first exported with an event in it: rate() and increase() would miss that event.
    public async Task Counters_start_at_zero()
    {
        ServiceProcess.SkipWhereItCannotBeCalledAndStopped();
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var process = ServiceProcess.Start(shared, [], [.. receiver.Settings("counters"), ("ASPNETCORE_ENVIRONMENT", "Development")]);

        await process.AddressAsync();

        await receiver.HasReceivedAsync("/v1/metrics");
        foreach (var (counter, tags) in new[] { ("orders.placed", Enum.GetNames<Currency>()), ("orders.cancelled", Enum.GetNames<Currency>()), ("orders.imported", [""]) })
        {
            var points = receiver.Metrics.First(metric => metric.Name == counter).Points;
            Assert.Equal(tags.Select(tag => (tag, 0d)), points.Select(point => (point.Attributes.GetValueOrDefault("currency", ""), point.Value)));
        }
    }

    [Fact] // Fails when ExecuteAsync records no duration.
    public async Task An_import_is_measured_as_a_statement()
    {
        await using var service = await Service.StartAsync();
        using var measurements = new Measurements(service);

        await service.Orders.ImportOrdersAsync(new() { Orders = [Examples.Placed("a", DateTimeOffset.UnixEpoch)] });

        Assert.Contains(string.Join(' ', [$"db.namespace={service.Database.Name}", $"db.query.summary={Import}", $"db.system.name={TestDatabase.SystemName}", .. service.Database.Server]), measurements.All.Where(measured => measured.Name == "db.client.operation.duration").Select(measured => measured.Tags));
    }
}
