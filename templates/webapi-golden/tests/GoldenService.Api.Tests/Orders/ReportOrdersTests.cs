namespace GoldenService.Api.Tests;

using System;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Api.Client;
using global::GoldenService.Testing;
using Xunit;

[Trait("Checklist", "data-access")]
public sealed class ReportOrdersTests(Service service)
{
    [Fact]
    public async Task Open_orders_are_summed_up_by_month_and_currency()
    {
        // Years that no other test has.
        var customer = Examples.NewCustomer();
        await service.Orders.ImportOrdersAsync(new OrderImport
        {
            Orders =
            [
                Examples.Placed(customer, Examples.Time("1901-01-31T23:59:59.999Z"), Currency.EUR, 0.10m),
                Examples.Placed(customer, Examples.Time("1901-01-01T00:00:00Z"), Currency.EUR, 0.20m),
                Examples.Placed(customer, Examples.Time("1901-01-15T00:00:00Z"), Currency.USD, 5),
                Examples.Placed(customer, Examples.Time("1901-02-01T00:00:00Z"), Currency.EUR, 7),
                Examples.Placed(customer, Examples.Time("1901-03-01T01:00:00+02:00"), Currency.EUR, 9),
                Examples.Placed(customer, Examples.Time("1901-03-01T00:00:00Z"), Currency.EUR, 1000),
                Examples.Placed(customer, Examples.Time("1900-12-31T23:59:59.999Z"), Currency.EUR, 1000),
                Examples.Placed(customer, Examples.Time("1901-01-02T00:00:00Z"), Currency.EUR, 1000),
            ],
        });
        var cancelled = (await service.Orders.ListOrdersAsync(customer: customer, placedFrom: Examples.Time("1901-01-02T00:00:00Z"), placedBefore: Examples.Time("1901-01-03T00:00:00Z"))).Result;
        await service.Orders.CancelOrderAsync(Assert.Single(cancelled.Orders).Id);

        var report = await service.Orders.ReportOrdersAsync(new DateOnly(1901, 1, 1), new DateOnly(1901, 2, 28));

        Assert.Equal(
            [("1901-01", Currency.EUR, 2, 0.30m), ("1901-01", Currency.USD, 1, 5), ("1901-02", Currency.EUR, 2, 16)],
            report.Result.Rows.Select(row => (row.Month, row.Currency, row.Orders, row.Total)));
    }

    [Fact]
    public async Task A_day_without_orders_has_no_rows() =>
        Assert.Empty((await service.Orders.ReportOrdersAsync(new DateOnly(1800, 1, 1), new DateOnly(1800, 1, 1))).Result.Rows);

    [Fact] // Fails when the database has an infinity, a rounding or an offset of its own for them.
    public async Task The_first_and_the_last_moment_of_the_calendar_are_times_as_any_other()
    {
        var (customer, first, last) = (Examples.NewCustomer(), Examples.Time("0001-01-01T00:00:00Z"), Examples.Time("9999-12-31T23:59:59.999Z"));
        await service.Orders.ImportOrdersAsync(new OrderImport { Orders = [Examples.Placed(customer, first), Examples.Placed(customer, last)] });

        var newest = (await service.Orders.ListOrdersAsync(customer: customer, limit: 1)).Result;
        var oldest = (await service.Orders.ListOrdersAsync(customer: customer, limit: 1, cursor: newest.NextCursor)).Result;
        Assert.Equal([last, first], newest.Orders.Concat(oldest.Orders).Select(order => order.PlacedAt));
        Assert.Equal("0001-01", Assert.Single((await service.Orders.ReportOrdersAsync(DateOnly.MinValue, DateOnly.MinValue)).Result.Rows).Month);
        Assert.Equal("9999-12", Assert.Single((await service.Orders.ReportOrdersAsync(DateOnly.MaxValue, DateOnly.MaxValue)).Result.Rows).Month);
    }

    [Fact]
    public async Task The_whole_calendar_is_a_period() =>
        Assert.Equal(200, (await service.Orders.ReportOrdersAsync(DateOnly.MinValue, DateOnly.MaxValue)).StatusCode);

    [Fact]
    public async Task A_period_that_ends_before_it_begins_is_refused()
    {
        var refused = await Assert.ThrowsAsync<ApiException<ValidationProblem>>(() => service.Orders.ReportOrdersAsync(new DateOnly(2026, 2, 1), new DateOnly(2026, 1, 31)));

        Assert.Equal(["to"], refused.Result.Errors.Keys);
    }
}
