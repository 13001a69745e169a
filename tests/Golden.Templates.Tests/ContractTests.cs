using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using GoldenService.Testing;

namespace Golden.Templates.Tests;

/// <summary>A generated solution, built once, whose contract the tests change.</summary>
public sealed class ContractSolution(InstalledPack pack) : IAsyncLifetime
{
    readonly string _parent = pack.CreateFolder();

    public InstalledPack Pack => pack;

    /// <summary>The contract, relative to the solution.</summary>
    public const string ContractFile = "src/Acme.Orders.Api/openapi.yaml";

    public string Folder => Solution.Folder;

    public string Contract { get; private set; } = "";

    internal GeneratedSolution Solution { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Solution = await GeneratedSolution.CreateAsync(pack, _parent, "webapi-golden", "Acme.Orders");
        Contract = await ReadAsync(ContractFile);

        // A build server insists on style besides.
        await Solution.BuildAsync("-p:CI=true");

        // Compiles the program, so that tests can run it as it is.
        (await BuildAsync("-p:RegenerateContract=true")).ShouldSucceed();
    }

    public Task<string> ReadAsync(string path) => File.ReadAllTextAsync(Path.Combine(Folder, path));

    public Task WriteAsync(string path, string text) => File.WriteAllTextAsync(Path.Combine(Folder, path), text);

    internal Task<CommandResult> BuildAsync(params string[] options) => CommandLine.DotnetAsync(Folder, ["build", "--no-restore", "-nologo", "-m:1", .. options]);

    /// <summary>The code of the service and its client, and the records of what it was made of, by path.</summary>
    public Dictionary<string, string> GeneratedCode() => Directory
        .EnumerateFiles(Path.Combine(Folder, "src"), "*", SearchOption.AllDirectories)
        .Where(file => Path.GetFileName(Path.GetDirectoryName(file)) == "Generated")
        .ToDictionary(file => file, File.ReadAllText);

    public async Task RestoreAsync(Dictionary<string, string> generated)
    {
        await WriteAsync(ContractFile, Contract);
        foreach (var (path, text) in generated)
        {
            await File.WriteAllTextAsync(path, text);
        }
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_parent, recursive: true);
        return ValueTask.CompletedTask;
    }
}

/// <summary>The tests that change this solution take turns.</summary>
[CollectionDefinition(nameof(ContractSolution))]
public sealed class ContractTurns : ICollectionFixture<ContractSolution>;

/// <summary>From a change of openapi.yaml to code, in the one build; and never a silent step.</summary>
[Collection(nameof(ContractSolution))]
public sealed class ContractTests(ContractSolution solution) : IAsyncLifetime
{
    const string Making = "code of openapi.yaml (";

    // Where NSwag's package says that its programs are.
    const string WithoutNSwag = "-p:NSwagDir_Net100=nowhere/";

    Dictionary<string, string> _generated = [];

