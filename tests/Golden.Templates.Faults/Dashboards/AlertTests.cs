using Golden.Templates.Tests;

namespace Golden.Templates.Faults;

/// <summary>The alert rules of generated services, by the tests that they come with.</summary>
public sealed class AlertTests(InstalledPack pack)
{
    [Theory] // Fails when a rule is none, or an alert fires when it must not, or does not when it must.
    [InlineData("webapi-golden")]
    [InlineData("webapi-golden", "--database", "postgres", "--auth", "none", "--deploy", "none")]
    [InlineData("worker-golden")]
    [InlineData("worker-golden", "--database", "postgres", "--deploy", "kubernetes")]
    [InlineData("golden")]
    public async Task TheRulesFireWhenTheyMust(string template, params string[] options)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Prometheus is installed only where the build server is Linux.");
        Prometheus.ShouldBeInstalled();
        var solution = await GeneratedSolution.CreateAsync(pack, pack.CreateFolder(), template, "Acme.Shop", options);
        var alerts = Path.Combine(solution.Folder, "deploy", "alerts");

        (await PromtoolAsync("check", "rules", [.. Directory.GetFiles(alerts, "*.yml")])).ShouldSucceed();
        (await PromtoolAsync("test", "rules", [.. Directory.GetFiles(Path.Combine(alerts, "tests"), "*.yml")])).ShouldSucceed();

        Task<CommandResult> PromtoolAsync(string command, string what, string[] files) =>
            CommandLine.RunAsync(CommandLine.StartInfo("promtool", solution.Folder, [command, what, .. files]));
    }
}
