namespace Golden.Templates.Tests;

/// <summary>The command that proves the checklist, where something is not as the checklist says. Where all is well, other tests run it whole.</summary>
public sealed class ChecklistTests(InstalledPack pack) : TemplateTests(pack)
{
    const string Tests = "tests/Acme.Orders.ServiceDefaults.Tests/Repository/StaticAnalysisTests.cs";

    [Fact]
    public async Task ARowThatIsNotProvenEndsTheCommandWithOne()
    {
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "webapi-golden", "Acme.Orders");
        (await RunAsync(solution, "static-analysis")).ShouldSucceed();

        var unknown = await RunAsync(solution, "everything");
        unknown.ShouldExitWith(1);
        Assert.Contains("no row 'everything'. Its rows are: contract, validation,", unknown.Output, StringComparison.Ordinal);

        // A setting is weaker than the row says: a test of it fails, and one that is fine does not hide that.
        await solution.ReplaceAsync("Directory.Build.props", "<AnalysisLevelSecurity>latest-all</AnalysisLevelSecurity>", "");
        var failed = await RunAsync(solution, "static-analysis", "indexes");
        failed.ShouldExitWith(1);
        Assert.Matches(@"static-analysis +failed", failed.Output);
        Assert.Matches(@"indexes +passed", failed.Output);
        Assert.EndsWith("Not proven: static-analysis.", failed.Output.TrimEnd(), StringComparison.Ordinal);

        // And no test has the trait of the row any more.
        await solution.ReplaceAsync(Tests, "[Trait(\"Checklist\", \"static-analysis\")]\n", "");
        var none = await RunAsync(solution, "static-analysis");
        none.ShouldExitWith(1);
        Assert.Matches(@"static-analysis +no tests", none.Output);
        var noticed = await CommandLine.DotnetAsync(solution.Folder, ["test", "--no-build", .. GeneratedSolution.SomeTests, "--filter-class", "*.ChecklistTests"]);
        noticed.ShouldExitWith(2);
        Assert.Contains("static-analysis: StaticAnalysisTests", noticed.Output, StringComparison.Ordinal);

        // What does not build proves nothing; and rows that were asked for by name leave the result of the whole alone.
        await solution.ReplaceAsync(Tests, "public sealed partial class", "public sealed partial clas");
        var broken = await RunAsync(solution, "static-analysis");
        broken.ShouldExitWith(1);
        Assert.EndsWith("mend what stands above.", broken.Output.TrimEnd(), StringComparison.Ordinal);
        Assert.DoesNotContain("docs/checklist-result.md", solution.Files());
    }

    static Task<CommandResult> RunAsync(GeneratedSolution solution, params string[] rows) => CommandLine.DotnetAsync(solution.Folder, ["run", "checklist.cs", "--", .. rows]);
}
