using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Golden.Templates.Bench;

/// <summary>A published service as a process of its own, with its output in a file.</summary>
sealed class RunningService : IDisposable
{
    private readonly Process process;
    private readonly FileStream log;
    private readonly Task copy;
    private readonly Task copyErrors;

    public RunningService(string assembly, IReadOnlyDictionary<string, string> settings, string logFile)
    {
        Address = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = StartInfo(assembly, settings);
        start.Environment["ASPNETCORE_URLS"] = Address.ToString();
        log = new FileStream(logFile, FileMode.Create, FileAccess.Write, FileShare.Read);
        process = Process.Start(start)!;
        copy = process.StandardOutput.BaseStream.CopyToAsync(log);
        copyErrors = process.StandardError.BaseStream.CopyToAsync(Console.OpenStandardError());
    }

    public Uri Address { get; }

    public HttpClient Http { get => field ??= new HttpClient { BaseAddress = Address }; private set; }

    public double CpuSeconds
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>The most memory that the process has had, in MiB (VmHWM).</summary>
    public double PeakMegabytes => double.Parse(
        File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
        CultureInfo.InvariantCulture) / 1024;

    public static ProcessStartInfo StartInfo(string assembly, IReadOnlyDictionary<string, string> settings, params IEnumerable<string> arguments)
    {
        var folder = Path.GetDirectoryName(assembly)!;
        var start = assembly.EndsWith(".dll", StringComparison.Ordinal) ? Commands.StartInfo(folder, "dotnet", [assembly, .. arguments]) : Commands.StartInfo(folder, assembly, [.. arguments]);
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    /// <summary>Waits until a path answers 200.</summary>
    public async Task<RunningService> ReadyAsync(string path)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromSeconds(30); await Task.Delay(20))
        {
            if (process.HasExited)
            {
                break;
            }

            try
            {
                if ((await Http.GetAsync(path)).IsSuccessStatusCode)
                {
                    return this;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
        }

        throw new BenchException($"{process.StartInfo.ArgumentList[0]} did not answer {path} with 200; what it printed is in {log.Name}.");
    }

    public void Dispose()
    {
        Http.Dispose();
        if (!process.HasExited)
        {
            _ = Kill(process.Id, 15);
            if (!process.WaitForExit(20_000))
            {
                process.Kill();
                process.WaitForExit();
            }
        }

        Task.WaitAll(copy, copyErrors);
        log.Dispose();
        process.Dispose();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
