namespace GoldenService.Api.Tests;

using System;
using System.Linq;
using System.Net.Http.Json;
using System.Threading.Tasks;
using global::GoldenService.Api.Client;
using global::GoldenService.Testing;
using Xunit;

/// <summary>Hers and mine: each test fails when the condition on the owner is taken out of the query that it names.</summary>
public sealed class OrderOwnershipTests(Service service)
{
    private readonly OrdersClient mine = service.OrdersOf($"me-{Guid.NewGuid():N}");
    private readonly OrdersClient hers = service.OrdersOf($"her-{Guid.NewGuid():N}");

    /// <summary>Fails by `Find` and by the query of UpdateOrder.</summary>
    [Fact]
    public async Task Her_order_is_answered_as_one_that_is_not_there()
    {
        var placed = await hers.CreateOrderAsync(Examples.NewKey(), Examples.Draft());
        var id = placed.Result.Id;

        foreach (var call in new Func<Guid, Task>[]
        {
            order => mine.GetOrderAsync(order),
            order => mine.UpdateOrderAsync(order, "\"1\"", Examples.Draft()),
            order => mine.UpdateOrderAsync(order, "\"9\"", Examples.Draft()),
            order => mine.CancelOrderAsync(order),
        })
        {
            var there = await Assert.ThrowsAsync<ApiException<Problem>>(() => call(id));
            var notThere = await Assert.ThrowsAsync<ApiException<Problem>>(() => call(Guid.NewGuid()));
            Assert.Equal(404, there.StatusCode);
            Assert.Equal(notThere.Result with { Instance = null, TraceId = "" }, there.Result with { Instance = null, TraceId = "" });
        }

        var after = await hers.GetOrderAsync(id);
        Assert.Equal("\"1\"", after.Headers["ETag"]);
        Assert.Equal(OrderStatus.Open, after.Result.Status);
    }

    /// <summary>Fails by the query of ListOrders.</summary>
    [Fact]
    public async Task A_page_has_the_callers_own_orders_only_also_by_her_cursor()
    {
        var customer = Examples.NewCustomer();
        foreach (var owner in new[] { mine, hers, mine, hers })
        {
            await owner.CreateOrderAsync(Examples.NewKey(), Examples.Draft(customer));
        }

        var page = await mine.ListOrdersAsync(customer: customer);
        var herFirst = await hers.ListOrdersAsync(limit: 1);
        var byHerCursor = await mine.ListOrdersAsync(cursor: herFirst.Result.NextCursor);
        var hersAfter = await hers.ListOrdersAsync(cursor: herFirst.Result.NextCursor);

        Assert.Equal(2, page.Result.Orders.Count);
        Assert.Equal([page.Result.Orders[0].Id, page.Result.Orders[1].Id], byHerCursor.Result.Orders.Select(order => order.Id));
        Assert.DoesNotContain(hersAfter.Result.Orders.Single().Id, byHerCursor.Result.Orders.Select(order => order.Id));
    }

    /// <summary>Fails by the SQL of OrdersReport, and when OrdersImport writes another owner.</summary>
    [Fact]
    public async Task A_report_sums_up_the_callers_own_orders_only()
    {
        await hers.ImportOrdersAsync(new OrderImport { Orders = [Examples.Placed("a", Examples.Time("2020-02-10T00:00:00Z"), total: 5)] });
        await mine.ImportOrdersAsync(new OrderImport { Orders = [Examples.Placed("a", Examples.Time("2020-02-10T00:00:00Z"), total: 7)] });

        var report = await mine.ReportOrdersAsync(new DateOnly(2020, 1, 1), new DateOnly(2020, 12, 31));

        var row = Assert.Single(report.Result.Rows);
        Assert.Equal((1, 7m), (row.Orders, row.Total));
    }

    /// <summary>Fails by `FindKey`, and when the key of the table idempotency_keys lacks the owner.</summary>
    [Fact]
    public async Task Her_idempotency_key_is_free_for_me()
    {
        var (key, draft) = (Examples.NewKey(), Examples.Draft());
        var hersPlaced = await hers.CreateOrderAsync(key, draft);

        var placed = await mine.CreateOrderAsync(key, draft);
        var refused = await Assert.ThrowsAsync<ApiException<Problem>>(() => mine.CreateOrderAsync(key, Examples.Draft()));

        Assert.NotEqual(hersPlaced.Result.Id, placed.Result.Id);
        Assert.Equal(409, refused.StatusCode);
        Assert.Equal(placed.Result.Id, (await mine.CreateOrderAsync(key, draft)).Result.Id);
        Assert.Equal(hersPlaced.Result.Id, (await hers.CreateOrderAsync(key, draft)).Result.Id);
    }
}
