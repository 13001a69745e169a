namespace GoldenService.Testing;

using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

/// <summary>
/// The program from its entry point, in Production unless told otherwise, with settings that it must refuse. It runs in this
/// process, where all is loaded: StartTests has what only a process of its own shows.
/// </summary>
public static class RefusedStart
{
    // There is one console.
    private static readonly SemaphoreSlim Turn = new(1);

    /// <summary>The exit code, and what the program tells whoever starts it.</summary>
    public static Task<(int Code, string Errors)> RunAsync(Service service, params (string Name, string Value)[] settings) => RunAsync(service, [], settings);

    /// <summary>The same of a command, such as --health, that ends with a code.</summary>
    public static async Task<(int Code, string Errors)> RunAsync(Service service, string[] command, params (string Name, string Value)[] settings)
    {
        var host = service.Services.GetRequiredService<IHostEnvironment>();
        (string Name, string Value)[] all =
        [
            ("contentRoot", host.ContentRootPath),
            ("applicationName", host.ApplicationName),
            ("environment", "Production"),
            ("urls", "http://127.0.0.1:0"),
            ("ConnectionStrings:Database", service.Services.GetRequiredService<IConfiguration>().GetConnectionString("Database")!),
            ("Logging:Serilog:LogLevel:Default", "None"),
#if (jwt)
            ("Authentication:Schemes:Bearer:Authority", Issuer.Shared.Address),
            ("Authentication:Schemes:Bearer:ValidAudiences:0", Issuer.Audience),
#endif
            .. TestedService.Current.SettingsWith(service.Database.ConnectionString),
            .. settings,
        ];
        string[] arguments = [.. command, .. all.Select(setting => $"--{setting.Name}={setting.Value}")];

        await Turn.WaitAsync();
        var console = Console.Error;
        try
        {
            using var errors = new StringWriter();
            Console.SetError(errors);
            var code = await Task.Run(() => TestedService.Current.Assembly.EntryPoint!.Invoke(null, [arguments])).WaitAsync(TimeSpan.FromSeconds(20));
            return ((int)code!, errors.ToString());
        }
        finally
        {
            Console.SetError(console);
            Turn.Release();
        }
    }
}
