namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults.TestHost;
using global::GoldenService.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
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

    [Fact] // Fails when a write that waits for another one holds a thread, or when any number of them may wait.
    public async Task While_the_file_is_locked_writes_wait_without_a_thread_and_too_many_get_503()
    {
        using var database = new TestDatabase();
        await using var locked = await Service.StartAsync(settings: new() { ["ConnectionStrings:Database"] = $"{database.ConnectionString};Default Timeout=60" });
        Assert.Equal(201, (await locked.Send(Examples.WithBody(Examples.Body))).Status);
        using var measurements = new Measurements(locked);
        Task<Answer>[] writes;
        await using (var other = new SqliteConnection(database.ConnectionString))
        {
            await other.OpenAsync();
            await using var transaction = await other.BeginTransactionAsync();
            writes = [.. Enumerable.Range(0, 300).Select(_ => locked.Send(Examples.WithBody(Examples.Body)))];

            (await (await Task.WhenAny(writes))).IsProblem(503);
            Assert.Equal(200, (await locked.Get("/health/live").WaitAsync(TimeSpan.FromSeconds(3))).Status);
            measurements.Observe();
        }

        // So are both that alerts are about.
        Assert.Equal(256, Assert.Single(measurements.All, measured => measured.Name == "database.writes.waiting").Value);
        Assert.True(Assert.Single(measurements.All, measured => measured.Name == "database.disk.free").Value > 0);
        var statuses = (await Task.WhenAll(writes)).CountBy(response => response.Status).ToDictionary();
        Assert.InRange(statuses[503], 1, 300 - 257); // One writes, 256 wait; and some may come when that is over.
        Assert.Equal(300 - statuses[503], statuses[201]);
        Assert.Contains(locked.Log.All, line => line.Message == "The database cannot be used: WriteQueueFullException 5");
        Assert.Equal(200, (await locked.Get("/health/ready")).Status);
    }

    [Fact] // Fails when a write waits for others without an end, or the log does not say that it was for them that it waited.
    public async Task A_write_that_waits_too_long_for_others_gets_503_and_the_log_says_why()
    {
        using var database = new TestDatabase();
        await using var locked = await Service.StartAsync(
            settings: new() { ["ConnectionStrings:Database"] = $"{database.ConnectionString};Default Timeout=60" },
            replace: services => services.AddSingleton<TimeProvider>(new FastTimers()));
        Task<Answer>[] writes;
        await using (var other = new SqliteConnection(database.ConnectionString))
        {
            await other.OpenAsync();
            await using var transaction = await other.BeginTransactionAsync();
            writes = [.. Enumerable.Range(0, 2).Select(_ => locked.Send(Examples.WithBody(Examples.Body)))];

            (await (await Task.WhenAny(writes))).IsProblem(503);
        }

        Assert.Equal([201, 503], (await Task.WhenAll(writes)).Select(response => response.Status).Order());
        Assert.Contains(locked.Log.All, line => line.Message == "The database cannot be used: WriteTimeoutException 5");
    }

    [Fact] // Fails when a lock is waited for as long as the library does by itself, which is as long as a request may take.
    public async Task A_lock_that_stays_gives_503_before_the_request_times_out()
    {
        await using var locked = await Service.StartAsync(settings: new() { ["ConnectionStrings:Database"] = $"{service.Database.ConnectionString};Default Timeout=1" });
        await using (var other = new SqliteConnection(service.Database.ConnectionString))
        {
            await other.OpenAsync();
            await using var transaction = await other.BeginTransactionAsync();

            (await locked.Send(Examples.WithBody(Examples.Body)).WaitAsync(TimeSpan.FromSeconds(10))).IsProblem(503);
            await locked.WithDatabase(async db =>
            {
                await Assert.ThrowsAsync<SqliteException>(() => db.Database.BeginTransactionAsync());
                await other.CloseAsync();

                // The context lives on, and keeps nobody from writing.
                Assert.Equal(201, (await locked.Send(Examples.WithBody(Examples.Body)).WaitAsync(TimeSpan.FromSeconds(10))).Status);
                return true;
            });
        }
    }

    [Fact] // Fails when a migration waits for the lock of one whose process was killed: EF Core's lock is a row.
    public async Task A_migration_that_was_killed_does_not_keep_the_next_from_migrating()
    {
        using var database = new TestDatabase();
        await using (var killed = new SqliteConnection(database.ConnectionString))
        {
            await killed.OpenAsync();
            await using var command = killed.CreateCommand();
            command.CommandText = """CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL PRIMARY KEY, "Timestamp" TEXT NOT NULL); INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-15 09:30:00')""";
            await command.ExecuteNonQueryAsync();
        }

        await using var migrate = ServiceProcess.Start(service, ["migrate"], ("ConnectionStrings__Database", database.ConnectionString));

        Assert.Equal((0, ""), await migrate.ExitAsync());
    }

    [Fact] // Fails when the command migrate, started in another folder than the service, has another file.
    public void A_relative_path_starts_from_the_content_root()
    {
        var root = Path.GetTempPath(); // The current folder is that of the tests.

        var parsed = new SqliteConnectionStringBuilder(Database.Normalize("Data Source=data/app.db", new HostingEnvironment { ContentRootPath = root }));

        Assert.Equal(Path.Combine(root, "data", "app.db"), parsed.DataSource);
    }

    [Fact]
    public async Task A_file_that_is_not_there_yet_is_asked_for_by_a_service_that_runs()
    {
        await using var bare = await Service.StartAsync("Production", new() { ["ConnectionStrings:Database"] = $"{service.Database.ConnectionString}.missing" });

        Assert.Contains("migrate", (await bare.Get("/health/ready")).IsProblem(503).Detail, StringComparison.Ordinal);
        (await bare.Send(Examples.Good)).IsProblem(503);
    }

    /// <summary>Timers that end after a fortieth of their time.</summary>
    private sealed class FastTimers : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => base.CreateTimer(callback, state, dueTime / 40, period);
    }
}
