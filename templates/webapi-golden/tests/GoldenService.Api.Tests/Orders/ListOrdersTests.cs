namespace GoldenService.Api.Tests;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Api.Client;
using global::GoldenService.Testing;
using Xunit;

[Trait("Checklist", "client")]
public sealed class ListOrdersTests(Service service)
{
    private static readonly DateTimeOffset Noon = Examples.Time("2026-03-01T12:00:00Z");

    [Fact]
    public async Task Pages_hold_every_order_once_newest_first_even_where_times_are_the_same()
    {
        var customer = Examples.NewCustomer();
        await ImportAsync([.. Enumerable.Range(0, 25).Select(n => Examples.Placed(customer, Noon.AddMinutes(n / 5)))]);

        var pages = new List<OrderPage>();
        do
        {
            pages.Add((await service.Orders.ListOrdersAsync(customer: customer, limit: 4, cursor: pages.LastOrDefault()?.NextCursor)).Result);
        }
        while (pages[^1].NextCursor is not null);

        var all = pages.SelectMany(page => page.Orders).ToList();
        Assert.Equal([4, 4, 4, 4, 4, 4, 1], pages.Select(page => page.Orders.Count));
        Assert.Equal(25, all.Select(order => order.Id).Distinct().Count());
        Assert.Equal(all.OrderByDescending(order => order.PlacedAt).ThenByDescending(order => order.Id.ToString(), StringComparer.Ordinal).Select(order => order.Id), all.Select(order => order.Id));
    }

    [Fact]
    public async Task A_page_that_ends_with_the_last_order_has_no_next()
    {
        var customer = Examples.NewCustomer();
        await ImportAsync([.. Enumerable.Range(0, 3).Select(n => Examples.Placed(customer, Noon.AddMinutes(n)))]);

        Assert.Null((await service.Orders.ListOrdersAsync(customer: customer, limit: 3)).Result.NextCursor);
        Assert.NotNull((await service.Orders.ListOrdersAsync(customer: customer, limit: 2)).Result.NextCursor);
    }

    [Fact]
    public async Task An_order_placed_while_pages_are_read_moves_none_of_them()
    {
        var customer = Examples.NewCustomer();
        await ImportAsync([.. Enumerable.Range(0, 4).Select(n => Examples.Placed(customer, Noon.AddMinutes(n)))]);
        var first = (await service.Orders.ListOrdersAsync(customer: customer, limit: 2)).Result;

        await ImportAsync([Examples.Placed(customer, Noon.AddHours(1))]);
        var second = (await service.Orders.ListOrdersAsync(customer: customer, limit: 2, cursor: first.NextCursor)).Result;

        Assert.Equal([3, 2, 1, 0], first.Orders.Concat(second.Orders).Select(order => (order.PlacedAt - Noon).TotalMinutes));
    }

    [Fact]
    public async Task Every_filter_holds_and_they_hold_together()
    {
        var customer = Examples.NewCustomer();
        await ImportAsync([.. Enumerable.Range(1, 6).Select(n => Examples.Placed(customer, Noon.AddHours(n), total: n))]);
        var all = (await service.Orders.ListOrdersAsync(customer: customer)).Result.Orders;
        await service.Orders.CancelOrderAsync(all.Single(order => order.Total == 3).Id);

        async Task<decimal[]> Totals(OrderStatus? status = null, decimal? minTotal = null, DateTimeOffset? from = null, DateTimeOffset? before = null) =>
            [.. (await service.Orders.ListOrdersAsync(customer, status, minTotal, from, before)).Result.Orders.Select(order => order.Total)];

        Assert.Equal([6, 5, 4, 3, 2, 1], await Totals());
        Assert.Equal([3], await Totals(status: OrderStatus.Cancelled));
        Assert.Equal([6, 5, 4, 2, 1], await Totals(status: OrderStatus.Open));
        Assert.Equal([6, 5], await Totals(minTotal: 5));
        Assert.Equal([6], await Totals(minTotal: 5.001m));
        Assert.Equal([6, 5, 4], await Totals(from: Noon.AddHours(4)));
        Assert.Equal([6, 5], await Totals(from: Noon.AddHours(4).AddTicks(1)));
        Assert.Equal([3, 2, 1], await Totals(before: Noon.AddHours(4)));
        Assert.Equal([4, 3, 2, 1], await Totals(before: Noon.AddHours(4).AddTicks(1)));
        Assert.Equal([6, 5, 4], await Totals(from: Noon.AddHours(4).ToOffset(TimeSpan.FromHours(-7))));
        Assert.Equal([4, 2], await Totals(OrderStatus.Open, 2, Noon, Noon.AddHours(5)));
    }

    [Fact]
    public async Task The_list_of_a_customer_without_orders_is_empty()
    {
        var page = (await service.Orders.ListOrdersAsync(customer: Examples.NewCustomer())).Result;

        Assert.Empty(page.Orders);
        Assert.Null(page.NextCursor);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("f_______________________________")]
    public async Task A_cursor_that_no_page_gave_is_refused(string cursor)
    {
        var refused = await Assert.ThrowsAsync<ApiException<ValidationProblem>>(() => service.Orders.ListOrdersAsync(cursor: cursor));

        Assert.Equal(["cursor"], refused.Result.Errors.Keys);
    }

    private Task<ApiResponse<ImportResult>> ImportAsync(params PlacedOrder[] orders) => service.Orders.ImportOrdersAsync(new OrderImport { Orders = orders });
}
