namespace GoldenService.Api.Tests;

using System;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using global::GoldenService.Api.Client;
using global::GoldenService.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;
using Events = global::GoldenService.Worker.Client;

[Trait("Checklist", "data-access")]
public sealed class OutboxWriteTests(Service service)
{
    [Fact] // Fails when the event differs from the worker's contract, or from the order.
    public async Task A_placed_order_is_in_the_outbox_as_an_event_of_the_worker()
    {
        var order = (await service.Orders.CreateOrderAsync(Examples.NewKey(), Examples.Draft(lines: [Examples.Line("TEA-001", 2), Examples.Line("CUP-002", 1)]))).Result;

        var message = Assert.Single(await service.OutboxAsync(order.Id));
        Assert.Equal(
            $$$"""{"type":"order.placed","timestamp":{{{JsonSerializer.Serialize(order.PlacedAt)}}},"data":{"orderId":"{{{order.Id}}}","customer":"{{{order.Customer}}}","lines":[{"sku":"TEA-001","quantity":2},{"sku":"CUP-002","quantity":1}]}}""",
            Encoding.UTF8.GetString(message.Body));
        Assert.Equal((OutboxState.Pending, 0, null), (message.State, message.Attempts, message.Lease));
    }

    [Fact] // Fails when the repeated request stores an event of its own.
    public async Task A_repeated_request_is_one_event()
    {
        var (key, draft) = (Examples.NewKey(), Examples.Draft());

        var order = (await service.Orders.CreateOrderAsync(key, draft)).Result;
        await service.Orders.CreateOrderAsync(key, draft);

        Assert.Single(await service.OutboxAsync(order.Id));
        Assert.Single(await EventsOfAsync(draft.Customer));
    }

    [Fact] // Fails when the import stores no events, or one for all orders.
    public async Task Each_imported_order_is_an_event()
    {
        var customer = Examples.NewCustomer();

        await service.Orders.ImportOrdersAsync(new() { Orders = [.. Enumerable.Range(1, 3).Select(day => Examples.Placed(customer, DateTimeOffset.UnixEpoch.AddDays(day)))] });

        var orders = (await service.Orders.ListOrdersAsync(customer: customer)).Result.Orders;
        var events = await EventsOfAsync(customer);
        Assert.Equal(orders.Select(order => (order.Id, order.PlacedAt)).Order(), events.Select(placed => (placed.Data.OrderId, placed.Timestamp)).Order());
        Assert.Equal(orders.Select(order => order.Id).Order(), (await service.OutboxAsync()).Select(message => message.Key).Intersect(orders.Select(order => order.Id)).Order());
    }

    [Fact] // Fails when an order and its event are stored in two transactions.
    public async Task An_event_that_cannot_be_stored_leaves_no_order()
    {
        const string customer = "fails-in-the-outbox";
#if (postgres)
        await service.WithDatabase(db => db.Database.ExecuteSqlRawAsync("CREATE UNIQUE INDEX stop_outbox ON outbox_messages (state) WHERE position('fails-in-the-outbox'::bytea in body) > 0"));
#else
        await service.WithDatabase(db => db.Database.ExecuteSqlRawAsync("CREATE UNIQUE INDEX stop_outbox ON outbox_messages (state) WHERE instr(body, 'fails-in-the-outbox') > 0"));
#endif
        try
        {
            await service.Orders.CreateOrderAsync(Examples.NewKey(), Examples.Draft(customer));

            foreach (var call in new Func<Task>[]
            {
                () => service.Orders.CreateOrderAsync(Examples.NewKey(), Examples.Draft(customer)),
                () => service.Orders.ImportOrdersAsync(new() { Orders = [Examples.Placed(customer, DateTimeOffset.UnixEpoch)] }),
            })
            {
                Assert.Equal(500, (await Assert.ThrowsAsync<ApiException<Problem>>(call)).StatusCode);
                Assert.Single((await service.Orders.ListOrdersAsync(customer: customer)).Result.Orders);
                Assert.Single(await EventsOfAsync(customer));
            }
        }
        finally
        {
            await service.WithDatabase(db => db.Database.ExecuteSqlAsync($"DROP INDEX stop_outbox"));
        }
    }

    [Fact] // Fails when an order that cannot be stored leaves its event behind.
    public async Task An_order_that_cannot_be_stored_leaves_no_event()
    {
        const string customer = "fails-before-the-outbox";
        await service.WithDatabase(db => db.Database.ExecuteSqlAsync($"CREATE UNIQUE INDEX stop_order ON orders (customer) WHERE customer = 'fails-before-the-outbox'"));
        try
        {
            await service.Orders.CreateOrderAsync(Examples.NewKey(), Examples.Draft(customer));
            await Assert.ThrowsAsync<ApiException<Problem>>(() => service.Orders.CreateOrderAsync(Examples.NewKey(), Examples.Draft(customer)));

            Assert.Single(await EventsOfAsync(customer));
        }
        finally
        {
            await service.WithDatabase(db => db.Database.ExecuteSqlAsync($"DROP INDEX stop_order"));
        }
    }

    private async Task<Events.OrderPlaced[]> EventsOfAsync(string customer) =>
    [
        .. (await service.OutboxAsync())
            .Select(message => Assert.IsType<Events.Webhook.OfOrderPlaced>(JsonSerializer.Deserialize<Events.Webhook>(message.Body)).Value)
            .Where(placed => placed.Data.Customer == customer),
    ];
}
