namespace GoldenService.Tests;

using System;
using System.Diagnostics;
using System.Threading.Tasks;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Xunit;

[Trait("Checklist", "data-access")]
public sealed class DatabaseTests(Service service)
{
    [Fact] // Fails when a setting of the connection, the role or the database gives up what was answered.
    public async Task What_was_committed_is_on_disk_before_it_is_answered() =>
        Assert.Equal("on", await ShowAsync("synchronous_commit"));

    [Theory]
    [InlineData("fsync")]
    [InlineData("full_page_writes")]
    public async Task The_server_survives_a_power_cut(string setting)
    {
        var value = await ShowAsync(setting);

        Assert.SkipWhen(value == "off" && Environment.GetEnvironmentVariable("CI") != "true", $"This server has {setting} off: good enough for tests, and for nothing else.");
        Assert.Equal("on", value);
    }

    [Fact]
    public void The_connection_string_wins_over_what_the_service_sets()
    {
        var set = new NpgsqlConnectionStringBuilder(Api.Database.Normalize("Host=db;Database=orders"));
        var own = new NpgsqlConnectionStringBuilder(Api.Database.Normalize("Host=db;Database=orders;Application Name=a;Timeout=1;Command Timeout=2;Maximum Pool Size=3"));

        Assert.Equal((5, 20, 20, 0), (set.Timeout, set.CommandTimeout, set.MaxPoolSize, set.MaxAutoPrepare));
        Assert.EndsWith(".Api", set.ApplicationName, StringComparison.Ordinal);
        Assert.Equal(("a", 1, 2, 3), (own.ApplicationName, own.Timeout, own.CommandTimeout, own.MaxPoolSize));
    }

    [Fact]
    public async Task The_migrations_make_the_model_that_the_code_has() =>
        Assert.False(await service.WithDatabase(db => Task.FromResult(db.Database.HasPendingModelChanges())));

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
        await using var large = await Service.StartAsync();
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

    [Fact] // Fails when the exception of an exhausted pool is taken for a defect, or waiting is tried again.
    public async Task When_every_connection_is_taken_the_service_is_unavailable()
    {
        using var database = new TestDatabase();
        await using var single = await StartAsync(database, "Maximum Pool Size=1;Timeout=2");

        await single.WithDatabase(async db =>
        {
            await db.Database.OpenConnectionAsync();
            await IsUnavailableAfterOneTimeout(single);
            return true;
        });

        Assert.Equal(200, (await single.Get("/v1/orders")).Status);
    }

    [Fact] // Fails when the exception of a timeout is taken for a defect, or waiting is tried again.
    public async Task When_the_database_takes_too_long_the_service_is_unavailable()
    {
        using var database = new TestDatabase();
        await using var impatient = await StartAsync(database, "Command Timeout=2");
        await using var other = new NpgsqlConnection(database.ConnectionString);
        await other.OpenAsync();
        await using (var transaction = await other.BeginTransactionAsync())
        {
            await using var command = new NpgsqlCommand("LOCK TABLE orders", other, transaction);
            await command.ExecuteNonQueryAsync();

            await IsUnavailableAfterOneTimeout(impatient);
        }

        Assert.Equal(200, (await impatient.Get("/v1/orders")).Status);
    }

    private static async Task IsUnavailableAfterOneTimeout(Service service)
    {
        var start = Stopwatch.GetTimestamp();
        (await service.Get("/v1/orders")).IsProblem(503);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 1.5, 7);
    }

    private static Task<Service> StartAsync(TestDatabase database, string settings) =>
        Service.StartAsync(settings: new() { ["ConnectionStrings:Orders"] = $"{database.ConnectionString};{settings}" });

    private Task<string> ShowAsync(string setting) => service.WithDatabase(db => db.Database.SqlQuery<string>($"""SELECT current_setting({setting}) AS "Value" """).SingleAsync());
}
