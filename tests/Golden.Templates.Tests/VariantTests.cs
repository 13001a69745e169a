using System.Text.RegularExpressions;

namespace Golden.Templates.Tests;

/// <summary>What an option writes instead of the default files is as good as these, with names that make a difference at run time.</summary>
public sealed partial class VariantTests(InstalledPack pack) : TemplateTests(pack)
{
    [Fact]
    public async Task WithoutAuthenticationAServiceBuildsAndItsChecklistIsProven()
    {
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "webapi-golden", "Acme.System.Microsoft.Program.Acme", "--auth", "none", "--deploy", "compose", "--deploy", "kubernetes");
        Assert.Equal("Acme._System._Microsoft._Program._Acme", solution.ProjectName);
        solution.ShouldNameItsProjects();
        solution.ShouldHaveNoTraceOfTheTemplate();

        // The pipeline of the contract knows what any contract may say, and a token is a secret anywhere.
        string[] general = ["contract/generate.cs", "docs/contract.md", $"tests/{solution.ProjectName}.ServiceDefaults.Tests/Repository/RepositorySecretsTests.cs"];
        Assert.DoesNotContain(solution.Files().Except(general), file => Words().IsMatch(File.ReadAllText(Path.Combine(solution.Folder, file))));

        // The code of the contract must be what NSwag makes of this variant's contract; `dotnet variants.cs` updates it.
        var committed = solution.Generated();
        await solution.BuildAsync("-p:CI=true", "-p:RegenerateContract=true");
        Assert.Equal(committed, solution.Generated());
        await solution.ProveAsync();
    }

    [Theory]
    [InlineData("jwt", "日本", "日本")]
    [InlineData("none", "class", "_class")]
    public async Task OnPostgreSqlAServiceBuildsAndItsTestsPass(string auth, string name, string projectName)
    {
        var server = PostgresServer.ConnectionString();
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "webapi-golden", name, "--database", "postgres", "--auth", auth, "--deploy", "compose", "--deploy", "kubernetes");
        Assert.Equal(projectName, solution.ProjectName);
        solution.ShouldNameItsProjects();
        solution.ShouldHaveNoTraceOfTheTemplate();

        // The other database is in no file but one: answers must not name it either.
        Assert.Equal([$"tests/{projectName}.Testing/Raw.cs"], solution.Files().Where(file => Sqlite().IsMatch(File.ReadAllText(Path.Combine(solution.Folder, file)))));

        await solution.BuildAsync("-p:CI=true");
        solution.ShouldHaveRestoredExactly();
        (string, string)[] environment = [(PostgresServer.Variable, server), ("CI", "true")];

        // With tokens the system has the same platform.
        Assert.True((auth == "jwt" ? await solution.TestServicesAsync(environment) : await solution.TestAsync(environment)) > 100);
    }

    [Fact]
    public async Task WithoutTheSampleAServiceBuildsAndItsChecklistIsProven()
    {
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "webapi-golden", "Acme.Billing", "--sample", "false", "--typescript-client", "true", "--deploy", "compose", "--deploy", "kubernetes");
        ShouldNotHaveTheSample(solution);

        // The code of the contract must be what NSwag makes of this variant's contract; `dotnet variants.cs` updates it.
        var committed = solution.Generated();
        await solution.BuildAsync("-p:CI=true", "-p:RegenerateContract=true");
        Assert.Equal(committed, solution.Generated());
        await solution.ProveAsync();
    }

    [Fact]
    public async Task WithoutTheSampleOnPostgreSqlAServiceWithoutTokensBuildsAndItsTestsPass()
    {
        var server = PostgresServer.ConnectionString();
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "webapi-golden", "Acme.Billing", "--sample", "false", "--database", "postgres", "--auth", "none", "--deploy", "compose", "--deploy", "kubernetes");
        ShouldNotHaveTheSample(solution);

        await solution.BuildAsync("-p:CI=true");
        Assert.True(await solution.TestServicesAsync((PostgresServer.Variable, server), ("CI", "true")) > 80);
    }

    /// <summary>Two files of requests, one with tokens and one without, and no other difference.</summary>
    [Theory]
    [InlineData("", "auth-none")]
    [InlineData(".template.config/sample-none", "sample-none-auth-none")]
    public async Task RequestsWithoutTokensAreTheSameRequests(string source, string variant)
    {
        var template = Path.Combine(Repository.Root, "templates", "webapi-golden");
        var with = await File.ReadAllTextAsync(Path.Combine(template, source, "requests.http"), TestContext.Current.CancellationToken);
        var without = await File.ReadAllTextAsync(Path.Combine(template, ".template.config", variant, "requests.http"), TestContext.Current.CancellationToken);
        Assert.Equal(without, Tokens().Replace(with, ""));
    }

    private static void ShouldNotHaveTheSample(GeneratedSolution solution)
    {
        solution.ShouldNameItsProjects();
        solution.ShouldHaveNoTraceOfTheTemplate();

        // Examples show what is a secret, and the kit knows the header that makes a call unique in any contract.
        string[] general = ["tests/Acme.Billing.ServiceDefaults.Tests/Repository/RepositorySecretsTests.cs", "tests/Acme.Billing.Testing/Contract/ContractCalls.cs"];
        Assert.DoesNotContain(solution.Files().Except(general), file => Sample().IsMatch(file) || Sample().IsMatch(File.ReadAllText(Path.Combine(solution.Folder, file))));
    }

    [GeneratedRegex(@"\bJWT\b|Jwt|[Bb]earer|orders:(read|write)")]
    private static partial Regex Words();

    [GeneratedRegex(@"orders|order(?:id|line|draft|entity|rules|status|page)|idempotency|customer|\bcurrency", RegexOptions.IgnoreCase)]
    private static partial Regex Sample();

    [GeneratedRegex("sqlite", RegexOptions.IgnoreCase)]
    private static partial Regex Sqlite();

    [GeneratedRegex(@"# dotnet user-jwts.*\n@token.*\n\n|Authorization: .*\n")]
    private static partial Regex Tokens();
}
