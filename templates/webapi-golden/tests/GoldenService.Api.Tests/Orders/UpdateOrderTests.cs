namespace GoldenService.Api.Tests;

using System;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Api.Client;
using global::GoldenService.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using Server = global::GoldenService.Api.Generated;

[Trait("Checklist", "client")]
public sealed class UpdateOrderTests(Service service)
{
    [Fact]
    public async Task An_update_replaces_all_that_the_order_says()
    {
        var created = await service.Orders.CreateOrderAsync(Examples.NewKey(), Examples.Draft(note: "Old.", lines: [Examples.Line("A-1"), Examples.Line("A-2"), Examples.Line("A-3")]));
        var draft = Examples.Draft(currency: Currency.USD, lines: [Examples.Line("A-2", 1, 1), Examples.Line("A-9", 3, 0.10m)]);

        var updated = await service.Orders.UpdateOrderAsync(created.Result.Id, created.Headers["ETag"], draft);
        var read = await service.Orders.GetOrderAsync(created.Result.Id);

        Assert.Equal("\"2\"", updated.Headers["ETag"]);
        Assert.Equal("\"2\"", read.Headers["ETag"]);
        foreach (var order in new[] { updated.Result, read.Result })
        {
            Assert.Equal(draft.Lines, order.Lines);
            Assert.Equal((created.Result.Id, created.Result.PlacedAt, draft.Customer, Currency.USD, 1.30m, null), (order.Id, order.PlacedAt, order.Customer, order.Currency, order.Total, order.Note));
        }
    }

    [Fact]
    public async Task An_update_of_an_older_version_is_refused()
    {
        var created = await service.Orders.CreateOrderAsync(Examples.NewKey(), Examples.Draft());
        await service.Orders.UpdateOrderAsync(created.Result.Id, "\"1\"", Examples.Draft());

        foreach (var version in new[] { "\"1\"", "\"3\"", "\"02\"", "\"9999999999999999999999\"" })
        {
            Assert.Equal(412, await StatusOfUpdate(created.Result.Id, version));
        }
    }

    /// <summary>Fails when the version is no concurrency token, or is not counted up.</summary>
    [Fact]
    public async Task Of_twenty_updates_at_a_time_one_wins_each_round()
    {
        var id = (await service.Orders.CreateOrderAsync(Examples.NewKey(), Examples.Draft())).Result.Id;

        for (var round = 1; round <= 20; round++)
        {
            var eTag = $"\"{round}\"";
            var statuses = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => StatusOfUpdate(id, eTag))));
            Assert.Equal([200, .. Enumerable.Repeat(412, 19)], statuses.Order());
        }

        Assert.Equal("\"21\"", (await service.Orders.GetOrderAsync(id)).Headers["ETag"]);
    }

    [Fact]
    public async Task An_update_that_comes_between_reading_and_writing_wins()
    {
        var created = await service.Orders.CreateOrderAsync(Examples.NewKey(), Examples.Draft());
        var status = await service.WithDatabase(async db =>
        {
            // What this context has read is what the operation goes by.
            await db.Orders.Include(order => order.Lines).SingleAsync(order => order.Id == created.Result.Id);
            await service.Orders.UpdateOrderAsync(created.Result.Id, "\"1\"", Examples.Draft(note: "First."));

            var late = await new OrdersOperations(db, Examples.Caller, TimeProvider.System, service.Services.GetRequiredService<OrdersMetrics>(), NullLogger<OrdersOperations>.Instance).UpdateOrder(
                new Server.UpdateOrderRequest
                {
                    OrderId = created.Result.Id,
                    IfMatch = "\"1\"",
                    Body = new Server.OrderDraft { Customer = "late", Currency = Server.Currency.EUR, Lines = [new Server.OrderLine { Sku = "A-1", Quantity = 1, UnitPrice = 1 }] },
                },
                TestContext.Current.CancellationToken);
            return late.StatusCode;
        });

        Assert.Equal(412, status);
        Assert.Equal("First.", (await service.Orders.GetOrderAsync(created.Result.Id)).Result.Note);
    }

    [Fact]
    public async Task A_cancelled_order_cannot_be_changed()
    {
        var created = await service.Orders.CreateOrderAsync(Examples.NewKey(), Examples.Draft());
        var cancelled = await service.Orders.CancelOrderAsync(created.Result.Id);

        Assert.Equal(409, await StatusOfUpdate(created.Result.Id, cancelled.Headers["ETag"]));
    }

    [Fact]
    public async Task An_order_that_is_not_there_is_not_found() => Assert.Equal(404, await StatusOfUpdate(Guid.NewGuid(), "\"1\""));

    private async Task<int> StatusOfUpdate(Guid id, string ifMatch)
    {
        try
        {
            return (await service.Orders.UpdateOrderAsync(id, ifMatch, Examples.Draft())).StatusCode;
        }
        catch (ApiException<Problem> refused)
        {
            return refused.StatusCode;
        }
    }
}
