namespace Golden.Templates.Tests;

/// <summary>The system of both services as users get it.</summary>
public sealed class SystemTests(InstalledPack pack) : TemplateTests(pack)
{
    [Fact]
    public async Task ASystemBuildsAndItsChecklistIsProven()
    {
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "golden", "Acme");
        solution.ShouldNameItsProjects();
        solution.ShouldHaveNoTraceOfTheTemplate();

        var committed = solution.Generated();
        await solution.BuildAsync("-p:CI=true", "-p:RegenerateContract=true");
        Assert.Equal(committed, solution.Generated());
        await solution.ProveAsync();
    }

    [Fact]
    public async Task OnPostgreSqlWithSentryASystemBuildsAndItsTestsPass()
    {
        var server = PostgresServer.ConnectionString();
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "golden", "Acme.Shop", "--database", "postgres", "--error-tracking", "sentry");
        solution.ShouldHaveNoTraceOfTheTemplate();

        await solution.BuildAsync("-p:CI=true");
        Assert.True(await solution.TestAsync([(PostgresServer.Variable, server), ("CI", "true")]) > 400);
    }
}
