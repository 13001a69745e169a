namespace Golden.Templates.Net;

/// <summary>Every combination of options of every template.</summary>
public sealed class CombinationTests(Net net)
{
    public static TheoryData<string> Templates => [.. TemplateFolder.All];

    [Theory]
    [MemberData(nameof(Templates))]
    public Task EveryOne(string template) => IsCleanAsync(TemplateFolder.LoadAsync(template), TemplateRules.Of(template));

    /// <summary>What the feed does not have is said, and counts as text; only where the feed is known to be at fault.</summary>
    [Fact]
    public async Task WhatTheFeedLacksIsNotCompiled()
    {
        var template = (await TemplateFolder.LoadAsync("webapi-golden"))
            .Edit("src/GoldenService.Api/GoldenService.Api.csproj", "Serilog.AspNetCore", "Golden.Templates.Nowhere")
            .Edit(".template.config/packages-full/Directory.Packages.props", "Serilog.AspNetCore", "Golden.Templates.Nowhere");
        using var engine = await Engine.StartAsync(template);
        var core = await engine.GenerateAsync(Net.Name, new Dictionary<string, string> { ["packages"] = "core" });
        var full = await engine.GenerateAsync(Net.Name, new Dictionary<string, string> { ["packages"] = "full" });
        await net.EvaluateAsync([core, full]);

        Assert.True(net.IsTextOnly(full, TemplateRules.Of("webapi-golden")));
        Assert.False(net.IsTextOnly(core, TemplateRules.Of("webapi-golden")));
        Assert.False(net.IsTextOnly(full, TemplateRules.None));
        Assert.Equal(["Golden.Templates.Nowhere"], net.MissingPackages(full).Distinct());
        Assert.Contains(net.Compile(full), finding => finding.Message.StartsWith("NU1101", StringComparison.Ordinal));
    }

    async Task IsCleanAsync(Task<TemplateFolder> template, TemplateRules rules)
    {
        var report = await net.CheckAsync(await template, rules);
        Summary.Write(report.ToString());
        report.ShouldBeClean();
    }
}
