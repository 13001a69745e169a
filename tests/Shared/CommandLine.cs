using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Golden.Templates.Tests;

/// <summary>What a command did: its exit code and everything it printed, both streams in the order they came.</summary>
sealed record CommandResult(string Command, string Folder, int ExitCode, string Output)
{
    public void ShouldSucceed() => ShouldExitWith(0);

    /// <summary>Fails the test, with the whole output of the command, unless it ended with the given code.</summary>
    public void ShouldExitWith(int exitCode)
    {
        if (ExitCode != exitCode)
        {
            Assert.Fail($"`{Command}` in {Folder} ended with {ExitCode} instead of {exitCode} and printed:\n{Output}");
        }
    }
}

/// <summary>Runs commands as a user at a prompt would: with no input, and with nothing inherited from the test run around them.</summary>
static class CommandLine
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    // `dotnet test` and MSBuild set these for their children, where they would redirect or disturb a nested `dotnet`; and a server
    // that is meant for some of the services would be taken by all.
    static readonly string[] Inherited = ["MSBUILD", "TESTINGPLATFORM_", "VSTEST_", "DOTNET_CLI_TEST_", "CONNECTIONSTRINGS_", "CI"];

    static readonly Dictionary<string, string> Settings = new()
    {
        ["DOTNET_CLI_UI_LANGUAGE"] = "en",
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        ["DOTNET_NOLOGO"] = "1",
        ["MSBUILDTERMINALLOGGER"] = "off",
        // Profiling hot code, and guarding the pages of what was compiled, does not pay in processes that live for seconds.
        ["DOTNET_TieredPGO"] = "0",
        ["DOTNET_EnableWriteXorExecute"] = "0",
        // A build must leave no process behind.
        ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
        ["MSBUILDDISABLENODEREUSE"] = "1",
    };

    // Of `dotnet`, `docker` and scripts as many as there are cores: more would only wait for each other, some of them too long.
    static readonly SemaphoreSlim Lanes = new(Environment.ProcessorCount);
    static readonly SemaphoreSlim TakingAll = new(1);

    public static Task<CommandResult> DotnetAsync(string folder, params IEnumerable<string> arguments) => RunAsync(StartInfo("dotnet", folder, arguments));

    /// <summary>Runs the program to its end; kills it and its children when the test run is cancelled or when it takes five minutes.</summary>
    public static Task<CommandResult> RunAsync(ProcessStartInfo start) => RunAsync(start, TestContext.Current.CancellationToken);

    /// <summary>The same, where something must run although the test run was cancelled.</summary>
    public static Task<CommandResult> RunAsync(ProcessStartInfo start, CancellationToken cancel) => RunAsync(start, start.FileName is "dotnet" or "docker" or "bash" ? 1 : 0, cancel);

    /// <summary>The same while none of these runs, for what keeps all cores busy and an eye on the clock.</summary>
    public static async Task<CommandResult> RunAloneAsync(ProcessStartInfo start)
    {
        var cancel = TestContext.Current.CancellationToken;
        await TakingAll.WaitAsync(cancel);
        try
        {
            return await RunAsync(start, Environment.ProcessorCount, cancel);
        }
        finally
        {
            TakingAll.Release();
        }
    }

    static async Task<CommandResult> RunAsync(ProcessStartInfo start, int lanes, CancellationToken cancel)
    {
        var taken = 0;
        var clock = Stopwatch.StartNew();
        try
        {
            for (; taken < lanes; taken++)
            {
                await Lanes.WaitAsync(cancel);
            }

            var waited = clock.Elapsed;
            var result = await RunNowAsync(start, cancel);
            CommandLog.Add(result.Command, waited, clock.Elapsed - waited, lanes);
            return result;
        }
        finally
        {
            if (taken > 0)
            {
                Lanes.Release(taken);
            }
        }
    }

    static async Task<CommandResult> RunNowAsync(ProcessStartInfo start, CancellationToken cancel)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(Patience);
        using var process = new Process { StartInfo = start };
        var output = Capture(process);
        Start(process);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            var reason = cancel.IsCancellationRequested ? "the test run was cancelled" : $"it took more than {Patience.TotalMinutes} minutes";
            throw new InvalidOperationException($"`{Command(start)}` in {start.WorkingDirectory} was stopped because {reason}; it had printed:\n{output()}");
        }

        return new(Command(start), start.WorkingDirectory, process.ExitCode, output());
    }

    public static ProcessStartInfo StartInfo(string program, string folder, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var name in start.Environment.Keys.Where(IsInherited).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in Settings.Concat(CompilerServer.Settings))
        {
            start.Environment[name] = value;
        }

        return start;
    }

    /// <summary>Starts the process, with its input closed and its output on the way to what <see cref="Capture"/> returned.</summary>
    public static void Start(Process process)
    {
        try
        {
            process.Start();
        }
        catch (Win32Exception problem)
        {
            throw new InvalidOperationException($"{process.StartInfo.FileName} cannot be started ({problem.Message}): is it installed and on the PATH?");
        }

        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Collects what the process prints; the function returned gives the text so far.</summary>
    public static Func<string> Capture(Process process)
    {
        var text = new StringBuilder();
        process.OutputDataReceived += Append;
        process.ErrorDataReceived += Append;
        return () =>
        {
            lock (text)
            {
                return text.ToString();
            }
        };

        void Append(object sender, DataReceivedEventArgs received)
        {
            if (received.Data is { } line)
            {
                lock (text)
                {
                    text.AppendLine(line);
                }
            }
        }
    }

    static bool IsInherited(string name) =>
        Inherited.Any(prefix => prefix == "CI" ? name == prefix : name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    static string Command(ProcessStartInfo start) =>
        string.Join(' ', start.ArgumentList.Prepend(start.FileName).Select(part => part.Length == 0 || part.Contains(' ') ? $"\"{part}\"" : part));
}
