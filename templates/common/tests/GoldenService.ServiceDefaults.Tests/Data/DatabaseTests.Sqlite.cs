namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults.TestHost;
using global::GoldenService.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting.Internal;
using Xunit;

[Trait("Checklist", "data-access")]
public sealed class DatabaseTests(Service service)
{
    private static readonly HostingEnvironment Environment = new() { ContentRootPath = AppContext.BaseDirectory };

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
        Database.UseDatabase(options, Database.Normalize($"Data Source={file}", Environment));
        await using var db = new AppDbContext(options.Options);

        var failure = await Assert.ThrowsAsync<SettingException>(() => Database.CheckAsync(db));

        Assert.Equal($"The database file {file} (setting ConnectionStrings:Database) cannot be used; it is damaged or no SQLite database: restore it, or name another file.", failure.Message);
    }

    [Fact] // Fails when the command migrate, started in another folder than the service, has another file.
    public void A_relative_path_starts_from_the_content_root()
    {
        var parsed = new SqliteConnectionStringBuilder(Database.Normalize("Data Source=data/app.db", Environment));

        Assert.Equal(Path.Combine(AppContext.BaseDirectory, "data", "app.db"), parsed.DataSource);
    }

    [Fact]
    public async Task A_file_that_is_not_there_yet_is_asked_for_by_a_service_that_runs()
    {
        await using var bare = await Service.StartAsync("Production", new() { ["ConnectionStrings:Database"] = $"{service.Database.ConnectionString}.missing" });

        Assert.Contains("migrate", (await bare.Get("/health/ready")).IsProblem(503).Detail, StringComparison.Ordinal);
        (await bare.Send(Examples.Good)).IsProblem(503);
    }
}
