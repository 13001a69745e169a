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
    public async Task OnPostgreSqlWithSentryASystemBuildsAndItsPlatformWorks()
    {
        var server = PostgresServer.ConnectionString();
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "golden", "Acme.Shop", "--database", "postgres", "--error-tracking", "sentry");
        solution.ShouldHaveNoTraceOfTheTemplate();

        await solution.BuildAsync("-p:CI=true");

        // Both services are tested on PostgreSQL alone.
        Assert.True(await solution.TestPlatformAsync([(PostgresServer.Variable, server), ("CI", "true")], "DeadLetterEventTests") > 100);
    }
}
