// Shows the pack at work, from source to a running service: packs it, installs it into a template hive of its own,
// writes a service, builds and starts it, and calls it through its generated client, or has a worker survive a kill
// under load. `dotnet run demo.cs -- --help`
#:package System.CommandLine
#:property PublishAot=false

using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

var repository = (string)AppContext.GetData("EntryPointFileDirectoryPath")!;

var template = new Argument<string>("template") { Description = "What to show: a web API that is called, or a worker that is killed in the middle of its work.", DefaultValueFactory = _ => "webapi-golden" };
template.AcceptOnlyFromAmong("webapi-golden", "worker-golden");
var name = new Option<string?>("--name") { Description = "The name of the service; Acme.Orders or Acme.Shipping when not given." };
var output = new Option<string?>("--output") { Description = "The folder to write it to; artifacts/<name> when not given." };
var port = new Option<int>("--port") { Description = "The port that the service listens on.", DefaultValueFactory = _ => 5080 };
var once = new Option<bool>("--once") { Description = "Stop the web API after the calls instead of at Ctrl+C; the worker stops by itself." };
var overwrite = new Option<bool>("--overwrite") { Description = "Delete the output folder first if it is there." };
var command = new RootCommand("Packs the templates, writes a service with one, builds it, runs it and calls it.") { template, name, output, port, once, overwrite };
command.SetAction(async (parsed, stop) =>
{
    try
    {
        var isWorker = parsed.GetValue(template) == "worker-golden";
        var service = parsed.GetValue(name) ?? (isWorker ? "Acme.Shipping" : "Acme.Orders");
        var folder = Path.GetFullPath(parsed.GetValue(output) ?? Path.Combine(repository, "artifacts", service));
        var demo = new Demo(repository, service, folder, parsed.GetValue(port));
        await demo.Write(parsed.GetValue(template)!, parsed.GetValue(overwrite), stop);
        await (isWorker ? demo.ShowWorker(stop) : demo.ShowApi(parsed.GetValue(once), stop));
        return 0;
    }
    catch (DemoException failure)
    {
        Console.WriteLine();
        Console.Error.WriteLine(failure.Message);
        return 1;
    }
    catch (OperationCanceledException)
    {
        Console.WriteLine();
        Console.WriteLine("Stopped.");
        return 0;
    }
});
// Ctrl+C and SIGTERM stop the service first; the time is for that.
return await command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });

/// <summary>Something that the user can mend; the message says how.</summary>
sealed class DemoException(string message) : Exception(message);

sealed class Demo(string repository, string name, string folder, int port)
{
    private readonly string workspace = Path.Combine(repository, "artifacts", ".demo");
    private readonly string address = $"http://localhost:{port}";

    public async Task Write(string template, bool overwrite, CancellationToken stop)
    {
        CheckPort();
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            if (!overwrite)
            {
                throw new DemoException($"{folder} is there already: pass --overwrite to delete it first, or --output to write elsewhere.");
            }

            Directory.Delete(folder, recursive: true);
        }

