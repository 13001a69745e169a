using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Golden.Templates.Tests;

/// <summary>The package of the client in TypeScript, and how it is regenerated. Solutions that have it test that it calls the service.</summary>
public sealed partial class TypeScriptTests(InstalledPack pack) : TemplateTests(pack)
{
    const string Client = "clients/typescript/src/generated/client.ts";

    static readonly string[] Readmes = ["README.md", "clients/typescript/README.md"];

    // What the calls of a README do not declare; its import gives the types.
    static readonly (string Type, string[] Names)[] LeftToTheReader =
    [
        ("string", ["token", "secret", "orderId", "noteId", "messageId", "text"]),
        ("OrderDraft", ["draft", "changed"]),
        ("Webhook", ["webhook"]),
        ("() => Promise<string>", ["currentToken"]),
    ];

    [Fact]
    public async Task ThePackageHasTheNameOfTheService()
    {
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "webapi-golden", "3d.Api", "--typescript-client");
        foreach (var file in new[] { "package.json", "package-lock.json" })
        {
            using var json = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(solution.Folder, "clients/typescript", file), TestContext.Current.CancellationToken));
            Assert.Equal("app-3-d-api-client", json.RootElement.GetProperty("name").GetString());
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
        await solution.ReplaceAsync("contract/Clients/TypeScript/FetchClient.liquid", "Calls the operations of the contract.", "Calls the operations.");
        var refused = await BuildClientAsync(solution, "-p:CI=true");
        refused.ShouldExitWith(1);
        Assert.Contains("error CONTRACT001: The generated code is out of date (Clients/TypeScript/FetchClient.liquid).", refused.Output, StringComparison.Ordinal);
        (await BuildClientAsync(solution)).ShouldSucceed();
        Assert.Contains("Calls the operations.", await File.ReadAllTextAsync(client, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        (await BuildClientAsync(solution, "-p:CI=true")).ShouldSucceed();

        File.Delete(client);
        (await BuildClientAsync(solution)).ShouldSucceed();
        Assert.True(File.Exists(client));
    }

    /// <summary>A package of NuGet makes the code of the contract, that of the client too.</summary>
    [Fact]
    public async Task ItIsMadeWithoutNpm()
    {
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "webapi-golden", "Acme.Orders", "--typescript-client");
        Assert.All(solution.Files().Where(file => Path.GetFileName(file) is "package.json" or "package-lock.json" or ".npmrc"), file => Assert.StartsWith("clients/typescript/", file, StringComparison.Ordinal));

        var committed = solution.Generated();
        await solution.ReplaceAsync("src/Acme.Orders.Api/openapi.yaml", "maximum: 200\n", "maximum: 199\n");
        (await BuildClientAsync(solution)).ShouldSucceed();
        (await CommandLine.DotnetAsync(solution.Folder, "build", "src/Acme.Orders.Api.Client", "-t:UpdateContract", "-nologo", "-m:1")).ShouldSucceed();
        Assert.Equal(
            ["clients/typescript/src/generated/contract.lock", "src/Acme.Orders.Api.Client/Generated/contract.lock", "src/Acme.Orders.Api/Generated/Rules.cs", "src/Acme.Orders.Api/Generated/contract.lock", "src/Acme.Orders.Api/Generated/openapi.yaml"],
            solution.Generated().Where(file => committed[file.Key] != file.Value).Select(file => file.Key).Order(StringComparer.Ordinal));
    }

    /// <summary>What contracts have and the sample does not use.</summary>
    [Theory]
    [InlineData("wide.yaml")]
    [InlineData("composition.yaml")]
    public async Task OtherContractsCompile(string contract)
    {
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "webapi-golden", "Wide", "--typescript-client");
        var package = Path.Combine(solution.Folder, "clients", "typescript");
        Directory.Delete(Path.Combine(package, "test"), recursive: true);
        File.Copy(Path.Combine(Repository.Root, "tests/Golden.Templates.Tests/Fixtures", contract), Path.Combine(solution.Folder, "src/Wide.Api/openapi.yaml"), overwrite: true);
        (await BuildClientAsync(solution, "-warnnotaserror:CONTRACT006")).ShouldSucceed(); // They also have what is warned of.
        (await NpmAsync(package, "ci")).ShouldSucceed();
        (await NpmAsync(package, "run", "build")).ShouldSucceed();
        Assert.DoesNotContain("any", (await File.ReadAllTextAsync(Path.Combine(solution.Folder, Client), TestContext.Current.CancellationToken)).Split([' ', ';', '<', '>'], StringSplitOptions.None));
    }

    /// <summary>The calls in the READMEs. All are compiled at once, because the compiler takes most of its time to start.</summary>
    [Fact]
    public async Task TheCallsInTheReadmesCompile()
    {
        string[][] variants =
        [
            ["webapi-golden"], ["webapi-golden", "--auth", "none"], ["webapi-golden", "--sample", "false"], ["webapi-golden", "--sample", "false", "--auth", "none"],
            ["worker-golden"], ["worker-golden", "--sample", "false"],
        ];
        var solutions = await Task.WhenAll(variants.Select((variant, index) => GeneratedSolution.CreateAsync(Pack, Folder, variant[0], $"Acme.Variant{index}", [.. variant[1..], "--typescript-client"])));
        var packages = new JsonObject();
        foreach (var solution in solutions)
        {
            var name = (string)JsonNode.Parse(await solution.ReadAsync("clients/typescript/package.json"))!["name"]!;
            packages[name] = new JsonArray($"./{solution.ProjectName}/clients/typescript/src/index.ts");
            foreach (var readme in Readmes)
            {
                var calls = Assert.Single(Calls().Matches(await solution.ReadAsync(readme))).Value;
                var declared = LeftToTheReader.SelectMany(left => left.Names.Where(one => Regex.IsMatch(calls, $@"\b{one}\b")).Select(one => $"declare const {one}: {Type(left.Type, name)};\n"));
                await solution.WriteAsync($"clients/typescript/src/{readme.Replace('/', '-')}.ts", calls + string.Concat(declared));
            }
        }

        var package = Path.Combine(solutions[0].Folder, "clients", "typescript");
        foreach (var file in new[] { "package.json", "package-lock.json" })
        {
            File.Copy(Path.Combine(package, file), Path.Combine(Folder, file));
        }

        await File.WriteAllTextAsync(
            Path.Combine(Folder, "tsconfig.json"),
            new JsonObject
            {
                ["extends"] = $"./{solutions[0].ProjectName}/clients/typescript/tsconfig.json",
                ["compilerOptions"] = new JsonObject { ["noEmit"] = true, ["noUnusedLocals"] = false, ["rootDir"] = ".", ["paths"] = packages },
                ["include"] = new JsonArray("*/clients/typescript/src"),
            }.ToJsonString(),
            TestContext.Current.CancellationToken);
        (await NpmAsync(Folder, "ci")).ShouldSucceed();
        (await NpmAsync(Folder, "run", "build")).ShouldSucceed();

        static string Type(string type, string package) => char.IsUpper(type[0]) ? $"import(\"{package}\").{type}" : type;
    }

    /// <summary>Makes the code of the contract, without the service, which has no code for another contract.</summary>
    static Task<CommandResult> BuildClientAsync(GeneratedSolution solution, params string[] options) =>
        CommandLine.DotnetAsync(solution.Folder, ["build", $"src/{solution.ProjectName}.Api", "-t:UpdateContract", "-warnaserror", "-nologo", "-m:1", .. options]);

    internal static Task<CommandResult> NpmAsync(string folder, params string[] arguments) =>
        CommandLine.RunAsync(CommandLine.StartInfo(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", folder, arguments));

    [GeneratedRegex("(?<=^```ts\\n).*?(?=^```$)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Calls();
}