    public ValueTask InitializeAsync()
    {
        _generated = solution.GeneratedCode();
        Assert.Equal(9, _generated.Count);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync() => await solution.RestoreAsync(_generated);

    [Fact]
    public async Task AnUnchangedContractStartsNothing()
    {
        // NSwag would fail if the build started it.
        var build = await solution.BuildAsync(WithoutNSwag);
        build.ShouldSucceed();
        Assert.DoesNotContain(Making, build.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DotnetWatchWatchesTheContract()
    {
        var watched = await CommandLine.DotnetAsync(solution.Folder, "msbuild", "src/Acme.Orders.Api", "-getItem:Watch");
        watched.ShouldSucceed();
        Assert.Contains("\"Identity\": \"openapi.yaml\"", watched.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AChangeWithoutNSwagSaysWhatToRun()
    {
        await ChangeALimitAsync(999);
        var build = await solution.BuildAsync(WithoutNSwag);
        build.ShouldExitWith(1);
        Assert.Matches("error CONTRACT002: .*openapi.yaml.* Run 'dotnet restore', then build again", build.Output);
    }

    [Fact]
    public async Task AFileThatCannotBeWrittenIsAnError()
    {
        var rules = Path.Combine(solution.Folder, "src/Acme.Orders.Api/Generated/Rules.cs");
        File.Delete(rules);
        Directory.CreateDirectory(rules);
        try
        {
            await ChangeALimitAsync(997);
            var build = await solution.BuildAsync("src/Acme.Orders.Api", "-t:UpdateContract");
            build.ShouldExitWith(1);
            Assert.Matches(@"Models\.cs : error CONTRACT003: the code of the contract cannot be written: .*Rules\.cs", build.Output);
            Assert.DoesNotContain("   at ", build.Output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(rules);
        }
    }

    [Fact]
    public async Task AFailureOfNSwagIsAnErrorWithItsMessage()
    {
        const string File = "contract/Clients/CSharp/File.liquid";
        var text = await solution.ReadAsync(File);
        await solution.WriteAsync(File, "{% if %}");
        try
        {
            var build = await solution.BuildAsync("src/Acme.Orders.Api.Client", "-t:UpdateContract");
            build.ShouldExitWith(1);
            Assert.Matches(@"openapi\.yaml\(1,1\): error CONTRACT005: NSwag could not generate code from the contract: .*Invalid 'if' tag", build.Output);
            Assert.DoesNotContain("   at ", build.Output, StringComparison.Ordinal);
        }
        finally
        {
            await solution.WriteAsync(File, text);
        }
    }

    [Fact]
    public async Task CodeOfAnotherNSwagIsStale()
    {
        const string File = "Directory.Packages.props";
        var text = await solution.ReadAsync(File);
        await solution.WriteAsync(File, Regex.Replace(text, """(?<="NSwag.MSBuild" Version=")[^"]+""", "14.0.0"));
        try
        {
            var build = await solution.BuildAsync("-p:CI=true");
            build.ShouldExitWith(1);
            Assert.Contains("error CONTRACT001: The generated code is out of date (NSwag).", build.Output, StringComparison.Ordinal);
        }
        finally
        {
            await solution.WriteAsync(File, text);
        }
    }

    [Theory]
    [InlineData(ContractSolution.ContractFile)]
    [InlineData("contract/Clients/client.nswag")]
    [InlineData("contract/Clients/CSharp/File.liquid")]
    [InlineData("contract/Server/RulesFile.cs")]
    public async Task OnABuildServerStaleCodeIsAnError(string input)
    {
        var text = await solution.ReadAsync(input);
        await solution.WriteAsync(input, text + "\n");
        try
        {
            var build = await solution.BuildAsync("-p:CI=true");
            build.ShouldExitWith(1);
            Assert.Matches($"error CONTRACT001: .*{Regex.Escape(Path.GetFileName(input))}.* Run 'dotnet build' on your machine and commit what changes", build.Output);
            Assert.Equal(_generated, solution.GeneratedCode());
        }
        finally
        {
            await solution.WriteAsync(input, text);
        }
    }

    [Fact]
    public async Task LineEndingsDoNotMakeItStale()
    {
        await solution.WriteAsync(ContractSolution.ContractFile, solution.Contract.Replace("\n", "\r\n", StringComparison.Ordinal));
        var build = await solution.BuildAsync("-p:CI=true");
        build.ShouldSucceed();
        Assert.DoesNotContain(Making, build.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheCommittedCodeIsWhatTheContractGives()
    {
        var build = await solution.BuildAsync("-p:RegenerateContract=true", "-p:CI=true");
        build.ShouldSucceed();
        Assert.Contains(Making, build.Output, StringComparison.Ordinal);
        Assert.Equal(_generated, solution.GeneratedCode());
        Assert.All(_generated.Values, code => Assert.DoesNotContain('\r', code));
    }

    [Fact]
    public async Task AMissingFileIsMadeAgain()
    {
        File.Delete(_generated.Keys.Single(path => path.EndsWith("Rules.cs", StringComparison.Ordinal)));
        (await solution.BuildAsync()).ShouldSucceed();
        Assert.Equal(_generated, solution.GeneratedCode());
    }

    [Fact]
    public async Task ALimitChangesWhatTheServiceAccepts()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux takes the certificate of the tests' issuer of tokens from a file.");
        var limit = Random.Shared.Next(2, 900);
        await ChangeALimitAsync(limit);
        var build = await solution.BuildAsync();
        build.ShouldSucceed();
        Assert.Contains(Making, build.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Making, (await solution.BuildAsync()).Output, StringComparison.Ordinal);

        var published = await PublishedService.PublishAsync(solution.Solution);
        (await published.RunAsync("migrate")).ShouldSucceed();
        await using var service = await published.StartAsync();
        Assert.Equal(HttpStatusCode.Created, (await OrderAsync(service, limit)).Status);
        var (status, problem) = await OrderAsync(service, limit + 1);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal($"maximum: must be {limit} or less.", Assert.Single(problem.GetProperty("errors").GetProperty("lines[0].quantity").EnumerateArray()).GetString());
    }

    [Fact]
    public async Task AnOperationThatNobodyImplementsDoesNotCompile()
    {
        await solution.WriteAsync(ContractSolution.ContractFile, solution.Contract.Replace("  /v1/orders/import:", """
              /v1/orders/archive:
                post:
                  tags: [Orders]
                  operationId: archiveOrders
                  responses:
                    '204':
                      description: Done.

              /v1/orders/import:
            """, StringComparison.Ordinal));
        var build = await solution.BuildAsync();
        build.ShouldExitWith(1);
        Assert.Matches("error CS0535: .*IOrdersOperations.ArchiveOrders", build.Output);
    }

    [Fact]
    public async Task AnOutcomeThatIsNotDeclaredDoesNotCompile()
    {
        var probe = Path.Combine(solution.Folder, "src/Acme.Orders.Api/Probe.cs");
        await File.WriteAllTextAsync(probe, """
            namespace Acme.Orders.Api;

            using global::Acme.Orders.Api.Generated;

            internal static class Probe
            {
                public static GetOrderResult Undeclared() => GetOrderResult.Conflict("no");

                public static GetOrderResult WithoutItsHeader(Order order) => GetOrderResult.Ok(order);

                public static GetOrderResult OfAnotherOperation() => CancelOrderResult.NotFound("no");
            }
            """, TestContext.Current.CancellationToken);
        try
        {
            var build = await solution.BuildAsync();
            build.ShouldExitWith(1);
            Assert.Matches("error CS0117: 'GetOrderResult' does not contain a definition for 'Conflict'", build.Output);
            Assert.Matches("error CS7036: .*eTag", build.Output);
            Assert.Matches("error CS0029: .*CancelOrderResult.*GetOrderResult", build.Output);
        }
        finally
        {
            File.Delete(probe);
        }
    }

    // What is wrong, and what the error must say.
    public static TheoryData<string, string, string> Faults => new()
    {
        { "$ref: '#/components/schemas/OrderPage'", "$ref: '#/components/schemas/Nothing'", "refers to '#/components/schemas/Nothing', which the contract does not have (there is no 'Nothing')" },
        { "$ref: '#/components/schemas/OrderPage'", "$ref: 'other.yaml#/OrderPage'", "refers to 'other.yaml', and there is no such file: add the file, or correct the reference" },
        { "$ref: '#/components/schemas/OrderPage'", "$ref: 'https://example.com/other.yaml'", "keep a copy beside the contract and refer to that" },
        { "        '404':\n", "        4XY:\n", "'4XY' is no status: use one of three digits, 4XX or default" },
        { "      operationId: getOrder\n", "      operationId: getOrder\n      operationId: readOrder\n", "'operationId' stands twice here: remove one" },
        { "          maximum: 1000\n", "          maximum: 0\n", "no number is both at least 1 and at most 0" },
        { "          maxLength: 500\n", "          maxLength: 500\n          minLength: 501\n", "'maxLength' (500) is less than 'minLength' (501)" },
        { "^[A-Z0-9][A-Z0-9-]{1,31}$", "^[A-Z", "cannot be checked" },
        { "    get:\n      tags: [Orders]\n      operationId: getOrder\n", "    trace:\n      tags: [Orders]\n      operationId: getOrder\n", "'trace' in the contract.paths./v1/orders/{orderId} is not supported" },
        { "  /v1/orders/{orderId}/cancel:\n", "  /v1/orders/{id}:\n    get:\n      tags: [Orders]\n      parameters:\n        - { name: id, in: path, required: true, schema: { type: string } }\n      responses:\n        '204': { description: Nothing. }\n\n  /v1/orders/{orderId}/cancel:\n", "are the same path to a caller: remove one" },
        { "      parameters:\n        - $ref: '#/components/parameters/OrderId'\n", "      parameters: 5\n", "must be a list" },
        { "  /v1/orders/{orderId}/cancel:\n", "  /v1/orders//{orderId}/cancel:\n", "the path '/v1/orders//{orderId}/cancel' has two slashes in a row, which ASP.NET Core cannot route: remove one" },
        { "info:\n", "info: [\n", "is not YAML here" },
        { "info:\n", "x-merged: { <<: text }\ninfo:\n", "is merged here, and is no map: only maps can be merged" },
        { "info:\n", $"x-deep: {new string('[', 20_000)}{new string(']', 20_000)}\ninfo:\n", "has more than 512 values inside one another here" },
        { "        - bearer: [orders:write]\n", "        - token: [orders:write]\n", "the security scheme 'token' is not declared: add it to components.securitySchemes, or correct its name" },
        { Bearer, "    bearer: { type: mutualTLS }\n", "the security scheme 'bearer' is mutualTLS, which the service cannot check: use http bearer" },
        { Bearer, "    bearer: { type: http, scheme: digest }\n", "the security scheme 'bearer' is http digest, which the service cannot check" },
        { Bearer, "    bearer: { type: apiKey, in: path, name: key }\n", "the security scheme 'bearer' is apiKey, which the service cannot check" },
        { Bearer, "    bearer: { type: apiKey, in: header, name: X-Key }\n", "'bearer' is no scheme of tokens, so there is nothing to read the scope 'orders:read' from: remove it" },
        { Bearer, "    bearer: { type: http, scheme: basic }\n", "the service calls its scheme of tokens 'Bearer', and 'bearer' is no scheme of tokens: give it another name" },
    };

    const string Bearer = "    bearer:\n      type: http\n      scheme: bearer\n      bearerFormat: JWT\n      description: A token with the scopes that an operation names.\n";

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task AFaultIsAnErrorWithItsPlaceAndTheRemedy(string text, string replacement, string reason)
    {
        var run = await CompileAsync(text, replacement);
        run.ShouldExitWith(1);
        Assert.Matches($@"openapi\.yaml\(\d+,\d+\): error CONTRACT004: .*{Regex.Escape(reason)}", run.Output);
        Assert.DoesNotContain("   at ", run.Output, StringComparison.Ordinal);
        Assert.Equal(_generated, solution.GeneratedCode());
    }

    [Theory]
    [InlineData("{ \"schema\": { \"title\": \"\\ud800\" } }", "has half of a character here")]
    [InlineData("{ \"schema\": { \"title\": } }", "is not JSON here")]
    public async Task JsonThatCannotBeReadIsAnErrorWithItsPlace(string json, string reason)
    {
        var path = Path.Combine(Path.GetDirectoryName(ContractSolution.ContractFile)!, "other.json");
        await solution.WriteAsync(path, json);
        try
        {
            var run = await CompileAsync("$ref: '#/components/schemas/OrderPage'", "$ref: 'other.json#/schema'");
            run.ShouldExitWith(1);
            Assert.Matches($@"other\.json\(1,\d+\): error CONTRACT004: {Regex.Escape(reason)}", run.Output);
        }
        finally
        {
            File.Delete(Path.Combine(solution.Folder, path));
        }
    }

    // What has no effect, and what the warning must say.
    public static TheoryData<string, string, string> WithoutEffect => new()
    {
        { "          maxLength: 500\n", "          maxLenght: 500\n", "'maxLenght' in the contract.components.schemas.OrderDraft.properties.note is no keyword of OpenAPI, and has no effect" },
        { "          maxLength: 500\n", "          contentSchema: { maxLength: 5 }\n", "is not checked: the service takes values that it excludes" },
        { "      required: [customer, currency, lines]\n", "      required: [customer, currency, lines, color]\n", "'color' is required here and additionalProperties: false forbids it, so nothing requires it" },
        { "          maxLength: 500\n", "          oneOf: []\n", "'oneOf' in the contract.components.schemas.OrderDraft.properties.note is empty, and has no effect: fill it, or remove it" },
        { "          maxLength: 500\n", "          allOf: [{ type: integer }]\n", "no value is both integer and string, as parts of this schema say, so this type has no effect" },
        { "          maxLength: 500\n", "          pattern: ^\\p{Script=Greek}$\n", "is not checked: The pattern ^\\p{Script=Greek}$ uses" },
        { "    Currency:\n", "    Either: { oneOf: [{ $ref: '#/components/schemas/One' }, { type: string }] }\n    One: { $ref: '#/components/schemas/Other' }\n    Other: { $ref: '#/components/schemas/One' }\n    Currency:\n", "this schema contains itself without an object in between" },
        { "  - url: /\n", "  - url: https://example.com//base\n", "the URL 'https://example.com//base' has two slashes in a row, which ASP.NET Core cannot route, so one is left" },
        { "            default: 50\n", "            default: 5000\n", "the default '5000' is above the maximum" },
        { "            default: 50\n", "            default: [50]\n", "the default '[50]' is no number" },
        { "          maxLength: 500\n", "          default: { text: none }\n", "the default '{\"text\":\"none\"}' is no string" },
        { Bearer, "    bearer: { type: apiKey, in: header, name: Authorization }\n", "'bearer' is a key in the header Authorization, which stands for a bearer token (RFC 6750): declare it as http bearer" },
    };

    [Theory]
    [MemberData(nameof(WithoutEffect))]
    public async Task WhatHasNoEffectIsAWarningWithItsPlace(string text, string replacement, string reason)
    {
        var run = await CompileAsync(text, replacement);
        run.ShouldSucceed();
        Assert.Matches($@"openapi\.yaml\(\d+,\d+\): warning CONTRACT006: .*{Regex.Escape(reason)}", run.Output);
    }

    [Fact]
    public async Task AllFaultsAreReportedAtOnceAndByTheBuild()
    {
        await solution.WriteAsync(ContractSolution.ContractFile, solution.Contract.Replace("        '404':", "        4XY:", StringComparison.Ordinal).Replace("          maximum: 1000\n", "          maximum: 0\n", StringComparison.Ordinal));
        var build = await solution.BuildAsync();
        build.ShouldExitWith(1);
        Assert.Matches(@"openapi\.yaml\(\d+,\d+\): error CONTRACT004: '4XY' is no status", build.Output);
        Assert.Matches(@"openapi\.yaml\(\d+,\d+\): error CONTRACT004: no number is both", build.Output);
    }

    // The compiler that the build has built; its code goes where nobody looks.
    async Task<CommandResult> CompileAsync(string text, string replacement)
    {
        var at = solution.Contract.IndexOf(text, StringComparison.Ordinal);
        Assert.True(at >= 0, $"The contract has no '{text}' any more.");
        await solution.WriteAsync(ContractSolution.ContractFile, string.Concat(solution.Contract.AsSpan(0, at), replacement, solution.Contract.AsSpan(at + text.Length)));
        return await CommandLine.DotnetAsync(
            Path.Combine(solution.Folder, "contract"),
            "obj/compiler/contract.dll", "server", Path.Combine(solution.Folder, ContractSolution.ContractFile), "Acme.Orders.Api", "Acme.Orders.ServiceDefaults", Path.Combine(solution.Folder, "obj", "probe", "Models.cs"), "-");
    }

    Task ChangeALimitAsync(int limit)
    {
        var changed = solution.Contract.Replace("          maximum: 1000\n", $"          maximum: {limit}\n", StringComparison.Ordinal);
        Assert.NotEqual(solution.Contract, changed);
        return solution.WriteAsync(ContractSolution.ContractFile, changed);
    }

    static async Task<(HttpStatusCode Status, JsonElement Body)> OrderAsync(RunningService service, int quantity)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/orders");
        request.Headers.Authorization = new("Bearer", Issuer.Shared.Token());
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        request.Content = JsonContent.Create(new { customer = "acme", currency = "EUR", lines = new[] { new { sku = "TEA-1", quantity, unitPrice = 1.5 } } });
        using var response = await service.Client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }
}

/// <summary>All that the subset has and the sample does not use: it compiles, and the service does what it says.</summary>
public sealed class WideContractTests(InstalledPack pack) : TemplateTests(pack)
{
    [Fact]
    public async Task EverySupportedFeatureWorks()
    {
        var solution = await OtherContract.CreateAsync(Pack, Folder, "Wide", "wide.yaml", "Wide.cs.txt");
        var published = await PublishedService.PublishAsync(solution);
        (await CommandLine.DotnetAsync(solution.Folder, "build", Path.Combine("src", "Wide.Api.Client"), "-nologo")).ShouldSucceed();
        await using var service = await published.StartAsync();

        Assert.Equal((404, "VeryPlain 0.75 True none 1.5  go abc"), await DetailAsync(service, "things/very-plain/0?ratio=0.75&event=go", "abc"));
        Assert.Equal((404, "XL  False a b 2.5 NotPlain  "), await DetailAsync(service, "things/XL/0?deep=false&label=a%20b&price=2.5&kindOf=not_plain", null));
        await FailsAsync(service, "things/large/0", "kind", "enum");
        await FailsAsync(service, "things/plain/5000000000", "number", "exclusiveMaximum");
        await FailsAsync(service, "things/plain/-6", "number", "minimum");
        await FailsAsync(service, "things/plain/9223372036854775808", "number", "format");
        await FailsAsync(service, "things/plain/1?ratio=0.5", "ratio", "exclusiveMinimum");
        await FailsAsync(service, "things/plain/1?ratio=1,5", "ratio", "type");
        await FailsAsync(service, "things/plain/1?deep=True", "deep", "type");
        await FailsAsync(service, "things/plain/1?price=0.7", "price", "multipleOf");
        await FailsAsync(service, "names/x", "name", "minLength");
        await FailsAsync(service, "kinds?all=1", "all", "unknown");
        Assert.Equal("""{"kinds":["very-plain","not_plain","XL"],"byName":{"a":{"name":"b"}}}""", await service.Client.GetStringAsync("kinds", TestContext.Current.CancellationToken));
        Assert.Equal("""{"id":"00000000-0000-0000-0000-000000000000","event":null}""", await service.Client.GetStringAsync("things/plain/1", TestContext.Current.CancellationToken));
        using var deleted = await service.Client.DeleteAsync("things/plain/1", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);

        Assert.Empty(await ChangeAsync(service, """{"flag":true,"when":"2026-02-28","note":null,"parts":[{"name":"a"}]}"""));
        Assert.Empty(await ChangeAsync(service, """{"flag":false,"when":"2024-02-29","note":"éé😀","parts":[],"counts":null,"count":null,"weight":9.99,"kinds":["XL"],"tags":["a"],"main":{"name":"m"},"class":"c"}"""));
        Assert.Equal(
            ["count: multipleOf", "counts[1]: maximum", "flag: type", "kind: enum", "kinds: minItems", "main.name: minLength", "note: required", "parts: uniqueItems", "tags[0]: pattern", "weight: exclusiveMaximum", "when: format"],
            await ChangeAsync(service, """{"flag":1,"when":"2026-02-30","parts":[{"name":"a"},{"name":"a"}],"main":{"name":""},"kind":"xl","kinds":[],"tags":["A"],"counts":[9,10],"weight":10,"count":4}"""));
        Assert.Equal(["$: type"], await ChangeAsync(service, "null"));
        Assert.Equal(["$: type"], await ChangeAsync(service, "[]"));
        Assert.Equal(["$: json"], await ChangeAsync(service, """{"flag":true,"""));
        Assert.Equal(
            ["flag: type", "kind: type", "main: type", "parts[0]: type", "tags[0]: type", "when: type"],
            await ChangeAsync(service, """{"flag":null,"when":null,"note":null,"parts":[null],"kind":null,"main":"x","tags":[1]}"""));
    }

    static async Task<(int, string)> DetailAsync(RunningService service, string path, string? trace)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (trace is not null)
        {
            request.Headers.Add("X-Trace", trace);
        }

        using var response = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, problem.GetProperty("detail").GetString()!);
    }

    static async Task FailsAsync(RunningService service, string path, string field, string rule)
    {
        using var response = await service.Client.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal([$"{field}: {rule}"], await OtherContract.RulesAsync(response));
    }

    static async Task<List<string>> ChangeAsync(RunningService service, string json)
    {
        using var content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using var response = await service.Client.PatchAsync("things/plain/1", content, TestContext.Current.CancellationToken);
        if (response.StatusCode == HttpStatusCode.Accepted)
        {
            return [];
        }

        return await OtherContract.RulesAsync(response);
    }
}