        // Nothing of this may last: not in the user's own templates, and no build server either.
        Directory.CreateDirectory(workspace);
        var hive = Directory.CreateTempSubdirectory("golden-templates-").FullName;
        try
        {
            var pack = Path.Combine(workspace, "pack");
            if (Directory.Exists(pack))
            {
                Directory.Delete(pack, recursive: true);
            }

            await Step("pack the templates", Dotnet(["pack", Path.Combine(repository, "pack", "TemplatePack.csproj"), "--output", pack, "--nologo"]), stop);
            await Step("install them in a hive of their own", Dotnet(["new", "install", Directory.GetFiles(pack, "*.nupkg").Single(), "--debug:custom-hive", hive]), stop);
            await Step($"write {name}", Dotnet(["new", template, "--name", name, "--output", folder, "--http-port", port.ToString(CultureInfo.InvariantCulture), "--debug:custom-hive", hive]), stop);
        }
        finally
        {
            Directory.Delete(hive, recursive: true);
        }
    }

    public async Task ShowApi(bool once, CancellationToken stop)
    {
        await Step("build it", Dotnet(["build", folder, "--nologo"]), stop);

        // The name as the templates have made it fit for code.
        var client = Directory.GetFiles(Path.Combine(folder, "src"), "*.Client.csproj", SearchOption.AllDirectories).Single();
        var service = Path.GetFileNameWithoutExtension(client)[..^".Client".Length];
        var token = await Token(service, stop);
        using var api = await Start(service, stop);
        try
        {
            await Call(client, service, token, stop);
            var line = api.Log.LastOrDefault(entry => entry.Contains("mported", StringComparison.Ordinal));
            Console.WriteLine($"\n  one line of its log\n    {line?.Trim() ?? throw new DemoException("The service did not log the import.")}");
            Console.WriteLine($"\n  documentation  {address}/docs\n  contract       {address}/openapi.yaml\n  health         {address}/health/ready\n  source         {folder}\n");
            if (!once)
            {
                Console.WriteLine($"  a token        {token}\n");
                Console.WriteLine("The service is running. Ctrl+C stops it.");
                await api.Exited.WaitAsync(stop);
                throw new DemoException($"The service ended by itself:\n{api.Tail}");
            }
        }
        finally
        {
            await api.Stop();
        }

        Console.WriteLine("Done; the service has stopped.");
    }

    public async Task ShowWorker(CancellationToken stop)
    {
        var project = Directory.GetFiles(Path.Combine(folder, "src"), "*.Worker.csproj", SearchOption.AllDirectories).Single();
        var published = Path.Combine(folder, "artifacts", "publish");
        await Step("publish it", Dotnet(["publish", project, "--configuration", "Release", "--output", published, "--nologo"]), stop);

        // It starts the worker itself, and ends it.
        Console.WriteLine("  build the sender …");
        var assembly = Path.Combine(published, $"{Path.GetFileNameWithoutExtension(project)}.dll");
        await Show("The worker did not stand it", Path.Combine(repository, "demo", "worker.cs"), [assembly, Path.Combine(workspace, "worker"), address], stop);
        Console.WriteLine($"\n  source         {folder}\n  database       {Path.Combine(workspace, "worker", "shipments.db")}\n");
        Console.WriteLine("Done; the worker has ended.");
    }

    private void CheckPort()
    {
        foreach (var loopback in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
        {
            try
            {
                using var listener = new TcpListener(loopback, port);
                listener.Start();
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
            {
                throw new DemoException($"Port {port} is in use, or not yours to use: free it, or choose another with --port.");
            }
            catch (SocketException)
            {
                // No IPv6 here; IPv4 is enough.
            }
            catch (ArgumentOutOfRangeException)
            {
                throw new DemoException($"{port} is no port: choose one from 1 to 65535 with --port.");
            }
        }
    }

    private async Task<Service> Start(string service, CancellationToken stop)
    {
        var project = Path.Combine(folder, "src", $"{service}.Api");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(project, "bin", "Debug", "net10.0", $"{service}.Api.dll")]) { WorkingDirectory = project };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_URLS"] = address;
        start.Environment["APPDATA"] = Secrets;
        Begin("start it");
        var watch = Stopwatch.StartNew();
        var api = new Service(start);
        using var http = new HttpClient();
        while (true)
        {
            if (api.Exited.IsCompleted || watch.Elapsed > TimeSpan.FromSeconds(60))
            {
                await api.Stop();
                throw new DemoException($"The service did not start:\n{api.Tail}");
            }

            try
            {
                using var ready = await http.GetAsync($"{address}/health/ready", stop);
                if (ready.IsSuccessStatusCode)
                {
                    End(watch, $"listening on {address}");
                    return api;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            catch (OperationCanceledException)
            {
                await api.Stop();
                throw;
            }

            await Task.Delay(50, CancellationToken.None);
        }
    }

    /// <summary>A token for local calls, made as the service's README says.</summary>
    private async Task<string> Token(string service, CancellationToken stop)
    {
        var start = Dotnet(["user-jwts", "create", "--project", Path.Combine(folder, "src", $"{service}.Api"), "--scope", "orders:read", "--scope", "orders:write", "--output", "token"]);
        start.Environment["APPDATA"] = Secrets;
        return (await Step("make a token", start, stop))[^1].Trim();
    }

    // Where dotnet keeps the secrets of a user: not among this user's own.
    private string Secrets => Directory.CreateDirectory(Path.Combine(workspace, "secrets")).FullName;

    private async Task Call(string client, string service, string token, CancellationToken stop)
    {
        var csv = Path.Combine(workspace, "orders.csv");
        await File.WriteAllTextAsync(csv, Orders(), stop);
        var program = Path.Combine(workspace, "call.cs");
        var source = await File.ReadAllTextAsync(Path.Combine(repository, "demo", "call.cs"), stop);
        source = Regex.Replace(source, "^#:project .*$", $"#:project {client}", RegexOptions.Multiline).Replace("GoldenService.Client", $"{service}.Client", StringComparison.Ordinal);
        await File.WriteAllTextAsync(program, source, stop);

        Console.WriteLine("  build the caller on its generated client …");
        await Show("The calls failed", program, [address, csv, token], stop);
    }

    /// <summary>Runs a program that writes to this console itself.</summary>
    private static async Task Show(string failure, string program, string[] arguments, CancellationToken stop)
    {
        using var process = new Service(Dotnet(["run", "--file", program, "--", .. arguments]), isShown: true);
        try
        {
            await process.Exited.WaitAsync(stop);
        }
        finally
        {
            await process.Stop();
        }

        if (process.ExitCode != 0)
        {
            throw new DemoException($"{failure}; what it was stands above.");
        }
    }

    // The same five thousand orders every time.
    private static string Orders()
    {
        var random = new Random(2026);
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var csv = new StringBuilder("order,customer,currency,placed_at,sku,quantity,unit_price\n");
        for (var order = 1; order <= 5000; order++)
        {
            var head = $"{order},{Pick("acme", "globex", "initech", "umbrella")},{Pick("EUR", "GBP", "USD")},{start.AddMinutes(random.Next(300 * 24 * 60)):O}";
            for (var item = random.Next(1, 4); item > 0; item--)
            {
                csv.Append(CultureInfo.InvariantCulture, $"{head},{Pick("TEA", "MUG", "TIN")}-{random.Next(1, 100):000},{random.Next(1, 20)},{random.Next(100, 5000) / 100m}\n");
            }
        }

        return csv.ToString();

        string Pick(params string[] choices) => choices[random.Next(choices.Length)];
    }

    private static async Task<IReadOnlyList<string>> Step(string title, ProcessStartInfo start, CancellationToken stop)
    {
        Begin(title);
        var watch = Stopwatch.StartNew();
        using var process = new Service(start);
        try
        {
            await process.Exited.WaitAsync(stop);
        }
        finally
        {
            await process.Stop();
        }

        if (process.ExitCode != 0)
        {
            throw new DemoException($"'dotnet {string.Join(' ', start.ArgumentList)}' failed:\n{process.Tail}");
        }

        End(watch, "");
        return process.Log;
    }

    private static ProcessStartInfo Dotnet(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments);
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        return start;
    }

    private static void Begin(string title) => Console.Write($"  {title,-46} ");

    private static void End(Stopwatch watch, string result) => Console.WriteLine($"{watch.Elapsed.TotalSeconds,5:N1} s  {result}".TrimEnd());
}

