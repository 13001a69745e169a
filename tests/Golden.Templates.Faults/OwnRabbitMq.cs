using System.Diagnostics;
using System.Globalization;
using Golden.Templates.Tests;

namespace Golden.Templates.Faults;

/// <summary>A RabbitMQ node of the suite's own, which can be killed, in a temporary folder.</summary>
sealed class OwnRabbitMq : OwnServer, IAsyncDisposable
{
    // What Debian has in the PATH is for the node of the machine.
    const string Programs = "/usr/lib/rabbitmq/bin";

    readonly string[] _environment;

    OwnRabbitMq()
        : base("rabbitmq") => _environment =
    [
        $"HOME={Folder}",
        "RABBITMQ_NODENAME=faults@localhost",
        $"RABBITMQ_MNESIA_BASE={Folder}/mnesia",
        $"RABBITMQ_LOG_BASE={Folder}/log",
        $"RABBITMQ_PID_FILE={PidFile}",
        $"RABBITMQ_ENABLED_PLUGINS_FILE={Folder}/plugins",
        "RABBITMQ_CONF_ENV_FILE=/dev/null",
        "RABBITMQ_NODE_IP_ADDRESS=127.0.0.1",
        $"RABBITMQ_NODE_PORT={Port}",
        $"RABBITMQ_DIST_PORT={PublishedService.FreePort()}",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-kernel inet_dist_use_interface {127,0,0,1}",
        "ERL_EPMD_ADDRESS=127.0.0.1",
        $"ERL_EPMD_PORT={PublishedService.FreePort()}",
    ];

    public string Uri => $"amqp://guest:guest@127.0.0.1:{Port}";

    string PidFile => Path.Combine(Folder, "pid");

    string Pid => File.ReadAllText(PidFile).Trim();

    /// <summary>Where there is no broker's program the test is skipped; on a build server it fails.</summary>
    public static async Task<OwnRabbitMq> CreateAsync()
    {
        if (!File.Exists(Path.Combine(Programs, "rabbitmq-server")))
        {
            throw Need.Missing("This test starts a RabbitMQ node of its own: install the package rabbitmq-server.");
        }

        var node = new OwnRabbitMq();
        await node.GiveFolderAsync();
        await node.StartAsync();
        return node;
    }

    public async Task StartAsync()
    {
        await RunNodeAsync(Path.Combine(Programs, "rabbitmq-server"), "-detached");
        await RunNodeAsync(Path.Combine(Programs, "rabbitmqctl"), "-q", "wait", PidFile, "--timeout", "60");
    }

    /// <summary>Has it hear nothing more, and say nothing, until it is killed.</summary>
    public async Task FreezeAsync() => (await CommandLine.RunAsync(CommandLine.StartInfo("kill", Folder, "-STOP", Pid))).ShouldSucceed();

    /// <summary>Ends it without a word: what it has confirmed must be on its disk.</summary>
    public void Kill()
    {
        using var process = Process.GetProcessById(int.Parse(Pid, CultureInfo.InvariantCulture));
        process.Kill();

        // It is nobody's child any more: where nobody reaps such, it is there for ever, and has let go of everything nevertheless.
        process.WaitForExit(TimeSpan.FromSeconds(5));
        File.Delete(PidFile);
    }

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(PidFile))
        {
            Kill();
        }

        // The names of nodes are kept by a process that stays.
        await RunNodeAsync("epmd", "-kill");
        Directory.Delete(Folder, recursive: true);
    }

    Task RunNodeAsync(string program, params string[] arguments) => RunAsync("env", [.. _environment, program, .. arguments]);
}
