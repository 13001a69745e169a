using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Golden.Templates.Bench;

/// <summary>The milliseconds, medians, from the start of the process to what it is started for.</summary>
sealed record StartRow(string Service, double Milliseconds);

sealed record StartResult(string Database, IReadOnlyList<StartRow> Rows)
{
    public const string PlainJit = "plain";
    public const string PlainReadyToRun = "plain, ReadyToRun";
    public const string GoldenJit = "everything on";
    public const string GoldenReadyToRun = "everything on, ReadyToRun";

    /// <summary>Beside the first.</summary>
    public double Ratio(string service) => Rows.Single(row => row.Service == service).Milliseconds / Rows[0].Milliseconds;
}

/// <summary>Cold start: the process is started, asked for an order as soon as it listens, and answers it; the generated API checks the token and has someone to send its telemetry to.</summary>
static class StartBench
{
    private const int Rounds = 15;

    public static readonly string[] ReadyToRun = ["-r", RuntimeInformation.RuntimeIdentifier, "--self-contained", "false", "-p:PublishReadyToRun=true"];

    public static async Task<StartResult> RunAsync(Workspace workspace, BenchDatabase database)
    {
        var provider = database.Provider;
        var constants = provider == "postgres" ? "POSTGRES" : "SQLITE";
        await using var api = new GoldenApi(workspace);
        var golden = workspace.PublishGolden($"golden-{provider}", ["--database", provider]);
        var settings = api.Settings(database);
        var plainSettings = database.Settings;
        (string Name, string Assembly, Dictionary<string, string> Settings)[] services =
        [
            (StartResult.PlainJit, workspace.PublishPlain($"plain-{provider}", provider, constants), plainSettings),
            (StartResult.PlainReadyToRun, workspace.PublishPlain($"plain-{provider}", provider, constants, ReadyToRun), plainSettings),
            (StartResult.GoldenJit, golden, settings),
            (StartResult.GoldenReadyToRun, workspace.PublishGolden($"golden-{provider}", ["--database", provider], ReadyToRun), settings),
        ];

        api.Migrate(golden, database);
        database.Seed(0, 1000);
        var id = database.Query("SELECT id FROM orders LIMIT 1").Single().ToLowerInvariant();
        var request = Request(id, api.Token());

        return new(provider, Alternate(provider, Rounds, [.. services.Select(service => (service.Name, (Func<double>)(() => Measure(service.Assembly, service.Settings, workspace.Path("start.log"), request, "HTTP/1.1 200", id))))]));
    }

    /// <summary>Starts each in every round.</summary>
    public static IReadOnlyList<StartRow> Alternate(string provider, int rounds, (string Name, Func<double> Measure)[] services)
    {
        var times = services.ToDictionary(service => service.Name, _ => new List<double>());
        for (var round = 0; round <= rounds; round++)
        {
            Commands.Say($"{provider}: starts, round {round} of {rounds}");
            foreach (var (name, measure) in round % 2 == 0 ? services : [.. services.Reverse()])
            {
                var milliseconds = measure();

                // The first time the files come from the disk.
                if (round > 0)
                {
                    times[name].Add(milliseconds);
                }
            }
        }

        return [.. services.Select(service => new StartRow(service.Name, Statistics.Median(times[service.Name])))];
    }

    /// <summary>A read of an order, as <see cref="Measure"/> sends it.</summary>
    public static byte[] Request(string id, string token) =>
        Encoding.ASCII.GetBytes($"GET /v1/orders/{id} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n");

    /// <summary>The milliseconds until a request is answered as it should be. It must close its connection.</summary>
    public static double Measure(string assembly, Dictionary<string, string> settings, string log, byte[] request, string status, string content)
    {
        var watch = Stopwatch.StartNew();
        using var service = new RunningService(assembly, settings, log);
        using var socket = Connect(service.Address.Port, watch);
        socket.Send(request);
        var answer = new StringBuilder();
        var buffer = new byte[8192];
        for (int count; (count = socket.Receive(buffer)) > 0;)
        {
            answer.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }

        var milliseconds = watch.Elapsed.TotalMilliseconds;
        var text = answer.ToString();
        return text.StartsWith(status, StringComparison.Ordinal) && text.Contains(content, StringComparison.Ordinal)
            ? milliseconds
            : throw new BenchException($"{assembly} answered its first request with:\n{text}");
    }

    private static Socket Connect(int port, Stopwatch watch)
    {
        while (true)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Connect(System.Net.IPAddress.Loopback, port);
                return socket;
            }
            catch (SocketException) when (watch.Elapsed < TimeSpan.FromSeconds(30))
            {
                // It does not listen yet.
                socket.Dispose();
                Thread.Sleep(1);
            }
        }
    }
}