/// <summary>A process of ours, which does not outlive us.</summary>
sealed class Service : IDisposable
{
    private readonly Process process;
    private readonly List<string> log = [];

    public Service(ProcessStartInfo start, bool isShown = false)
    {
        process = new Process { StartInfo = start };
        if (isShown)
        {
            process.Start();
        }
        else
        {
            start.RedirectStandardOutput = true;
            start.RedirectStandardError = true;
            start.StandardOutputEncoding = Encoding.UTF8;
            process.OutputDataReceived += (_, line) => Keep(line.Data);
            process.ErrorDataReceived += (_, line) => Keep(line.Data);
            process.Start();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        Exited = process.WaitForExitAsync();
    }

    public Task Exited { get; }

    public int ExitCode => process.ExitCode;

    public IReadOnlyList<string> Log
    {
        get
        {
            lock (log)
            {
                return [.. log];
            }
        }
    }

    /// <summary>The end of what it wrote.</summary>
    public string Tail => string.Join('\n', Log.TakeLast(15).Select(line => $"    {line}"));

    public async Task Stop()
    {
        if (!process.HasExited && !OperatingSystem.IsWindows())
        {
            // So that it finishes what it has begun; Windows has no such signal for another process.
            _ = Signal(process.Id, 15);
            await Task.WhenAny(Exited, Task.Delay(TimeSpan.FromSeconds(20)));
        }

        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await Exited;
        }
    }

    public void Dispose() => process.Dispose();

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lock (log)
            {
                log.Add(line);
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int process, int signal);
}
