using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Golden.Templates.Tests;
using GoldenService.Testing;
using static Golden.Templates.Faults.Expected;

namespace Golden.Templates.Faults;

/// <summary>A published service that sends its metrics into Prometheus, and the window in which known things happen.</summary>
sealed partial class Run : IAsyncDisposable
{
    static readonly string Token = Issuer.Shared.Token(scope: "orders:read orders:write notes:write");

    readonly string _deploy;
    readonly string _name;
    readonly SqliteFile _database;
    readonly List<string> _wrong = [];
    double _slowest;
    (DateTimeOffset At, TimeSpan Cpu) _from, _to;

    Run(string name, string deploy, SqliteFile database, Prometheus prometheus, RunningService service) =>
        (_name, _deploy, _database, Prometheus, Service) = (name, deploy, database, prometheus, service);

    public Prometheus Prometheus { get; }

    public RunningService Service { get; }

    public Database Database => _database;

    /// <summary>
    /// A time that a request or a statement can have taken: no more than the slowest request took for its caller, rounded up to a bucket. The service also
    /// counts what it does after the last byte, such as writing the request's line.
    /// </summary>
    public Expected Duration => Between(1e-9, new[] { 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10 }.First(bucket => bucket >= _slowest + 0.1));

    public static async Task<Run> StartAsync(InstalledPack pack, string template, string name, string kind, string[] options, params (string Name, string Value)[] settings)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux takes the certificate of the tests' issuer of tokens from a file.");
        var published = await Published.OnceAsync(pack, kind, template, name, options);
        var deploy = Path.Combine((await GeneratedSolution.CreateAsync(pack, pack.CreateFolder(), template, name, options)).Folder, "deploy");
        var database = new SqliteFile(Directory.CreateTempSubdirectory("golden-").FullName);
        var prometheus = await Prometheus.StartAsync(deploy);
        published = published.With(
        [
            ("ConnectionStrings__Database", database.ConnectionString),
            ("OTEL_SERVICE_NAME", await ServiceNameAsync(deploy)),
            ("Shutdown__DrainSeconds", "0"),
            .. prometheus.Settings,
            .. settings,
        ]);
        try
        {
            (await published.RunAsync("migrate")).ShouldSucceed();
            return new($"{template} {string.Join(' ', options)}", deploy, database, prometheus, await published.StartAsync());
        }
        catch
        {
            await prometheus.DisposeAsync();
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends a request and returns the body of the response.</summary>
    public async Task<string> SendAsync(int status, HttpMethod method, string path, string? body = null, bool isAnonymous = false, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = isAnonymous ? null : new("Bearer", Token);
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        var start = Stopwatch.GetTimestamp();
        using var response = await Service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        _slowest = Math.Max(_slowest, Stopwatch.GetElapsedTime(start).TotalSeconds);
        Assert.True((int)response.StatusCode == status, $"{method} {path} had {response.StatusCode}: {text}");
        return text;
    }

    /// <summary>Sends a webhook that is signed with a secret.</summary>
    public async Task SendWebhookAsync(int status, string secret, string id, string body)
    {
        var timestamp = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = HMACSHA256.HashData(Convert.FromBase64String(secret), Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}"));
        await SendAsync(status, HttpMethod.Post, "v1/webhooks", body, isAnonymous: true, ("webhook-id", id), ("webhook-timestamp", timestamp), ("webhook-signature", $"v1,{Convert.ToBase64String(signature)}"));
    }

    /// <summary>Sends the head of a request by a connection of its own; the service waits for the body.</summary>
    public async Task<Socket> HoldRequestAsync(string method, string path, params string[] headers)
    {
        var address = Service.Client.BaseAddress!;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"{method} /{path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {Token}\r\nContent-Type: application/json\r\nContent-Length: 10\r\n{string.Concat(headers.Select(header => $"{header}\r\n"))}\r\n"));
        return socket;
    }

    /// <summary>Begins the window.</summary>
    public async Task BeginAsync() => _from = ((await Prometheus.CollectedAsync()).First, Service.Cpu);

    /// <summary>Ends the window.</summary>
    public async Task EndAsync() => _to = ((await Prometheus.CollectedAsync()).Last, Service.Cpu);

    /// <summary>The panels of the dashboard that every service has, at the end of a window in which one request is held.</summary>
    public Dictionary<string, Dictionary<string, Expected>> ServicePanels(
        Dictionary<string, Expected> routes, Dictionary<string, Expected> errors, Dictionary<string, Expected> statements, Dictionary<string, Expected> exceptions)
    {
        var processors = (_to.Cpu - _from.Cpu).TotalSeconds / (_to.At - _from.At).TotalSeconds;
        return new()
        {
            ["Requests by route"] = routes,
            ["Answers with an error"] = errors,
            ["Duration of requests"] = new() { ["median"] = Duration, ["99 of 100"] = Duration },
            ["Statements"] = statements,
            ["Duration of statements"] = new() { ["median"] = Duration, ["99 of 100"] = Duration },
            ["Requests being answered, and connections"] = new() { ["requests"] = Exactly(1), ["connections"] = Exactly(2) },
            ["Processors in use"] = new() { ["processors"] = Between(processors * 0.5, (processors * 1.5) + 0.05) },
            ["Memory"] = new() { ["working set"] = Between(Service.WorkingSet * 0.7, Service.WorkingSet * 1.3), ["heap after the last collection"] = Between(1e5, Service.WorkingSet) },
            ["Time in garbage collection"] = new() { ["pauses"] = Between(1e-6, processors) },
            ["Threads of the pool, and what waits for them"] = new() { ["threads"] = Between(1, 100), ["waiting"] = Between(0, 100) },
            ["Exceptions"] = exceptions,
            ["Lines missing on the console"] = new() { ["lines"] = Exactly(0) },
        };
    }

    /// <summary>Compares a dashboard, or only these panels of it, with what it must show.</summary>
    public async Task CompareAsync(string dashboard, string[] panels, Dictionary<string, Dictionary<string, Expected>> expected)
    {
        var (table, wrong) = await (await Dashboard.ReadAsync(_deploy, dashboard)).CheckAsync(Prometheus, _from.At, _to.At, panels, expected);
        Summary.Write($"{_name}, in a window of {(_to.At - _from.At).TotalSeconds:0.0} s:\n{table.TrimEnd()}");
        _wrong.AddRange(wrong);
    }

    /// <summary>Compares the queries of the alert rules, without their thresholds, with what they must be, and says which alerts would fire.</summary>
    /// <param name="expected">The value of each rule; null where nothing has happened that it measures.</param>
    /// <param name="firing">The alerts that would fire.</param>
    public async Task CompareAlertsAsync(Dictionary<string, Expected?> expected, params string[] firing)
    {
        var rules = await Prometheus.RulesAsync();
        var table = new StringBuilder();
        foreach (var (name, query) in rules)
        {
            var isFiring = (await Prometheus.QueryAsync(query, _to.At)).Count > 0;
            var value = (await Prometheus.QueryAsync(Threshold().Replace(query, ""), _to.At)).SingleOrDefault()?.Value;
            var rule = expected.GetValueOrDefault(name);
            var line = string.Create(CultureInfo.InvariantCulture, $"alert {name}: {(value is null ? "no value" : $"{value:G4}")}, {(isFiring ? "fires" : "does not fire")}; expected {rule?.Text ?? "no value"}");
            table.AppendLine($"  {line}");
            var isDue = name == "HighLatency" ? value > 1 : firing.Contains(name); // A busy machine may take a second.
            if (isFiring != isDue || (value is { } measured ? rule?.Holds(measured, 1) is not true : rule is not null) || !expected.ContainsKey(name))
            {
                _wrong.Add(line);
            }
        }

        Summary.Write($"{_name}:\n{table.ToString().TrimEnd()}");
        _wrong.AddRange(expected.Keys.Except(rules.Select(rule => rule.Name)).Select(name => $"There is no alert {name}."));
    }

    /// <summary>The alerts of every service, when nothing is wrong.</summary>
    public Dictionary<string, Expected?> ServiceAlerts => new()
    {
        ["HighErrorRate"] = null,
        ["HighLatency"] = Duration,
        ["SigningKeysNotRead"] = Between(0, 300),
        ["DiskFull"] = Between(200e6, 1e15),
        ["WritesWait"] = Exactly(0),
    };

    /// <summary>Fails when a comparison found a difference.</summary>
    public void ShouldHaveShownAll() => Assert.True(_wrong.Count == 0, string.Join('\n', _wrong));

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await Prometheus.DisposeAsync();
        await _database.DisposeAsync();
    }

    // By its name in the compose file the dashboards know the service.
    static async Task<string> ServiceNameAsync(string deploy)
    {
        const string setting = "OTEL_SERVICE_NAME: ";
        var line = (await File.ReadAllLinesAsync(Path.Combine(deploy, "compose", "compose.yaml"))).Single(line => line.Contains(setting, StringComparison.Ordinal));
        return line[(line.IndexOf(setting, StringComparison.Ordinal) + setting.Length)..];
    }

    [GeneratedRegex(@" [<>] [\d.e+]+$")]
    private static partial Regex Threshold();
}
