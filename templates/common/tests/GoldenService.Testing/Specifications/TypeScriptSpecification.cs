namespace GoldenService.Testing;

using System;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using Xunit;

/// <summary>The TypeScript client, compiled as its users compile it, calls the service from Node.</summary>
public abstract class TypeScriptSpecification
{
    private const string Reason = "This test needs Node 20 or later, with npm.";

    // The packages may have to be fetched.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static string Npm => OperatingSystem.IsWindows() ? "npm.cmd" : "npm";

    [Fact] // Fails when the client does not compile, or sends or reads anything but what the contract says; its tests are in clients/typescript/test.
    public async Task The_client_compiles_and_gets_along_with_the_service()
    {
        var isThere = await IsThereAsync("node") && await IsThereAsync(Npm);
        Assert.SkipUnless(isThere || Environment.GetEnvironmentVariable("CI") == "true", Reason);
        Assert.True(isThere, Reason);
        await using var alone = await Service.StartAsync();
        var settings = await PrepareAsync(alone);

        var (code, output) = await RunAsync(Npm, ["ci"]);
        Assert.True(code == 0, $"npm ci ended with {code}:\n{output}");

        (code, output) = await RunAsync(
            Npm,
            ["test"],
            [
#if (jwt)
            ("SERVICE_TOKEN", Issuer.Shared.Token()),
#endif
            ("SERVICE_URL", alone.Http.BaseAddress!.ToString()),
            .. settings]);
        Assert.True(code == 0, $"npm test ended with {code}:\n{output}");
        Assert.Matches(@"(?m)^\S+ pass [1-9]", output);
    }

    /// <summary>Puts in place what the client's tests need, and tells them by the environment.</summary>
    protected virtual Task<(string Name, string Value)[]> PrepareAsync(Service service) => Task.FromResult(Array.Empty<(string, string)>());

    private static async Task<bool> IsThereAsync(string program)
    {
        try
        {
            return (await RunAsync(program, ["--version"])).Code == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, string[] arguments, params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Path.Combine(Repository.Root, "clients", "typescript"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        try
        {
            var outputs = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync()).WaitAsync(Patience);
            await process.WaitForExitAsync();
            return (process.ExitCode, string.Concat(outputs));
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
