// Shows the templates from source to a running service: packs them, installs the pack in a private template hive,
// generates a service, builds and starts it, and calls it through its generated client. With worker-golden it kills
// the worker under load, restarts it and checks that nothing was lost; with golden, worker, API and gateway. `dotnet demo.cs -- --help` lists the options.
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

var template = new Argument<string>("template") { Description = "The template to show. The web API is called through its client; the worker, or all services of the system, are killed under load and restarted.", DefaultValueFactory = _ => "webapi-golden" };
template.AcceptOnlyFromAmong("webapi-golden", "worker-golden", "golden");
var name = new Option<string?>("--name") { Description = "The name of the service. [default: Acme.Orders, Acme.Shipping or Acme.Shop]" };
var output = new Option<string?>("--output") { Description = "The folder to generate the service in. [default: artifacts/<name>]" };
var port = new Option<int>("--port") { Description = "The port the service listens on; worker and gateway of the system have the next ones.", DefaultValueFactory = _ => 5080 };
var once = new Option<bool>("--once") { Description = "Stop the web API after the calls instead of waiting for Ctrl+C. The worker and the system always stop at the end." };
var overwrite = new Option<bool>("--overwrite") { Description = "Delete the output folder first if it exists." };
var command = new RootCommand("Packs the templates, generates a service, builds it, runs it and calls it.") { template, name, output, port, once, overwrite };
command.SetAction(async (parsed, stop) =>
{
    try
    {
        var kind = parsed.GetValue(template)!;
        var service = parsed.GetValue(name) ?? kind switch { "golden" => "Acme.Shop", "worker-golden" => "Acme.Shipping", _ => "Acme.Orders" };
        var folder = Path.GetFullPath(parsed.GetValue(output) ?? Path.Combine(repository, "artifacts", service));
        var demo = new Demo(repository, service, folder, parsed.GetValue(port));
        await demo.Generate(kind, parsed.GetValue(overwrite), stop);
        await (kind switch { "golden" => demo.ShowSystem(stop), "worker-golden" => demo.ShowWorker(stop), _ => demo.ShowApi(parsed.GetValue(once), stop) });
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
// Time for the service to stop after Ctrl+C or SIGTERM.
return await command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });

/// <summary>A problem that the user can fix; the message says how.</summary>
sealed class DemoException(string message) : Exception(message);

sealed class Demo(string repository, string name, string folder, int port)
{
    private readonly string workspace = Path.Combine(repository, "artifacts", ".demo");
    private readonly string address = $"http://localhost:{port}";

    public async Task Generate(string template, bool overwrite, CancellationToken stop)
    {
        CheckPort(port);
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            if (!overwrite)
            {
                throw new DemoException($"{folder} already exists. Pass --overwrite to delete it first, or --output to use another folder.");
            }

            Directory.Delete(folder, recursive: true);
        }

        // The user's own templates stay as they are.
        Directory.CreateDirectory(workspace);
        var hive = Directory.CreateTempSubdirectory("golden-templates-").FullName;
        try
        {
            var pack = Path.Combine(workspace, "pack");
            if (Directory.Exists(pack))
            {
                Directory.Delete(pack, recursive: true);
            }

            await Step("pack the templates", Dotnet(["pack", Path.Combine(repository, "TemplatePack.csproj"), "--output", pack, "--nologo"]), stop);
            await Step("install the pack in a private hive", Dotnet(["new", "install", Directory.GetFiles(pack, "*.nupkg").Single(), "--debug:custom-hive", hive]), stop);
            await Step($"generate {name}", Dotnet(["new", template, "--name", name, "--output", folder, "--http-port", port.ToString(CultureInfo.InvariantCulture), "--debug:custom-hive", hive]), stop);
        }
        finally
        {
            Directory.Delete(hive, recursive: true);
        }
    }

    public async Task ShowApi(bool once, CancellationToken stop)
    {
        await Step("build it", Dotnet(["build", folder, "--nologo"]), stop);

        // The name as the template changed it for use in code.
        var client = Directory.GetFiles(Path.Combine(folder, "src"), "*.Client.csproj", SearchOption.AllDirectories).Single();
        var service = Path.GetFileNameWithoutExtension(client)[..^".Api.Client".Length];
        var token = await Token(service, stop);
        using var api = await Start(service, stop);
        try
        {
            await Call(client, service, token, stop);
            var line = api.Log.LastOrDefault(entry => entry.Contains("mported", StringComparison.Ordinal));
            Console.WriteLine($"\n  a line of its log\n    {line?.Trim() ?? throw new DemoException("The service wrote no log line about the import.")}");
            Console.WriteLine($"\n  documentation  {address}/docs\n  contract       {address}/openapi.yaml\n  health         {address}/health/ready\n  source         {folder}\n");
            if (!once)
            {
                Console.WriteLine($"  a token        {token}\n");
                Console.WriteLine("The service is running. Press Ctrl+C to stop it.");
                await api.Exited.WaitAsync(stop);
                throw new DemoException($"The service stopped unexpectedly:\n{api.Tail}");
            }
        }
        finally
        {
            await api.Stop();
        }

        Console.WriteLine("Done. The service has stopped.");
    }

    public async Task ShowWorker(CancellationToken stop)
    {
        var project = Directory.GetFiles(Path.Combine(folder, "src"), "*.Worker.csproj", SearchOption.AllDirectories).Single();
        var published = Path.Combine(folder, "artifacts", "publish");
        await Step("publish it", Dotnet(["publish", project, "--configuration", "Release", "--output", published, "--nologo"]), stop);

        // The sender starts and stops the worker.
        Console.WriteLine("  build the sender …");
        var assembly = Path.Combine(published, $"{Path.GetFileNameWithoutExtension(project)}.dll");
        await Show("The worker did not pass", Path.Combine(repository, "demo", "worker.cs"), [assembly, Path.Combine(workspace, "worker"), address], stop);
        Console.WriteLine($"\n  source         {folder}\n  database       {Path.Combine(workspace, "worker", "app.db")}\n");
        Console.WriteLine("Done. The worker has stopped.");
    }

    public async Task ShowSystem(CancellationToken stop)
    {
        CheckPort(port + 1);
        CheckPort(port + 2);
        var projects = Path.Combine(folder, "src");
        var api = Directory.GetFiles(projects, "*.Api.csproj", SearchOption.AllDirectories).Single();
        await Step("build the API", Dotnet(["build", api, "--nologo"]), stop);
        foreach (var kind in new[] { "Worker", "Gateway" })
        {
            await Step($"build the {kind.ToLowerInvariant()}", Dotnet(["build", Directory.GetFiles(projects, $"*.{kind}.csproj", SearchOption.AllDirectories).Single(), "--nologo"]), stop);
        }

        var token = await Token(Path.GetFileNameWithoutExtension(api)[..^".Api".Length], stop);

        // The program starts and stops them.
        Console.WriteLine("  build a program that places orders …");
        await Show("The system did not pass", Path.Combine(repository, "demo", "system.cs"), [projects, Path.Combine(workspace, "system"), port.ToString(CultureInfo.InvariantCulture), token, Secrets], stop);
        Console.WriteLine($"\n  source         {folder}\n  databases      {Path.Combine(workspace, "system")}\n");
        Console.WriteLine("Done. The gateway, the API and the worker have stopped.");
    }

    private static void CheckPort(int port)
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
                throw new DemoException($"Port {port} is in use or not permitted. Free it, or choose another port with --port.");
            }
            catch (SocketException)
            {
                // Without IPv6, IPv4 is enough.
            }
            catch (ArgumentOutOfRangeException)
            {
                throw new DemoException($"{port} is not a valid port. Choose one from 1 to 65535 with --port.");
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

    /// <summary>Creates a token for local calls, as the service's README describes.</summary>
    private async Task<string> Token(string service, CancellationToken stop)
    {
        var start = Dotnet(["user-jwts", "create", "--project", Path.Combine(folder, "src", $"{service}.Api"), "--scope", "orders:read", "--scope", "orders:write", "--output", "token"]);
        start.Environment["APPDATA"] = Secrets;
        return (await Step("create a token", start, stop))[^1].Trim();
    }

    // A private folder for user secrets, so that the user's own secrets stay as they are.
    private string Secrets => Directory.CreateDirectory(Path.Combine(workspace, "secrets")).FullName;

    private async Task Call(string client, string service, string token, CancellationToken stop)
    {
        var csv = Path.Combine(workspace, "orders.csv");
        await File.WriteAllTextAsync(csv, Orders(), stop);
        var program = Path.Combine(workspace, "call.cs");
        var source = await File.ReadAllTextAsync(Path.Combine(repository, "demo", "call.cs"), stop);
        source = Regex.Replace(source, "^#:project .*$", $"#:project {client}", RegexOptions.Multiline).Replace("GoldenService.Api.Client", $"{service}.Api.Client", StringComparison.Ordinal);
        await File.WriteAllTextAsync(program, source, stop);

        Console.WriteLine("  build a program that uses the generated client …");
        await Show("The calls failed", program, [address, csv, token], stop);
    }

    /// <summary>Runs a program that writes to this console.</summary>
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
            throw new DemoException($"{failure}. See the output above.");
        }
    }

    // The same 5,000 orders in every run.
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
        // Without build servers, so that none is left running.
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

/// <summary>A child process that ends with the demo.</summary>
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

    /// <summary>The last lines of its output.</summary>
    public string Tail => string.Join('\n', Log.TakeLast(15).Select(line => $"    {line}"));

    public async Task Stop()
    {
        if (!process.HasExited && !OperatingSystem.IsWindows())
        {
            // Lets it finish what it has begun. Windows has no such signal for another process.
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
