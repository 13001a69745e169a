namespace GoldenService.Testing;

using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Http;
#if (jwt)
using System.Net.Http.Headers;
#endif
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

/// <summary>The built program as a process of its own, in Production unless told otherwise.</summary>
public sealed partial class ServiceProcess : IAsyncDisposable
{
    private const int Sigterm = 15;

    // A machine that builds and tests other things beside may take long to start a process.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

#if (jwt)
    private readonly string folder = Directory.CreateTempSubdirectory("service-").FullName;
#endif
    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly TaskCompletionSource<Uri> address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task<string> errors;

    private ServiceProcess(string startFolder, string[] arguments, (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet", [TestedService.Current.Assembly.Location, .. arguments])
        {
            WorkingDirectory = startFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // It starts a fifth sooner when it neither measures what it might compile again nor guards the pages of what it compiles.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        var database = settings.FirstOrDefault(setting => setting.Name == "ConnectionStrings__Database").Value ?? Database.ConnectionString;
        start.Environment["ConnectionStrings__Database"] = database;
        start.Environment["Shutdown__DrainSeconds"] = "0";
        foreach (var (name, value) in TestedService.Current.SettingsWith(database).Concat(ContractCredentials.Settings))
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

#if (jwt)
        var certificate = Path.Combine(folder, "issuer.pem");
        File.WriteAllText(certificate, Issuer.CertificatePem);
        start.Environment["SSL_CERT_FILE"] = certificate;
        start.Environment["Authentication__Schemes__Bearer__Authority"] = Issuer.Shared.Address;
        start.Environment["Authentication__Schemes__Bearer__ValidAudiences__0"] = Issuer.Audience;
#endif
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.BeginOutputReadLine();
        errors = process.StandardError.ReadToEndAsync();
    }

    public TestDatabase Database { get; } = new();

    public string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    /// <summary>Starts it in the folder of its project, as `dotnet run` does.</summary>
    public static ServiceProcess Start(Service service, string[] arguments, params (string Name, string Value)[] settings) =>
        new(service.Services.GetRequiredService<IHostEnvironment>().ContentRootPath, arguments, settings);

    /// <summary>Starts it in any folder, as systemd and cron do.</summary>
    public static ServiceProcess StartIn(string folder, string[] arguments, params (string Name, string Value)[] settings) => new(folder, arguments, settings);

    /// <summary>Where it listens, once it does.</summary>
    public Task<Uri> AddressAsync() => address.Task.WaitAsync(Patience);

    /// <summary>A client of it, once it listens.</summary>
    public async Task<HttpClient> ConnectAsync()
    {
        var http = new HttpClient(new CredentialsHandler { InnerHandler = new CompletingHandler { InnerHandler = new HttpClientHandler() } }) { BaseAddress = await AddressAsync() };
#if (jwt)
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Issuer.Shared.Token());
#endif
        return http;
    }

    /// <summary>Skips a test that calls the process and stops it, where that cannot be done.</summary>
    public static void SkipWhereItCannotBeCalledAndStopped() =>
#if (jwt)
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Windows has no SIGTERM, and only Linux takes the certificate of the tests' issuer of tokens from a file.");
#else
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
#endif

    public async Task<(int Code, string Errors)> ExitAsync()
    {
        await process.WaitForExitAsync().WaitAsync(Patience);
        return (process.ExitCode, await errors);
    }

    /// <summary>Asks it to stop, as Kubernetes and systemd do.</summary>
    public void Terminate() => _ = Kill(process.Id, Sigterm);

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
        Database.Dispose();
#if (jwt)
        Directory.Delete(folder, recursive: true);
#endif
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    private void Read(string? line)
    {
        const string listening = "Now listening on: ";
        lock (output)
        {
            output.AppendLine(line);
        }

        if (line?.IndexOf(listening, StringComparison.Ordinal) is { } at and >= 0)
        {
            var url = line[(at + listening.Length)..].TrimStart('\\', '"'); // In JSON it is in quotation marks.
            address.TrySetResult(new Uri(url.Split('\\', '"')[0]));
        }
    }
}
