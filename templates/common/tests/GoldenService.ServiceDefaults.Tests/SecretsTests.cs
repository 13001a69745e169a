namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

[Trait("Checklist", "secrets")]
[Collection(TestOrder.Waiting)]
public sealed class SecretsTests : IDisposable
{
    private const string Password = "correct-horse";

    private readonly MountedSecrets secrets = new();

    // Fails when the files stand before another source, and when the line feed at the end stays.
    [Fact]
    public async Task A_file_is_a_setting_and_wins_and_its_last_line_feed_is_none_of_it()
    {
        secrets.Write("Limits__MaxBodyBytes", "1000\n");
        secrets.Write("Certificates__Key", "line one\nline two\n");

        // The settings of this service are arguments of its command line.
        await using var mounted = await Service.StartAsync(settings: new() { ["Secrets:Directory"] = secrets.Folder, ["Limits:MaxBodyBytes"] = "2000" });

        Assert.Equal("line one\nline two", mounted.Services.GetRequiredService<IConfiguration>()["Certificates:Key"]);
        (await mounted.Send(Examples.WithBody("{}".PadRight(1001)))).IsProblem(413);
    }

    // Fails when the connection string is read once, or changes are left to the file system to tell.
    [Fact]
    public async Task After_the_swap_of_Kubernetes_the_service_uses_the_other_database()
    {
        await using var first = await Service.StartAsync(ownDatabase: true);
        await using var second = await Service.StartAsync(ownDatabase: true);
        await Examples.AddAsync(second);
        secrets.Mount("1", ("ConnectionStrings__Database", first.Database.ConnectionString));
        await using var mounted = await Service.StartAsync("Production", new() { ["Secrets:Directory"] = secrets.Folder });
        Assert.Equal(0, await Examples.CountAsync(mounted));

        secrets.Mount("2", ("ConnectionStrings__Database", second.Database.ConnectionString + "\n"));

        await MountedSecrets.Until(async () => await Examples.CountAsync(mounted) == 1);
        Assert.Equal(200, (await mounted.Get("/health/ready")).Status);
    }

    // Fails when the new connection string is taken unseen, or its failure is told with the value.
    [Fact]
    public async Task A_connection_string_that_cannot_be_is_not_taken_and_not_shown()
    {
        await using var other = await Service.StartAsync(ownDatabase: true);
        secrets.Write("ConnectionStrings__Database", other.Database.ConnectionString);
        await using var mounted = await Service.StartAsync("Production", new() { ["Secrets:Directory"] = secrets.Folder }, ownDatabase: true);

        secrets.Write("ConnectionStrings__Database", $"Mistake=1;Password={Password}");

        await MountedSecrets.Until(() => Task.FromResult(mounted.Log.All.Any(line => line.Level == LogLevel.Error && line.Message.EndsWith("The service goes on with the one it had.", StringComparison.Ordinal))));
        Assert.Equal(200, (await mounted.Send(Examples.Good)).Status);
        Assert.DoesNotContain(mounted.Log.All, line => (line.Message + line.Exception).Contains(Password, StringComparison.Ordinal));
    }

    // Fails when a missing folder is passed over, a relative path starts from the current folder, or a failure to read is no sentence.
    [Fact]
    public async Task A_folder_or_a_file_that_cannot_be_read_ends_the_start_with_a_sentence()
    {
        var missing = Path.Combine(AppContext.BaseDirectory, "missing");
        Assert.Equal($"The setting Secrets:Directory must name a folder, and there is none at {missing}.", await StartFailure("missing"));

        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making a symbolic link takes a right that few have on Windows.");
        File.CreateSymbolicLink(Path.Combine(secrets.Folder, "Limits__MaxBodyBytes"), missing);
        Assert.StartsWith($"A file of the folder {secrets.Folder}", await StartFailure(secrets.Folder), StringComparison.Ordinal);
    }

    // Fails when the sentence about a wrong setting shows a value that is mounted.
    [Fact]
    public async Task A_value_from_a_file_is_not_shown_when_it_is_wrong()
    {
        secrets.Write("Limits__MaxBodyBytes", Password);

        Assert.Equal("The setting Limits:MaxBodyBytes must be a whole number from 1 to 2147483647, and the mounted secret is not.", await StartFailure(secrets.Folder));
    }

    public void Dispose() => secrets.Dispose();

    private async Task<string> StartFailure(string directory)
    {
        await using var process = ServiceProcess.StartIn(secrets.Folder, [], ("Secrets__Directory", directory));
        var (code, errors) = await process.ExitAsync();
        Assert.Equal(1, code);
        Assert.DoesNotContain(Password, errors + process.Output, StringComparison.Ordinal);
        return errors.Trim();
    }
}
