namespace Golden.Templates.Tests;

/// <summary>The tests of a service do not depend on who runs them: not on variables, user secrets, time zone or culture.</summary>
public sealed class DeveloperTests(InstalledPack pack) : TemplateTests(pack)
{
    [Theory]
    [InlineData("webapi-golden", "Api")]
    [InlineData("worker-golden", "Worker")]
    public async Task NothingThatADeveloperHasSetReachesTheTests(string template, string project)
    {
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, template, "Acme.Mine");
        await solution.BuildAsync();
        var cancel = TestContext.Current.CancellationToken;
        var home = Directory.CreateDirectory(Path.Combine(Folder, "home")).FullName;
        foreach (var (name, value) in new[] { ("Limits:MaxBodyBytes", "50"), ("RateLimits:PerAddress", "1"), ("Documentation:Ui", "false"), ("OTEL_SERVICE_NAME", "mine") })
        {
            var set = CommandLine.StartInfo("dotnet", solution.Folder, ["user-secrets", "set", name, value, "--project", $"src/Acme.Mine.{project}"]);
            set.Environment["APPDATA"] = home;
            (await CommandLine.RunAsync(set, cancel)).ShouldSucceed();
        }

        var passed = await solution.TestAsync(
        [
            ("APPDATA", home),
            ("Limits__MaxBodyBytes", "50"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9"),
            ("Logging__LogLevel__Default", "None"),
            ("ASPNETCORE_ENVIRONMENT", "Staging"),
            ("TZ", "Asia/Kolkata"),
            ("LANG", "tr_TR.UTF-8"),
            ("CI", "true"),
        ]);

        Assert.True(passed > 300, $"{passed} tests passed.");
    }
}
