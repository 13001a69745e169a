namespace Golden.Templates.Tests;

/// <summary>The tests of a service do not depend on who runs them: not on variables, user secrets, time zone or culture.</summary>
public sealed class DeveloperTests(InstalledPack pack) : TemplateTests(pack)
{
    [Fact] // The worker's checklist is proven so.
    public async Task NothingThatADeveloperHasSetReachesTheTests()
    {
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "webapi-golden", "Acme.Mine");
        await solution.BuildAsync();

        var passed = await solution.TestAsync(await Developer.SettingsAsync(solution, Folder, "Api"));

        Assert.True(passed > 300, $"{passed} tests passed.");
    }
}

/// <summary>What a developer may have set on their machine.</summary>
static class Developer
{
    /// <summary>Sets user secrets of a project, in a folder of its own, and returns the variables to go with them.</summary>
    public static async Task<(string Name, string Value)[]> SettingsAsync(GeneratedSolution solution, string parent, string project)
    {
        var home = Directory.CreateDirectory(Path.Combine(parent, "home")).FullName;
        foreach (var (name, value) in new[] { ("Limits:MaxBodyBytes", "50"), ("RateLimits:PerAddress", "1"), ("Documentation:Ui", "false"), ("OTEL_SERVICE_NAME", "mine") })
        {
            var set = CommandLine.StartInfo("dotnet", solution.Folder, ["user-secrets", "set", name, value, "--project", $"src/{solution.ProjectName}.{project}"]);
            set.Environment["APPDATA"] = home;
            (await CommandLine.RunAsync(set)).ShouldSucceed();
        }

        return
        [
            ("APPDATA", home),
            ("Limits__MaxBodyBytes", "50"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9"),
            ("Logging__LogLevel__Default", "None"),
            ("ASPNETCORE_ENVIRONMENT", "Staging"),
            ("TZ", "Asia/Kolkata"),
            ("LANG", "tr_TR.UTF-8"),
            ("CI", "true"),
        ];
    }
}
