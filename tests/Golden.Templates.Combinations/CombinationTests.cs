using Golden.Templates.Tests;

namespace Golden.Templates.Combinations;

/// <summary>Every combination of options of every template.</summary>
public sealed class CombinationTests(CombinationCheck check)
{
    public static TheoryData<string> Templates => [.. TemplateFolder.All];

    [Theory]
    [MemberData(nameof(Templates))]
    public Task EveryOne(string template) => IsCleanAsync(TemplateFolder.LoadAsync(template), TemplateRules.Of(template));

    /// <summary>A restore that fails is a finding, with the package that it failed for.</summary>
    [Fact]
    public async Task APackageThatNoFeedHasIsFound()
    {
        var template = (await TemplateFolder.LoadAsync("webapi-golden"))
            .Edit("../common/src/GoldenService.ServiceDefaults/GoldenService.ServiceDefaults.csproj", "Serilog.AspNetCore", "Golden.Templates.Nowhere")
            .Edit("../common/Directory.Packages.props", "Serilog.AspNetCore", "Golden.Templates.Nowhere");
        using var engine = await Engine.StartAsync(template);
        var output = await engine.GenerateAsync(CombinationCheck.Name, new Dictionary<string, string>());
        await check.EvaluateAsync([output]);

        Assert.Contains(check.Compile(output), finding => finding.Message.StartsWith("NU1101: Unable to find package Golden.Templates.Nowhere.", StringComparison.Ordinal));
    }

    async Task IsCleanAsync(Task<TemplateFolder> template, TemplateRules rules)
    {
        var report = await check.CheckAsync(await template, rules);
        Summary.Write(report.ToString());
        report.ShouldBeClean();
    }
}
