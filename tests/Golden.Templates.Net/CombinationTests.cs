namespace Golden.Templates.Net;

/// <summary>Every combination of options of every template.</summary>
public sealed class CombinationTests(Net net)
{
    [Fact]
    public Task WebApi() => IsCleanAsync(TemplateFolder.LoadAsync("webapi-golden"), TemplateRules.None);

    /// <summary>A thousand combinations, before the templates have as many.</summary>
    [Fact]
    public Task Rehearsed() => IsCleanAsync(Rehearsal.LoadAsync(), new(Rehearsal.IsRefused, Rehearsal.NeedsPublicFeed));

    async Task IsCleanAsync(Task<TemplateFolder> template, TemplateRules rules)
    {
        var report = await net.CheckAsync(await template, rules);
        TestContext.Current.TestOutputHelper!.WriteLine(report.ToString());
        report.ShouldBeClean();
    }
}
