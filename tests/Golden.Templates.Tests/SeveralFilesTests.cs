using System.Text.RegularExpressions;

namespace Golden.Templates.Tests;

/// <summary>A contract of several files is compiled and served as one document.</summary>
[Collection(nameof(ContractSolution))]
public sealed class SeveralFilesTests(ContractSolution solution) : IAsyncLifetime
{
    // What the files refer to: components, paths, examples, a part of a component, a file as a whole, each other, and themselves.
    static readonly Dictionary<string, string> Files = new()
    {
        ["openapi.yaml"] = """
            openapi: 3.0.3
            info: { title: Several files, version: '1', description: { $ref: about.md } }
            tags:
              - { name: items, description: { $ref: about.md } }
            paths:
              /items: { $ref: paths/items.yaml }
              /colors:
                get:
                  tags: [items]
                  parameters:
                    - $ref: '#/paths/~1items/get/parameters/0'
                    - $ref: 'paths/items.yaml#/get/parameters/1'
                  responses:
                    '200':
                      description: Colors.
                      content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Item/properties/color' } } } }
            components:
              schemas:
                Item: { $ref: schemas/Item.yaml }
                Money: { type: string, description: Another than that of schemas/shared.json. }
                Shape:
                  oneOf: [{ $ref: 'schemas/shapes.yaml#/Circle' }, { $ref: 'schemas/shapes.yaml#/Square' }]
                  discriminator: { propertyName: kind, mapping: { c: 'schemas/shapes.yaml#/Circle', s: 'schemas/shapes.yaml#/Square' } }
              securitySchemes: { $ref: security.yaml }
            """,
        ["about.md"] = "# About\n\nItems.\n",
        ["security.yaml"] = "bearer: { type: http, scheme: bearer }\n",
        ["paths/items.yaml"] = """
            get:
              tags: [items]
              operationId: listItems
              parameters:
                - { name: limit, in: query, schema: { type: integer } }
                - { $ref: '../shared.yaml#/parameters/Color' }
              responses:
                '200':
                  description: Items.
                  headers: { X-Count: { $ref: '../shared.yaml#/headers/Count' } }
                  content:
                    application/json:
                      schema: { type: array, items: { $ref: ../schemas/Item.yaml } }
                      examples: { one: { $ref: '../shared.yaml#/examples/one' } }
                '409': { $ref: '../shared.yaml#/responses/409' }
            post: { $ref: post.yaml }
            """,
        ["paths/post.yaml"] = """
            tags: [items]
            operationId: createItem
            requestBody: { $ref: '../shared.yaml#/bodies/Item' }
            responses:
              '201': { description: Created. }
            callbacks:
              created: { '{$request.body#/url}': { $ref: items.yaml } }
            """,
        ["shared.yaml"] = """
            parameters:
              Color: { name: color, in: query, schema: { $ref: 'schemas/Item.yaml#/properties/color' } }
            headers:
              Count: { schema: { type: integer } }
            examples:
              one: { value: { name: One } }
            responses:
              '409': { description: There is such an item., content: { application/json: { schema: { $ref: 'schemas/shared.json#/definitions/Money' } } } }
            bodies:
              Item: { required: true, content: { application/json: { schema: { $ref: schemas/Item.yaml } } } }
            """,
        ["schemas/Item.yaml"] = """
            type: object
            required: [name]
            properties:
              name: { type: string }
              color: { type: string, enum: [red, blue] }
              price: { $ref: 'shared.json#/definitions/Money' }
              parent: { $ref: '#' }
              box: { $ref: Box.yaml }
              shape: { $ref: '../openapi.yaml#/components/schemas/Shape' }
            """,
        ["schemas/Box.yaml"] = "{ type: object, properties: { items: { type: array, items: { $ref: Item.yaml } } } }\n",
        ["schemas/shapes.yaml"] = """
            Circle: { type: object, required: [kind], properties: { kind: { type: string }, radius: { type: number } } }
            Square: { type: object, required: [kind], properties: { kind: { type: string }, inner: { $ref: '#/Circle' } } }
            """,
        ["schemas/shared.json"] = """{ "definitions": { "Money": { "type": "object", "properties": { "amount": { "type": "number" } } } } }""",
    };

