namespace Golden.Templates.Tests;

/// <summary>Packages that only some services have, and NSwag's, which makes their code.</summary>
public sealed class PackageTests(InstalledPack pack) : TemplateTests(pack)
{
    [Theory]
    [InlineData("webapi-golden")]
    [InlineData("worker-golden")]
    public async Task WithSentryAServiceBuildsAndItsPlatformWorks(string template)
    {
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, template, "Acme.Orders", "--error-tracking", "sentry");
        solution.ShouldNameItsProjects();
        solution.ShouldHaveNoTraceOfTheTemplate();

        await solution.BuildAsync("-p:CI=true");
        solution.ShouldHaveRestoredExactly();
        Assert.True(await solution.TestPlatformAsync([("CI", "true")], "DeadLetterEventTests") > 100);
    }

    /// <summary>A package of NuGet makes the code of the contract; without the TypeScript client nothing of npm is needed.</summary>
    [Fact]
    public async Task NSwagComesFromNuGet()
    {
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "webapi-golden", "Acme.Orders", "--typescript-client");
        Assert.All(solution.Files().Where(file => Path.GetFileName(file) is "package.json" or "package-lock.json" or ".npmrc"), file => Assert.StartsWith("clients/typescript/", file, StringComparison.Ordinal));

        // Both clients are made by it.
        var committed = solution.Generated();
        await solution.BuildAsync("-p:CI=true", "-p:RegenerateContract=true");
        Assert.Equal(committed, solution.Generated());

        await solution.ReplaceAsync("src/Acme.Orders.Api/openapi.yaml", "maximum: 200\n", "maximum: 199\n");
        await solution.BuildAsync();
        Assert.Equal(
            ["clients/typescript/src/generated/contract.lock", "src/Acme.Orders.Api.Client/Generated/contract.lock", "src/Acme.Orders.Api/Generated/Rules.cs", "src/Acme.Orders.Api/Generated/contract.lock"],
            solution.Generated().Where(file => committed[file.Key] != file.Value).Select(file => file.Key).Order(StringComparer.Ordinal));
    }
}
