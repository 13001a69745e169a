namespace GoldenService.Tests;

using System;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.EntityFrameworkCore;
using Xunit;

[Trait("Checklist", "data-access")]
public sealed class DatabaseTests(Service service)
{
    [Theory]
    [InlineData("journal_mode", "wal")]
    [InlineData("synchronous", "2")]
    [InlineData("foreign_keys", "1")]
    [InlineData("busy_timeout", "5000")]
    public async Task The_connections_of_the_service_are_set_up(string pragma, string expected) =>
        Assert.Equal(expected, await service.WithDatabase(async db =>
        {
            await db.Database.OpenConnectionAsync();
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = $"SELECT * FROM pragma_{pragma}";
            return Convert.ToString(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
        }));

    [Fact]
    public async Task A_file_that_is_no_database_is_told_of_in_a_sentence()
    {
        var file = typeof(DatabaseTests).Assembly.Location;
        var options = new DbContextOptionsBuilder<Worker.ShipmentsDbContext>();
        Worker.Database.UseDatabase(options, $"Data Source={file}");
        await using var db = new Worker.ShipmentsDbContext(options.Options);

        var failure = await Assert.ThrowsAsync<Worker.SettingException>(() => Worker.Database.CheckAsync(db));

        Assert.Equal($"The database file {file} (setting ConnectionStrings:Shipments) cannot be used; it is damaged or no SQLite database: restore it, or name another file.", failure.Message);
    }

    [Fact]
    public async Task A_file_that_is_not_there_yet_is_asked_for_by_a_service_that_runs()
    {
        await using var bare = await Service.StartAsync("Production", new() { ["ConnectionStrings:Shipments"] = $"{service.Database.ConnectionString}.missing" });

        Assert.Contains("migrate", (await bare.Get("/health/ready")).IsProblem(503).Detail, StringComparison.Ordinal);
        (await bare.Get("/v1/dead-letters")).IsProblem(503);
        (await bare.Send(Examples.WithBody(Examples.Body))).IsProblem(503);
    }

    [Fact]
    public async Task The_migrations_make_the_model_that_the_code_has() =>
        Assert.False(await service.WithDatabase(db => Task.FromResult(db.Database.HasPendingModelChanges())));

    [Fact]
    public async Task Times_are_whole_numbers_in_the_database()
    {
        var receipt = await service.Webhooks.ReceiveAsync(Examples.Webhook());

        var types = await service.WithDatabase(db => db.Database
            .SqlQuery<string>($"SELECT typeof(received_at) || ' ' || typeof(due_at) AS Value FROM messages WHERE id = {receipt.Result.MessageId}")
            .SingleAsync());

        Assert.Equal("integer integer", types);
    }
}
