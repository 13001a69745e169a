using Golden.Templates.Tests;

namespace Golden.Templates.Combinations;

/// <summary>Every combination of options of every template.</summary>
public sealed class CombinationTests(CombinationCheck check)
{
    public static TheoryData<string> Templates => [.. TemplateFolder.All];

    /// <summary>Each can be run alone.</summary>
    public static IEnumerable<TheoryDataRow<string>> TemplatesByTrait => TemplateFolder.All.Select(template => new TheoryDataRow<string>(template).WithTrait("Pairs", template));

    [Theory]
    [MemberData(nameof(Templates))]
    public Task EveryOne(string template) => IsCleanAsync(template);

    [Theory(Explicit = true)] // Finds most mistakes in an edited template in less than a minute. EveryOne has all pairs, too.
    [MemberData(nameof(TemplatesByTrait))]
    public Task EveryPair(string template) => IsCleanAsync(template, pairs: true);

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

    async Task IsCleanAsync(string template, bool pairs = false)
    {
        var report = await check.CheckAsync(await TemplateFolder.LoadAsync(template), TemplateRules.Of(template), pairs);
        Summary.Write(report.ToString());
        report.ShouldBeClean();
    }
}
