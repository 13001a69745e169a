using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

using GoldenService.Testing;

namespace Golden.Templates.Tests;

/// <summary>
/// The service of a generated solution as it is deployed: published for Release, and started in the root folder as systemd does. Its SQLite database is the one that its settings name.
/// </summary>
sealed class PublishedService
{
    readonly string _folder;
    readonly string _assembly;
    readonly (string Name, string Value)[] _settings;

    PublishedService(string folder, string assembly, params (string Name, string Value)[] settings)
    {
        _folder = folder;
        _assembly = assembly;
        _settings = settings;
    }

    string Certificate => Path.Combine(_folder, "..", "issuer.pem");

    public static async Task<PublishedService> PublishAsync(GeneratedSolution solution, string kind = "Api", params string[] options)
    {
        var name = $"{solution.ProjectName}.{kind}";
        var folder = Path.Combine(solution.Folder, "artifacts", "publish", kind);
        var publish = await CommandLine.DotnetAsync(
            solution.Folder, ["publish", Path.Combine("src", name), "--configuration", "Release", "--output", folder, "-nologo", .. options]);
        publish.ShouldSucceed();
        solution.Did("published");
        var service = new PublishedService(folder, $"{name}.dll");
        await File.WriteAllTextAsync(service.Certificate, Issuer.CertificatePem);
        return service;
    }

    /// <summary>The same with other settings, for every run of it.</summary>
    public PublishedService With(params (string Name, string Value)[] settings) => new(_folder, _assembly, [.. _settings, .. settings]);

    /// <summary>Runs the service with a command of its own, such as a migration, to the end.</summary>
    public Task<CommandResult> RunAsync(params string[] arguments) => CommandLine.RunAsync(StartInfo(arguments));

    /// <summary>Starts the service with a command of its own, which need not come to its end.</summary>
    public Process Start(params string[] arguments) => Process.Start(StartInfo(arguments))!;

    /// <summary>Runs the service with a setting, and a command or what should end it.</summary>
    public Task<CommandResult> RunWithAsync(string[] arguments, string setting, string value)
    {
        var start = StartInfo(arguments);
        start.Environment[setting] = value;
        return CommandLine.RunAsync(start);
    }

    /// <summary>Starts the service in Production on a free port and waits until it says that it is ready, or only that it is alive.</summary>
    public Task<RunningService> StartAsync(IReadOnlyDictionary<string, string>? settings = null, string until = RunningService.Ready) =>
        StartAsync(new Uri($"http://127.0.0.1:{FreePort()}"), settings, until);

    /// <summary>The same, at an address that others know already.</summary>
    public async Task<RunningService> StartAsync(Uri address, IReadOnlyDictionary<string, string>? settings = null, string until = RunningService.Ready)
    {
        var start = StartInfo([]);
        start.Environment["ASPNETCORE_URLS"] = address.ToString();
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return await RunningService.StartAsync(start, address, until);
    }

    ProcessStartInfo StartInfo(string[] arguments)
    {
        var start = CommandLine.StartInfo("dotnet", Path.GetPathRoot(_folder)!, [Path.Combine(_folder, _assembly), .. arguments]);
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["Authentication__Schemes__Bearer__Authority"] = Issuer.Shared.Address;
        start.Environment["Authentication__Schemes__Bearer__ValidAudiences__0"] = Issuer.Audience;

        // Only Linux takes the certificates that it trusts from a file.
        start.Environment["SSL_CERT_FILE"] = Certificate;
        foreach (var (name, value) in _settings)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>A service that answers over a real socket until it is stopped or disposed of.</summary>
sealed class RunningService : IAsyncDisposable
{
    public const string Ready = "health/ready";
    public const string Live = "health/live";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // As Linux numbers them.
    const int Sigkill = 9;
    const int Sigterm = 15;
    const int Sigcont = 18;
    const int Sigstop = 19;

    readonly Process _process;
    readonly Func<string> _output;

    RunningService(Process process, Func<string> output, Uri address)
    {
        _process = process;
        _output = output;
        Client = new() { BaseAddress = address };
    }

    public HttpClient Client { get; }

    /// <summary>The CPU time that its process has used so far.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The memory of its process, in bytes.</summary>
    public long WorkingSet
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Everything that the service has printed so far.</summary>
    public string Output => _output();

    public static async Task<RunningService> StartAsync(ProcessStartInfo start, Uri address, string until = Ready)
    {
        var process = new Process { StartInfo = start };
        var output = CommandLine.Capture(process);
        CommandLine.Start(process);
        var service = new RunningService(process, output, address);
        try
        {
            await service.WaitAsync(until);
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks the service to stop as an orchestrator does, with SIGTERM, and returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        Send(Sigterm);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(Patience);
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            throw new InvalidOperationException($"The service did not stop within {Patience.TotalSeconds} s of SIGTERM; it had printed:\n{Output}");
        }

        return _process.ExitCode;
    }

    /// <summary>Ends the service without a word, with SIGKILL.</summary>
    public Task KillAsync()
    {
        Send(Sigkill);
        return _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Holds all of its threads, as a machine that stalls does, until <see cref="Thaw"/>.</summary>
    public void Freeze() => Send(Sigstop);

    public void Thaw() => Send(Sigcont);

    void Send(int signal)
    {
        Assert.False(OperatingSystem.IsWindows(), "Windows has no signals: do not send one there.");
        Assert.Equal(0, Kill(_process.Id, signal));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    async Task WaitAsync(string until)
    {
        var clock = Stopwatch.StartNew();
        var last = "no answer";
        while (clock.Elapsed < Patience)
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"The service ended with {_process.ExitCode} before it was ready and printed:\n{Output}");
            }

            try
            {
                using var answer = await Client.GetAsync(until, TestContext.Current.CancellationToken);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }

                last = $"{(int)answer.StatusCode}";
            }
            catch (HttpRequestException problem)
            {
                last = problem.Message;
            }

            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        throw new InvalidOperationException($"/{until} was not 200 within {Patience.TotalSeconds} s (at the end: {last}); the service had printed:\n{Output}");
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    static extern int Kill(int process, int signal);
}
