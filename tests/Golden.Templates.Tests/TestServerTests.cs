namespace Golden.Templates.Tests;

/// <summary>The tests of a service on PostgreSQL start the server that they need, where the environment names none.</summary>
public sealed class TestServerTests(InstalledPack pack) : TemplateTests(pack)
{
    const string Image = "postgres:17";

    /// <summary>Both services, and the platform.</summary>
    [Fact]
    public async Task ItIsAContainerThatIsGoneAfterTheRun()
    {
        await Docker.NeedImageAsync(Image);
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "golden", "Acme", "--database", "postgres");
        await solution.BuildAsync();

        Assert.True(await solution.TestAsync([("CI", "true"), (PostgresServer.Variable, "")], "--filter-class", "*.DatabaseTests", "*.RoleTests") > 5);

        Assert.Empty(await Docker.RunAsync(Folder, "ps", "--all", "--quiet", "--filter", $"ancestor={Image}", "--filter", "label=org.testcontainers"));
    }

    /// <summary>It is of the version that the pipelines have, too.</summary>
    [Fact]
    public async Task ItsImageIsThatOfThePipelines()
    {
        var folder = Path.Combine(Repository.Root, "templates", "common");
        foreach (var file in (string[])["tests/GoldenService.Testing/TestServer.cs", ".github/workflows/ci.yml", "azure-pipelines.yml"])
        {
            Assert.Contains(Image, await File.ReadAllTextAsync(Path.Combine(folder, file), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
    }
}
