using Golden.Templates.Tests;

namespace Golden.Templates.Faults;

/// <summary>A PostgreSQL server of the suite's own, which can be stopped, in a temporary folder.</summary>
sealed class OwnPostgres() : OwnServer("postgres"), IAsyncDisposable
{
    // Debian keeps the server's programs out of the PATH.
    const string Debian = "/usr/lib/postgresql";

    public string ConnectionString => $"Host=127.0.0.1;Port={Port};Username=postgres";

    string Data => Path.Combine(Folder, "data");

    /// <summary>Where there is no server's program the test is skipped; on a build server it fails.</summary>
    public static async Task<OwnPostgres> CreateAsync()
    {
        if (Programs() is null)
        {
            throw Need.Missing("This test starts a PostgreSQL server of its own: install the package postgresql.");
        }

        var server = new OwnPostgres();
        await server.GiveFolderAsync();
        await server.RunServerAsync("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale");
        await server.StartAsync();
        return server;
    }

    public Task StartAsync() => RunServerAsync(
        "pg_ctl", "start", "-w", "-s", "-l", Path.Combine(Folder, "log"), "-o", $"-p {Port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''");

    /// <summary>Stops it as a crash does: what was committed must be in its log.</summary>
    public Task StopAsync() => RunServerAsync("pg_ctl", "stop", "-s", "-m", "immediate");

    /// <summary>Holds all of the server's processes, as a machine that stalls does, until <see cref="Thaw"/>.</summary>
    public void Freeze() => Send("-STOP");

    public void Thaw() => Send("-CONT");

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
        {
            await StopAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }

    Task RunServerAsync(string program, params string[] arguments) => RunAsync(Path.Combine(Programs()!, program), ["-D", Data, .. arguments]);

    // The server and its backends are in one session.
    void Send(string signal)
    {
        var server = File.ReadLines(Path.Combine(Data, "postmaster.pid")).First();
        CommandLine.RunAsync(CommandLine.StartInfo("pkill", Folder, signal, "-P", server), CancellationToken.None).GetAwaiter().GetResult().ShouldSucceed();
        CommandLine.RunAsync(CommandLine.StartInfo("kill", Folder, signal, server), CancellationToken.None).GetAwaiter().GetResult().ShouldSucceed();
    }

    static string? Programs() =>
        (Directory.Exists(Debian) ? Directory.GetDirectories(Debian).Order().Reverse().Select(version => Path.Combine(version, "bin")) : [])
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));
}
