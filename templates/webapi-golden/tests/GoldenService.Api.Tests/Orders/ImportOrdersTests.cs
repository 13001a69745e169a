namespace GoldenService.Api.Tests;

using System;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Api.Client;
using global::GoldenService.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

[Trait("Checklist", "data-access")]
public sealed class ImportOrdersTests(Service service)
{
    [Fact]
    public async Task An_imported_order_reads_as_one_that_was_placed_here()
    {
        var placed = Examples.Placed(Examples.NewCustomer(), Examples.Time("2026-01-15T09:30:00.123+02:00"), Currency.GBP) with
        {
            Note = "'; DROP TABLE orders; --",
            Lines = [Examples.Line("A-1", 3, 0.07m), Examples.Line("A-2", 1, 100_000)],
        };

        var imported = await service.Orders.ImportOrdersAsync(new OrderImport { Orders = [placed] });
        var order = Assert.Single((await service.Orders.ListOrdersAsync(customer: placed.Customer)).Result.Orders);
        var read = await service.Orders.GetOrderAsync(order.Id);

        Assert.Equal(1, imported.Result.Imported);
        Assert.Equal("\"1\"", read.Headers["ETag"]);
        Assert.Equal(placed.Lines, read.Result.Lines);
        Assert.Equal((OrderStatus.Open, placed.PlacedAt, placed.Currency, placed.Note, 100_000.21m), (order.Status, order.PlacedAt, order.Currency, order.Note, order.Total));
    }

    [Fact]
    public async Task One_bad_order_keeps_all_of_them_out()
    {
        var customer = Examples.NewCustomer();
        var orders = Enumerable.Range(0, 1000).Select(n => Examples.Placed(customer, DateTimeOffset.UnixEpoch.AddDays(n))).ToArray();
        orders[999] = orders[999] with { Lines = [Examples.Line(quantity: 0)] };

        var refused = await Assert.ThrowsAsync<ApiException<ValidationProblem>>(() => service.Orders.ImportOrdersAsync(new OrderImport { Orders = orders }));

        Assert.Equal(["orders[999].lines[0].quantity"], refused.Result.Errors.Keys);
        Assert.Empty((await service.Orders.ListOrdersAsync(customer: customer)).Result.Orders);
    }

    [Fact]
    public async Task What_fails_midway_leaves_nothing_behind()
    {
        const string customer = "fails-midway";
        await service.WithDatabase(db => db.Database.ExecuteSqlAsync($"CREATE UNIQUE INDEX stop ON orders (customer) WHERE customer = 'fails-midway'"));
        try
        {
            var failed = await Assert.ThrowsAsync<ApiException<Problem>>(() => service.Orders.ImportOrdersAsync(new OrderImport
            {
                Orders = [Examples.Placed(customer, DateTimeOffset.UnixEpoch), Examples.Placed(customer, DateTimeOffset.UnixEpoch.AddSeconds(1))],
            }));

            Assert.Equal(500, failed.StatusCode);
            Assert.Empty((await service.Orders.ListOrdersAsync(customer: customer)).Result.Orders);
        }
        finally
        {
            await service.WithDatabase(db => db.Database.ExecuteSqlAsync($"DROP INDEX stop"));
        }
    }

    [Fact]
    public async Task An_import_is_logged()
    {
        await service.Orders.ImportOrdersAsync(new OrderImport { Orders = [.. Enumerable.Repeat(Examples.Placed(Examples.NewCustomer(), DateTimeOffset.UnixEpoch), 17)] });

        Assert.Contains(service.Log.All, line => line.Message.StartsWith("Imported 17 orders in ", StringComparison.Ordinal) && line.TraceId is not null);
    }
}
