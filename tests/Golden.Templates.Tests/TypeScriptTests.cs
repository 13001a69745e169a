using System.Text.Json;

namespace Golden.Templates.Tests;

/// <summary>The client in TypeScript, as users get it.</summary>
public sealed class TypeScriptTests(InstalledPack pack) : TemplateTests(pack)
{
    const string Client = "clients/typescript/src/generated/client.ts";

    [Theory]
    [InlineData("webapi-golden", "Acme.Orders")]
    [InlineData("webapi-golden", "class", "--auth", "none")]
    [InlineData("worker-golden", "Acme.Shipping")]
    public async Task CompilesAndCallsTheService(string template, string name, params string[] options)
    {
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, template, name, ["--typescript-client", .. options]);
        solution.ShouldHaveNoTraceOfTheTemplate();

        // The code of the contract must be what NSwag makes of it.
        var committed = solution.Generated();
        Assert.Contains(Client, committed.Keys);
        Assert.Contains("clients/typescript/src/generated/contract.lock", committed.Keys);
        await solution.BuildAsync("-p:CI=true", "-p:RegenerateContract=true");
        Assert.Equal(committed, solution.Generated());
        Assert.Equal(1, await solution.TestClassAsync("TypeScriptTests"));
    }

    [Theory]
    [InlineData("webapi-golden")]
    [InlineData("worker-golden")]
    public async Task WithoutTheOptionNothingOfItIsThere(string template)
    {
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, template, "Acme.Orders");
        var files = solution.Files();
        Assert.DoesNotContain(files, file => file.Contains("typescript", StringComparison.OrdinalIgnoreCase));

        // The record says that it was not asked for, and what updates the code of contracts is the same in every service.
        string[] others = [".config/golden-templates.json", "contract/contract.proj", "contract/contract.targets", "contract/generate.cs"];
        Assert.Empty(others.Except(files));
        Assert.DoesNotContain(files.Except(others), file => File.ReadAllText(Path.Combine(solution.Folder, file)).Contains("typescript", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("Acme.Orders", "acme-orders-client")]
    [InlineData("My App", "my-app-client")]
    [InlineData("3d.Api", "app-3-d-api-client")]
    [InlineData("_Größe_", "gr-e-client")]
    [InlineData("日本", "app-client")]
    public async Task ThePackageHasTheNameOfTheService(string name, string package)
    {
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "webapi-golden", name, "--typescript-client");
        foreach (var file in new[] { "package.json", "package-lock.json" })
        {
            using var json = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(solution.Folder, "clients/typescript", file), TestContext.Current.CancellationToken));
            Assert.Equal(package, json.RootElement.GetProperty("name").GetString());
        }
    }

    [Fact]
    public async Task AChangeOfTheContractChangesTheClient()
    {
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "webapi-golden", "Acme.Orders", "--typescript-client");
        var client = Path.Combine(solution.Folder, Client);
        var before = await File.ReadAllTextAsync(client, TestContext.Current.CancellationToken);
        await solution.ReplaceAsync("src/Acme.Orders.Api/openapi.yaml", "operationId: cancelOrder", "operationId: abandonOrder");
        (await BuildClientAsync(solution)).ShouldSucceed();
        var after = await File.ReadAllTextAsync(client, TestContext.Current.CancellationToken);
        Assert.Equal(before.Replace("cancelOrder", "abandonOrder", StringComparison.Ordinal).Replace("CancelOrder", "AbandonOrder", StringComparison.Ordinal), after);
        Assert.NotEqual(before, after);

        // What only this client is made of has a record of its own.
        await solution.ReplaceAsync("contract/liquid/typescript/File.liquid", "To change this file,", "To change it,");
        var refused = await BuildClientAsync(solution, "-p:CI=true");
        refused.ShouldExitWith(1);
        Assert.Contains("error CONTRACT001: The generated code is out of date (liquid/typescript/File.liquid).", refused.Output, StringComparison.Ordinal);
        (await BuildClientAsync(solution)).ShouldSucceed();
        Assert.Contains("To change it,", await File.ReadAllTextAsync(client, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        (await BuildClientAsync(solution, "-p:CI=true")).ShouldSucceed();

        File.Delete(client);
        (await BuildClientAsync(solution)).ShouldSucceed();
        Assert.True(File.Exists(client));
    }

    /// <summary>All that the subset has and the sample does not use.</summary>
    [Fact]
    public async Task EverySupportedFeatureCompiles()
    {
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "webapi-golden", "Wide", "--typescript-client");
        var package = Path.Combine(solution.Folder, "clients", "typescript");
        Directory.Delete(Path.Combine(package, "test"), recursive: true);
        File.Copy(Path.Combine(Repository.Root, "tests/Golden.Templates.Tests/Fixtures/wide.yaml"), Path.Combine(solution.Folder, "src/Wide.Api/openapi.yaml"), overwrite: true);
        (await BuildClientAsync(solution)).ShouldSucceed();
        (await NpmAsync(package, "ci")).ShouldSucceed();
        (await NpmAsync(package, "run", "build")).ShouldSucceed();
        Assert.DoesNotContain("any", (await File.ReadAllTextAsync(Path.Combine(solution.Folder, Client), TestContext.Current.CancellationToken)).Split([' ', ';', '<', '>'], StringSplitOptions.None));
    }

    /// <summary>Makes the code of the contract, without the service, which has no code for another contract.</summary>
    static Task<CommandResult> BuildClientAsync(GeneratedSolution solution, params string[] options) =>
        CommandLine.DotnetAsync(solution.Folder, ["build", $"src/{solution.ProjectName}.Api", "-t:UpdateContract", "-warnaserror", "-nologo", "-m:1", .. options]);

    static Task<CommandResult> NpmAsync(string folder, params string[] arguments) =>
        CommandLine.RunAsync(CommandLine.StartInfo(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", folder, arguments));
}
