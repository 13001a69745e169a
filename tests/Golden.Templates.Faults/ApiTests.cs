using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Golden.Templates.Tests;
using GoldenService.Testing;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Golden.Templates.Faults;

/// <summary>The published web API while its disk, its database or its callers fail: every request gets a response in time, and the process stays alive.</summary>
public sealed class ApiTests(InstalledPack pack)
{
    // What is held up by blocked or busy threads took 6 to 44 seconds; the rest is for callers and other tests, which have the same two cores.
    const double LiveWithin = 4;
    const double ResponseWithin = 4 + 4;

    [Fact] // Fails when writes that wait for each other hold threads, or a burst of large bodies has them all.
    public async Task LargeImportsAtOnceAllGetAResponse()
    {
        await using var database = NewFile();
        await using var api = await StartAsync("sqlite", database.ConnectionString);

        var imports = Api.ManyAsync(64, api.ImportAsync);
        var probes = await api.ProbeWhileAsync(RunningService.Live, imports);

        Summary.Write($"web API on SQLite, 64 imports of {Api.LargeImport.Length / 1024} KiB at once: {(await imports).Describe()}; liveness {probes.Describe()}");
        Assert.All(await imports, import => Assert.True(import.Status is 200 or 503, $"An import had {import}."));
        Assert.Contains(await imports, import => import.Status == 200);
        Assert.All(probes, IsAlive);
    }

    [Fact]
    public async Task WritesWaitForTheLockOfAnotherProcessOrGet503()
    {
        await using var database = NewFile();
        await using var api = await StartAsync("sqlite", database.ConnectionString);
        await database.GoAwayAsync();
        var isLocked = Task.Delay(TimeSpan.FromSeconds(12), TestContext.Current.CancellationToken);

        var writes = Api.ManyAsync(64, api.ImportAsync);
        var probes = await api.ProbeWhileAsync(RunningService.Live, isLocked);
        var read = await api.ListAsync();
        await database.ComeBackAsync();

        Summary.Write($"web API on SQLite, 64 imports while another process keeps the file locked for 12 s: {(await writes).Describe()}; liveness {probes.Describe()}");
        Assert.All(await writes, write => Assert.True(write is { Status: 200 or 503, Seconds: < 30 }, $"A write had {write}."));
        Assert.All(probes, IsAlive);
        Assert.Equal(200, read.Status);
        Assert.Equal(200, (await api.ImportAsync()).Status);
    }

    [Fact] // Fails when a lock outlives the process that had it.
    public async Task AMigrationThatIsKilledIsCompletedByTheNext()
    {
        await using var database = NewFile();
        var service = await Api.WithAsync(pack, "sqlite", database.ConnectionString);
        var killed = 0;
        for (var attempt = 0; attempt < 20 && killed < 2; attempt++)
        {
            using var migrate = service.Start("migrate");
            killed += await KillInMigrationAsync(migrate, database.ConnectionString) ? 1 : 0;
            await migrate.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var start = Stopwatch.GetTimestamp();
        (await service.RunAsync("migrate")).ShouldSucceed();
        Summary.Write($"web API on SQLite, {killed} migrations killed with their lock: the next took {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s");
        Assert.True(killed > 0, "No migration was killed while it had its lock.");
        await using var api = await service.StartAsync();
        Assert.Equal(200, (await api.ImportAsync()).Status);
    }

    [Fact] // Fails when a probe only reads.
    public async Task AFullDiskTakesTheInstanceOutAndIsNoEndOfIt()
    {
        using var disk = SmallDisk.Mount(megabytes: 2);
        var connectionString = $"Data Source={Path.Combine(disk.Folder, "app.db")}";
        await using var api = await StartAsync("sqlite", connectionString);

        disk.Fill();
        var writes = await Api.ManyAsync(8, api.ImportAsync);
        await api.ReadinessBecomesAsync(503);
        var read = await api.ListAsync();
        var live = await api.SendAsync(HttpMethod.Get, RunningService.Live);
        disk.Empty();
        await api.ReadinessBecomesAsync(200);

        Summary.Write($"web API on SQLite, disk full: writes {writes.Describe()}; reads {read.Status}; liveness {live.Status}");
        Assert.All(writes, write => Assert.Equal(503, write.Status));
        Assert.Equal((200, 200), (read.Status, live.Status));
    }

    [Theory] // Fails when what a caller sends, or how it leaves, is taken for a defect of the service.
    [InlineData("FFFFFFFFFFFFFFFF\r\n")]
    [InlineData("5\r\nabc")]
    public async Task BodiesThatCannotBeReadAreTheCallersFault(string body)
    {
        await using var database = NewFile();
        await using var api = await StartAsync("sqlite", database.ConnectionString);
        var printed = api.Output.Length;

        var statuses = new List<string>();
        for (var request = 0; request < 300; request++)
        {
            statuses.Add(await SendRawAsync(api.Client.BaseAddress!, body, leaves: body.StartsWith('5')));
        }

        Assert.Equal(200, (await api.ListAsync()).Status);
        var log = api.Output[printed..];
        Summary.Write($"web API on SQLite, 300 bodies that cannot be read ({JsonSerializer.Serialize(body)}): {string.Join(", ", statuses.CountBy(status => status).Select(status => $"{status.Value} × {status.Key}"))}; {log.Length} characters of log");
        Assert.All(statuses, status => Assert.True(status is "400" or "left", $"A request had {status}."));
        Assert.DoesNotContain("\"Error\"", log, StringComparison.Ordinal);
        Assert.True(log.Length < 300 * 100, log);
    }

    [Fact] // Fails when probes need a connection of those that requests have.
    public async Task ATableThatIsLockedTakesNoInstanceOut()
    {
        await using var database = await PostgresDatabase.CreateAsync(PostgresServer.ConnectionString());
        await using var api = await StartAsync("postgres", database.ConnectionString, ("Limits__RequestTimeoutSeconds", "4"));
        await using var other = new NpgsqlConnection(database.ConnectionString);
        await other.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await other.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("LOCK TABLE orders", other, transaction);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        var reads = Api.ManyAsync(64, api.ListAsync);
        var probes = await api.ProbeWhileAsync(RunningService.Ready, reads);
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);

        Summary.Write($"web API on PostgreSQL, a table locked, request timeout 4 s: {(await reads).Describe()}; readiness {probes.Describe()}");
        Assert.All(await reads, read => Assert.True(read is { Status: 503, Seconds: < ResponseWithin }, $"A request had {read}."));
        Assert.All(probes, IsAlive);
        Assert.Equal(200, (await api.ListAsync()).Status);
    }