    readonly string _folder = solution.Pack.CreateFolder();
    Dictionary<string, string> _generated = [];

    public ValueTask InitializeAsync()
    {
        _generated = solution.GeneratedCode();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        await solution.RestoreAsync(_generated);
    }

    [Fact]
    public async Task TheServedDocumentRefersToNoOtherFile()
    {
        var run = await CompileAsync(Files);
        run.ShouldSucceed();
        var served = await File.ReadAllTextAsync(Path.Combine(_folder, "code", "openapi.yaml"), TestContext.Current.CancellationToken);

        Assert.All(Regex.Matches(served, @"(?:\$ref|\b[cs]): '?([^'\n]*[#/][^'\n]*)").Select(match => match.Groups[1].Value), reference => Assert.StartsWith("#/", reference, StringComparison.Ordinal));
        Assert.Contains("""
            /items:
                get:
                  tags: [items]
                  operationId: listItems
            """, served.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        foreach (var text in new[]
        {
            "$ref: '#/paths/~1items'", "$ref: '#/paths/~1items/get/parameters/0'", "$ref: '#/components/schemas/Item/properties/color'", "$ref: '#/components/parameters/Color'", "$ref: '#/components/headers/Count'",
            "$ref: '#/components/examples/one'", "$ref: '#/components/responses/responses-409'", "$ref: '#/components/requestBodies/Item'", "$ref: '#/components/schemas/Item'", "$ref: '#/components/schemas/Box'",
            "$ref: '#/components/schemas/Shape'", "$ref: '#/components/schemas/Circle'", "$ref: '#/components/schemas/Money2'", "c: '#/components/schemas/Circle'", "    # About\n\n    Items.\n", "    bearer:\n      type: http\n",
        })
        {
            Assert.Contains(text, served, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task TypesHaveTheNamesOfTheServedDocument()
    {
        (await CompileAsync(Files)).ShouldSucceed();
        var models = await File.ReadAllTextAsync(Path.Combine(_folder, "code", "Models.cs"), TestContext.Current.CancellationToken);

        Assert.Equal(["Box", "Circle", "Color", "Item", "Money2", "Shape", "Square"], Regex.Matches(models, @"^public (?:sealed record|abstract record|enum) (\w+)", RegexOptions.Multiline).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal));
        Assert.Contains("public Item? Parent { get; init; }", models, StringComparison.Ordinal);
        Assert.Contains("public Shape? Shape", models, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AReferenceWhereOpenApiHasNoneIsResolvedWithOneWarning()
    {
        var run = await CompileAsync(Files);
        run.ShouldSucceed();

        Assert.Contains("openapi.yaml(2,66): warning CONTRACT006: OpenAPI has no reference here and at 3 other places: what it refers to is taken", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("schemas/shared.json#/definitions/Money", "schemas/nothing.json#/definitions/Money", @"shared\.yaml\(8,\d+\): error CONTRACT004: refers to 'schemas/nothing\.json', and there is no such file")]
    [InlineData("schemas/Item.yaml", "https://example.com/Item.yaml", @"on the web: keep a copy beside the contract and refer to that")]
    [InlineData("'../shared.yaml#/headers/Count'", "'../shared.yaml#/headers/Size'", @"paths/items\.yaml\(10,\d+\): error CONTRACT004: refers to '\.\./shared\.yaml#/headers/Size', which the contract does not have \(there is no 'Size'\)")]
    public async Task AReferenceThatLeadsNowhereIsAnErrorInItsOwnFile(string reference, string other, string error)
    {
        var run = await CompileAsync(Files.ToDictionary(file => file.Key, file => file.Value.Replace(reference, other, StringComparison.Ordinal)));

        run.ShouldExitWith(1);
        Assert.Matches(error, run.Output.Replace('\\', '/'));
    }

    [Fact]
    public async Task AMissingFileIsOneError()
    {
        var run = await CompileAsync(Files.Where(file => file.Key != "schemas/Item.yaml").ToDictionary());

        run.ShouldExitWith(1);
        Assert.Matches(@"refers to 'schemas/Item\.yaml', and there is no such file \(\d references need it\): add the file, or correct the reference", Assert.Single(run.Output.Split('\n'), line => line.Contains("error CONTRACT004", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task WhatContainsItselfThroughAReferenceIsAnError()
    {
        var run = await CompileAsync(new()
        {
            ["openapi.yaml"] = "{ openapi: 3.0.3, info: { title: Circle, version: '1' }, paths: {}, components: { schemas: { A: { type: object, properties: { $ref: 'a.yaml#/properties' } } } } }",
            ["a.yaml"] = "properties: { inner: { type: object, properties: { $ref: '#/properties' } } }",
        });

        run.ShouldExitWith(1);
        Assert.Contains("error CONTRACT004: this value contains itself", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AChangeOfAnotherFileMakesTheCodeStale()
    {
        var currency = Path.Combine(Path.GetDirectoryName(Path.Combine(solution.Folder, ContractSolution.ContractFile))!, "currency.yaml");
        await solution.WriteAsync(ContractSolution.ContractFile, Regex.Replace(solution.Contract, @"(?<=    Currency:)\n      type: string\n.*\n      enum: .*\n", " { $ref: currency.yaml }\n"));
        try
        {
            await File.WriteAllTextAsync(currency, "type: string\nenum: [EUR, GBP, USD]\n", TestContext.Current.CancellationToken);
            (await solution.BuildAsync()).ShouldSucceed();
            Assert.All(solution.GeneratedCode().Where(file => file.Key.EndsWith("contract.lock", StringComparison.Ordinal)), file => Assert.Contains(" currency.yaml of openapi.yaml\n", file.Value, StringComparison.Ordinal));

            // Neither comments nor line endings count.
            await File.WriteAllTextAsync(currency, "# Currencies.\r\ntype: string\r\nenum: [EUR, GBP, USD]\r\n", TestContext.Current.CancellationToken);
            (await solution.BuildAsync("-p:CI=true")).ShouldSucceed();

            await File.WriteAllTextAsync(currency, "type: string\ndescription: Other words.\nenum: [EUR, GBP, USD]\n", TestContext.Current.CancellationToken);
            var stale = await solution.BuildAsync("-p:CI=true");
            stale.ShouldExitWith(1);
            Assert.Contains("error CONTRACT001: The generated code is out of date (currency.yaml of openapi.yaml).", stale.Output, StringComparison.Ordinal);
            (await solution.BuildAsync()).ShouldSucceed();
            Assert.Contains(solution.GeneratedCode(), file => file.Value.Contains("Other words.", StringComparison.Ordinal));

            File.Delete(currency);
            var missing = await solution.BuildAsync();
            missing.ShouldExitWith(1);
            Assert.Contains("refers to 'currency.yaml', and there is no such file", missing.Output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(currency);
        }
    }

    async Task<CommandResult> CompileAsync(Dictionary<string, string> files)
    {
        foreach (var (path, text) in files)
        {
            var file = Path.Combine(_folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
        }

        return await CommandLine.DotnetAsync(
            Path.Combine(solution.Folder, "contract"),
            "obj/compiler/contract.dll", "server", Path.Combine(_folder, "openapi.yaml"), "Acme.Orders.Api", "Acme.Orders.ServiceDefaults", Path.Combine(_folder, "code", "Models.cs"), "-");
    }
}
