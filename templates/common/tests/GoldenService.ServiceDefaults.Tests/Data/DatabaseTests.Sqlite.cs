namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults.TestHost;
using global::GoldenService.Testing;
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
        var options = new DbContextOptionsBuilder<AppDbContext>();
        Database.UseDatabase(options, Database.Normalize($"Data Source={file}", ""));
        await using var db = new AppDbContext(options.Options);

        var failure = await Assert.ThrowsAsync<SettingException>(() => Database.CheckAsync(db));

        Assert.Equal($"The database file {file} (setting ConnectionStrings:Database) cannot be used; it is damaged or no SQLite database: restore it, or name another file.", failure.Message);
    }

    [Fact]
    public async Task A_file_that_is_not_there_yet_is_asked_for_by_a_service_that_runs()
    {
        await using var bare = await Service.StartAsync("Production", new() { ["ConnectionStrings:Database"] = $"{service.Database.ConnectionString}.missing" });

        Assert.Contains("migrate", (await bare.Get("/health/ready")).IsProblem(503).Detail, StringComparison.Ordinal);
        (await bare.Send(Examples.Good)).IsProblem(503);
    }
}
