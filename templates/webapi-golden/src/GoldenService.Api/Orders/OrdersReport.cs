namespace GoldenService.Api;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.Api.Generated;
using Microsoft.EntityFrameworkCore;

/// <summary>Sums up open orders in the database, which reads each row once and sends only the sums.</summary>
internal static class OrdersReport
{
    // As in 2026-01. The time is in Unix milliseconds.
#if (postgres)
    private const string MonthOfPlacedAt = "to_char(to_timestamp(placed_at / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM')";
#else
    private const string MonthOfPlacedAt = "strftime('%Y-%m', placed_at / 1000.0, 'unixepoch')";
#endif

    private const string Sql =
        $$"""
        SELECT {{MonthOfPlacedAt}} AS month, currency, count(*) AS orders, CAST(sum(total) AS bigint) AS total
        FROM orders
        WHERE owner = {0} AND status = {1} AND placed_at >= {2} AND placed_at < {3}
        GROUP BY 1, 2
        ORDER BY 1, 2
        """;

    public static async Task<OrderReport> ReportAsync(this AppDbContext db, string owner, DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        var sums = await db.Database
            .SqlQueryRaw<Sums>(Sql, owner, nameof(OrderStatus.Open), StartOf(from), StartOf(to) + TimeSpan.MillisecondsPerDay)
            .ToListAsync(cancellationToken);

        return new OrderReport
        {
            Rows = [.. sums.Select(sum => new OrderReportRow
            {
                Month = sum.Month,
                Currency = Enum.Parse<Currency>(sum.Currency),
                Orders = sum.Orders,
                Total = MinorUnits.ToAmount(sum.Total),
            })],
        };
    }

    // A number, because the day after the last one of the calendar has no date.
    private static long StartOf(DateOnly day) => new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private sealed record Sums(string Month, string Currency, long Orders, long Total);
}
