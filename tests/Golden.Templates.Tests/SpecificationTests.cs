namespace Golden.Templates.Tests;

/// <summary>The specifications of a generated service learn all that they know from its contract, so they hold for contracts that have nothing in common with the sample's.</summary>
public sealed class SpecificationTests(InstalledPack pack) : TemplateTests(pack)
{
    static readonly string[] OfContracts = ["BodyTests", "BoundaryTests", "CanaryTests", "ConformanceTests", "HeadersTests", "StartTests"];

    // Fails when the kit of tests does not read something that the compiler reads, or asks of a service what its contract does not say.
    [Theory]
    [InlineData("Rows", "rows.yaml", "Rows.cs.txt")]
    [InlineData("Composed", "composition.yaml", "Composition.cs.txt")]
    public async Task TheyHoldForAContractWithoutSecurity(string name, string contract, string code)
    {
        var solution = await OtherContract.CreateWithTestsAsync(Pack, Folder, name, contract, code, "--auth", "none");

        await TestAsync(solution, OfContracts);
    }

    // Fails when an operation that the contract opens is taken for one that asks for a token, or the reverse.
    [Fact]
    public async Task TheyHoldForAContractWithSecurity()
    {
        var solution = await OtherContract.CreateWithTestsAsync(Pack, Folder, "Wide", "wide.yaml", "Wide.cs.txt");
        const string file = "src/Wide.Api/openapi.yaml";
        await solution.ReplaceAsync(file, "paths:\n", "security: [{ bearer: [things:read] }]\npaths:\n");
        await solution.ReplaceAsync(file, "components:\n", "components:\n  securitySchemes: { bearer: { type: http, scheme: bearer } }\n");
        await solution.ReplaceAsync(file, "      operationId: listKinds\n", "      operationId: listKinds\n      security: []\n");

        await TestAsync(solution, [.. OfContracts, "AccessTests"]);
    }

    static async Task TestAsync(GeneratedSolution solution, string[] classes)
    {
        (await CommandLine.DotnetAsync(solution.Folder, "build", "-nologo", "-m:1", "-p:RunAnalyzers=false")).ShouldSucceed();

        await solution.TestAsync([("CI", "true")], ["--filter-class", .. classes.Select(one => $"{solution.ProjectName}.Api.Tests.{one}")]);
    }
}
