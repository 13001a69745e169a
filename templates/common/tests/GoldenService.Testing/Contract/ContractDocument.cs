namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

/// <summary>openapi.yaml as the service carries it. It is read here anew, so that these tests share no code with what they test.</summary>
public sealed class ContractDocument
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "patch"];

    public ContractDocument(JsonObject root)
    {
        Root = root;
        Operations =
        [
            .. from path in root["paths"]!.AsObject()
               from member in path.Value!.AsObject()
               where Methods.Contains(member.Key)
               select new ContractOperation(this, path.Key, member.Key.ToUpperInvariant(), member.Value!.AsObject(), path.Value!["parameters"]?.AsArray() ?? []),
        ];
    }

    public static ContractDocument Current { get; } = new(Read());

    public JsonObject Root { get; }

    public IReadOnlyList<ContractOperation> Operations { get; }

    /// <summary>All scopes that operations ask for.</summary>
    public IEnumerable<string> Scopes => Operations.SelectMany(operation => operation.Scopes).Distinct();

    /// <summary>The operation that answers a request; a plain segment goes before one in braces.</summary>
    public ContractOperation? Find(string method, string path) =>
        Operations.Where(operation => operation.Method == method && operation.Matches(path)).MinBy(operation => operation.Path.Count(character => character == '{'));

    /// <summary>What a reference leads to, and everything else as it is.</summary>
    public JsonObject Resolve(JsonNode node) => node["$ref"] is { } reference
        ? Resolve(((string)reference!).Split('/').Skip(1).Aggregate((JsonNode)Root, (from, name) => from[name] ?? throw new InvalidDataException($"{reference} leads nowhere.")))
        : node.AsObject();

    /// <summary>The alternatives of a oneOf or anyOf, each with the value of the discriminator that stands for it, if there is one.</summary>
    public IReadOnlyList<(string? Type, JsonObject Schema)> Alternatives(JsonObject schema)
    {
        var alternatives = (schema["oneOf"] ?? schema["anyOf"])?.AsArray() ?? [];
        return [.. alternatives.Select(alternative => (TypeOf((string?)alternative!["$ref"]), Resolve(alternative)))];

        string? TypeOf(string? reference)
        {
            var name = reference?.Split('/')[^1];
            var mapping = schema["discriminator"]?["mapping"]?.AsObject().Where(type => ((string)type.Value!).Split('/')[^1] == name) ?? [];
            return schema["discriminator"] is null ? null : mapping.Select(type => type.Key).FirstOrDefault() ?? name;
        }
    }

    public static JsonObject Parse(TextReader text)
    {
        var yaml = new YamlStream();
        yaml.Load(text);
        return Convert(yaml.Documents[0].RootNode)!.AsObject();
    }

    private static JsonObject Read()
    {
        using var text = new StreamReader(TestedService.Current.Assembly.GetManifestResourceStream("openapi.yaml")!);
        return Parse(text);
    }

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Select(member => KeyValuePair.Create(((YamlScalarNode)member.Key).Value!, Convert(member.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Select(Convert)]),
        YamlScalarNode { Style: not ScalarStyle.Plain } text => text.Value,
        YamlScalarNode { Value: "true" or "false" } boolean => boolean.Value == "true",
        YamlScalarNode { Value: null or "" or "null" or "~" } => null,
        YamlScalarNode number when decimal.TryParse(number.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) => value,
        _ => ((YamlScalarNode)node).Value,
    };
}

/// <summary>One operation of the contract, its references resolved.</summary>
public sealed class ContractOperation(ContractDocument contract, string path, string method, JsonObject node, JsonArray shared)
{
    private readonly Regex pattern = new($"^{Regex.Replace(path, @"\{[^}]*\}", "[^/]+")}$");

    public string Path => path;

    public string Method => method;

    public string Id => (string)node["operationId"]!;

    public JsonObject Node => node;

    public IReadOnlyList<JsonObject> Parameters { get; } = [.. shared.Concat(node["parameters"]?.AsArray() ?? []).Select(parameter => contract.Resolve(parameter!))];

    public JsonObject? RequestBody { get; } = node["requestBody"] is { } body ? contract.Resolve(body) : null;

    public IReadOnlyDictionary<string, JsonObject> Responses { get; } = node["responses"]!.AsObject().ToDictionary(response => response.Key, response => contract.Resolve(response.Value!));

    /// <summary>The scopes that a token needs; what the operation says goes before what the contract says for all.</summary>
    public IReadOnlyList<string> Scopes { get; } =
    [
        .. from requirement in (node["security"] ?? contract.Root["security"])?.AsArray() ?? []
           from scheme in requirement!.AsObject()
           from scope in scheme.Value!.AsArray()
           select (string)scope!,
    ];

    /// <summary>Whether its requests are signed: the key that it needs is part of a signature.</summary>
    public bool IsSigned =>
        (node["security"] ?? contract.Root["security"])?.AsArray() is [JsonObject first, ..]
        && first.Any(scheme => contract.Resolve(contract.Root["components"]!["securitySchemes"]![scheme.Key]!) is var kind
            && (string?)kind["in"] == "header" && TestedService.Current.IsSignature((string)kind["name"]!));

    public bool Matches(string requested) => pattern.IsMatch(requested);

    public override string ToString() => $"{Method} {Path}";
}