    [Fact] // Fails when cancelling a statement waits for the server that does not respond.
    public async Task AServerThatHangsEndsNoRequestLate()
    {
        await using var server = await OwnPostgres.CreateAsync();
        await using var database = await PostgresDatabase.CreateAsync(server.ConnectionString);
        await using var api = await StartAsync("postgres", database.ConnectionString, ("Limits__RequestTimeoutSeconds", "4"));
        await Api.ManyAsync(40, api.ListAsync); // So that there are connections.
        server.Freeze();
        try
        {
            var reads = Api.ManyAsync(40, api.ListAsync);
            var probes = await api.ProbeWhileAsync(RunningService.Live, reads);

            Summary.Write($"web API on PostgreSQL, the server hangs, request timeout 4 s: {(await reads).Describe()}; liveness {probes.Describe()}");
            Assert.All(await reads, read => Assert.True(read is { Status: 503, Seconds: < ResponseWithin }, $"A request had {read}."));
            Assert.All(probes, IsAlive);
            Assert.Equal(503, (await api.SendAsync(HttpMethod.Get, RunningService.Ready)).Status);
        }
        finally
        {
            server.Thaw();
        }

        await Wait.Until(async () => (await api.ListAsync()).Status == 200, seconds: 20, "The service does not come back.");
    }

    static SqliteFile NewFile() => new(Directory.CreateTempSubdirectory("golden-").FullName);

    static void IsAlive(Outcome probe) => Assert.True(probe is { Status: 200, Seconds: < LiveWithin }, $"A probe had {probe}.");

    /// <summary>Sends an import in chunks by a socket of its own.</summary>
    /// <returns>The status of the response; "left" when the caller has reset the connection without waiting for it.</returns>
    static async Task<string> SendRawAsync(Uri address, string body, bool leaves)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { LingerState = new(leaves, 0), NoDelay = true };
        await socket.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"POST /v1/orders/import HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {Api.Token}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{body}"));
        if (leaves)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken); // So that the service has begun to read.
            return "left";
        }

        var response = new byte[64];
        var length = await socket.ReceiveAsync(response, TestContext.Current.CancellationToken);
        return Encoding.ASCII.GetString(response, 0, length).Split(' ') is [_, var status, ..] ? status : "none";
    }

    async Task<RunningService> StartAsync(string kind, string connectionString, params (string Name, string Value)[] settings)
    {
        var service = await Api.WithAsync(pack, kind, connectionString, settings);
        (await service.RunAsync("migrate")).ShouldSucceed();
        var api = await service.StartAsync();

        // What runs for the first time is compiled, which is not what is timed.
        Assert.Equal((200, 200), ((await api.ImportAsync()).Status, (await api.ListAsync()).Status));
        return api;
    }

    /// <summary>Kills a migration once its lock is in the database.</summary>
    /// <returns>Whether the lock was left there.</returns>
    static async Task<bool> KillInMigrationAsync(Process migrate, string connectionString)
    {
        await using var watch = new SqliteConnection(connectionString);
        await watch.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = watch.CreateCommand();
        command.CommandText = """SELECT count(*) FROM "__EFMigrationsLock" """;
        while (!migrate.HasExited)
        {
            if (IsLocked())
            {
                migrate.Kill();
            }
        }

        return IsLocked();

        bool IsLocked()
        {
            try
            {
                return (long)command.ExecuteScalar()! > 0;
            }
            catch (SqliteException)
            {
                return false; // There is no such table yet.
            }
        }
    }
}
