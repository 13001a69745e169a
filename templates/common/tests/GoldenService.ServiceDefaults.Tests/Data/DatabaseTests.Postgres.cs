namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting.Internal;
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

    [Fact] // Fails when the pool is not measured, or the driver measures statements as the service does, so that each counts twice.
    public async Task The_driver_measures_the_pool_of_connections_and_nothing_else()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using (var exporting = await Service.StartAsync(settings: receiver.Settings("pool").ToDictionary(setting => setting.Name, setting => setting.Value)))
        {
            Assert.Equal(404, (await exporting.Send(Examples.Item(Guid.NewGuid()))).Status);
        }

        await receiver.HasReceivedAsync("/v1/metrics");
        var measured = receiver.Metrics.Where(metric => metric.Scope.Name == "Npgsql").Select(metric => metric.Name).Distinct().ToList();
        Assert.Contains("db.client.connection.count", measured); // Requests that wait are measured from the first one on.
        Assert.All(measured, name => Assert.StartsWith("db.client.connection.", name, StringComparison.Ordinal));
    }

    [Fact]
    public void The_connection_string_wins_over_what_the_service_sets()
    {
        var environment = new HostingEnvironment { ApplicationName = "named" };
        var set = new NpgsqlConnectionStringBuilder(Database.Normalize("Host=db;Database=app", environment));
        var own = new NpgsqlConnectionStringBuilder(Database.Normalize("Host=db;Database=app;Application Name=a;Timeout=1;Command Timeout=2;Maximum Pool Size=3", environment));

        Assert.Equal((5, 20, 20, 0), (set.Timeout, set.CommandTimeout, set.MaxPoolSize, set.MaxAutoPrepare));
        Assert.Equal("named", set.ApplicationName);
        Assert.Equal(("a", 1, 2, 3), (own.ApplicationName, own.Timeout, own.CommandTimeout, own.MaxPoolSize));
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

            // Busy, and not broken: if every instance were taken out for that, nothing would serve.
            Assert.Equal(200, (await single.Get("/health/ready")).Status);
            return true;
        });

        Assert.Equal(200, (await single.Send(Examples.Good)).Status);
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
            await using var command = new NpgsqlCommand($"LOCK TABLE {Examples.Table}", other, transaction);
            await command.ExecuteNonQueryAsync();

            await IsUnavailableAfterOneTimeout(impatient);
        }

        Assert.Equal(200, (await impatient.Send(Examples.Good)).Status);
    }

    private static async Task IsUnavailableAfterOneTimeout(Service service)
    {
        var start = Stopwatch.GetTimestamp();
        (await service.Send(Examples.Good)).IsProblem(503);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 1.5, 7);
    }

    private static Task<Service> StartAsync(TestDatabase database, string settings) =>
        Service.StartAsync(settings: new() { ["ConnectionStrings:Database"] = $"{database.ConnectionString};{settings}" });

    private Task<string> ShowAsync(string setting) => service.WithDatabase(db => db.Database.SqlQuery<string>($"""SELECT current_setting({setting}) AS "Value" """).SingleAsync());
}
