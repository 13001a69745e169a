namespace GoldenService.Api.Tests;

using System;
using System.Threading.Tasks;
using global::GoldenService.Api.Client;
using global::GoldenService.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Xunit;

[Trait("Checklist", "data-access")]
public sealed class StorageTests(Service service)
{
    [Fact]
    public async Task Money_and_times_are_whole_numbers_in_the_database()
    {
        var created = await service.Orders.CreateOrderAsync(Examples.NewKey(), Examples.Draft());

        var types = await service.WithDatabase(db => db.Database
            .SqlQuery<string>($"""SELECT pg_typeof(total) || ' ' || pg_typeof(placed_at) || ' ' || total AS "Value" FROM orders WHERE id = {created.Result.Id}""")
            .SingleAsync());

        Assert.Equal("bigint bigint 900", types);
    }

    [Fact] // Fails when the server parses and plans each read anew; a report, whose parameters decide on its plan, must be.
    public async Task Statements_are_prepared_and_the_report_is_not()
    {
        using var database = new TestDatabase();
        await using var single = await StartAsync(database, "Maximum Pool Size=1");
        var placed = await single.Orders.CreateOrderAsync(Examples.NewKey(), Examples.Draft());
        await single.Orders.GetOrderAsync(placed.Result.Id);
        await single.Orders.ReportOrdersAsync(new(2026, 1, 1), new(2026, 1, 31));

        var prepared = await single.WithDatabase(db => db.Database.SqlQuery<string>($"""SELECT statement AS "Value" FROM pg_prepared_statements""").ToListAsync());

        Assert.Contains(prepared, statement => statement.StartsWith("INSERT INTO orders", StringComparison.Ordinal));
        Assert.Contains(prepared, statement => statement.StartsWith("SELECT", StringComparison.Ordinal) && statement.Contains("LEFT JOIN order_lines", StringComparison.Ordinal));
        Assert.DoesNotContain(prepared, statement => statement.Contains("sum(total)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_month_of_the_report_is_one_of_UTC_wherever_the_server_is()
    {
        using var database = new TestDatabase();
        await using var east = await StartAsync(database, "Timezone=Pacific/Kiritimati");
        await east.Orders.ImportOrdersAsync(new() { Orders = [Examples.Placed("east", new(2026, 1, 31, 23, 0, 0, TimeSpan.Zero))] });

        var report = await east.Orders.ReportOrdersAsync(new(2026, 1, 1), new(2026, 1, 31));

        Assert.Equal("2026-01", Assert.Single(report.Result.Rows).Month);
    }

    [Fact] // Fails when the index of a filter is missing, or is not in the order of the pages.
    public async Task A_page_is_sought_by_an_index_and_not_sorted()
    {
        await using var large = await Service.StartAsync(ownDatabase: true);
        await using var connection = new NpgsqlConnection(large.Database.ConnectionString);
        await connection.OpenAsync();
        await using var fill = new NpgsqlCommand(
            """
            INSERT INTO orders (id, owner, version, status, placed_at, customer, currency, total)
            SELECT gen_random_uuid(), 'o', 1, CASE n % 100 WHEN 0 THEN 'Open' ELSE 'Cancelled' END, n, 'c' || n % 100, 'EUR', n
            FROM generate_series(1, 20000) n;
            ANALYZE orders
            """,
            connection);
        await fill.ExecuteNonQueryAsync();

        foreach (var (where, condition) in new[]
        {
            ("placed_at <= 9000 AND (placed_at < 9000 OR id < '00000000-0000-0000-0000-000000000000')", "((owner = 'o'::text) AND (placed_at <= 9000))"),
            ("customer = 'c7' AND placed_at <= 9000", "((owner = 'o'::text) AND (customer = 'c7'::text) AND (placed_at <= 9000))"),
            ("status = 'Open' AND placed_at <= 9000", "((owner = 'o'::text) AND (status = 'Open'::text) AND (placed_at <= 9000))"),
        })
        {
            await using var explain = new NpgsqlCommand($"EXPLAIN SELECT * FROM orders WHERE owner = 'o' AND {where} ORDER BY placed_at DESC, id DESC LIMIT 20", connection);
            await using var reader = await explain.ExecuteReaderAsync();
            var plan = "";
            while (await reader.ReadAsync())
            {
                plan += reader.GetString(0) + "\n";
            }

            Assert.Contains("Index Scan Backward using", plan, StringComparison.Ordinal);
            Assert.Contains($"Index Cond: {condition}", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("Sort", plan, StringComparison.Ordinal);
        }
    }

    private static Task<Service> StartAsync(TestDatabase database, string settings) =>
        Service.StartAsync(settings: new() { ["ConnectionStrings:Database"] = $"{database.ConnectionString};{settings}" });
}
