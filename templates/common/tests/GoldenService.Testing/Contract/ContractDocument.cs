namespace GoldenService.Testing;

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

/// <summary>openapi.yaml as the service carries it. It is read here once more, so that these tests share no code with what they test.</summary>
public sealed class ContractDocument
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "patch", "options", "head"];

    private readonly ConcurrentDictionary<JsonNode, ContractSchema> schemas = new(ReferenceEqualityComparer.Instance);

    public ContractDocument(JsonObject root)
    {
        Root = root;
        var basePath = BasePath(root);
        Operations =
        [
            .. from path in root["paths"]?.AsObject() ?? []
               let item = Resolve(path.Value!)
               from member in item
               where Methods.Contains(member.Key)
               select new ContractOperation(this, $"{basePath}{(path.Key.StartsWith('/') ? "" : "/")}{path.Key}", member.Key.ToUpperInvariant(), member.Value!.AsObject(), item["parameters"]?.AsArray() ?? []),
        ];
    }

    public static ContractDocument Current { get; } = new(Read());

    public JsonObject Root { get; }

    public IReadOnlyList<ContractOperation> Operations { get; }

    /// <summary>All scopes that operations ask for.</summary>
    public IEnumerable<string> Scopes => Operations.SelectMany(operation => operation.Scopes).Distinct();

    /// <summary>The operation that responds to a request; of two, the one with more plain text in its path.</summary>
    public ContractOperation? Find(string method, string path) => Operations
        .Where(operation => operation.Method == method && operation.Matches(path))
        .OrderBy(operation => operation.Path.Count(character => character == '{'))
        .ThenByDescending(operation => operation.Path.Length)
        .FirstOrDefault();

    /// <summary>What a reference leads to, and everything else as it is.</summary>
    public JsonObject Resolve(JsonNode node) => Target(node)!.AsObject();

    /// <summary>What a chain of references ends at; the node itself where it is none.</summary>
    public JsonNode? Target(JsonNode? node)
    {
        while (node is JsonObject schema && schema["$ref"] is { } reference)
        {
            node = Follow((string)reference!);
        }

        return node;
    }

    /// <summary>What a reference leads to, anywhere in the document.</summary>
    public JsonNode? Follow(string reference)
    {
        if (!reference.StartsWith('#'))
        {
            throw new InvalidDataException($"{reference} leads out of the contract that the service carries.");
        }

        JsonNode? node = Root;
        foreach (var part in reference[1..].Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = Uri.UnescapeDataString(part).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            node = node is JsonObject map && !map.ContainsKey(name) ? Target(map) : node;
            node = (node is JsonArray list ? list[int.Parse(name, CultureInfo.InvariantCulture)] : node?[name]) ?? throw new InvalidDataException($"{reference} leads nowhere.");
        }

        return node;
    }

    /// <summary>What a discriminator means by a reference, or by the name of a schema.</summary>
    public JsonNode? Named(string target) => target.StartsWith('#') ? Target(Follow(target)) : Root["components"]?["schemas"]?[target];

    /// <summary>Whether a schema is one of the components.</summary>
    public bool IsNamed(JsonObject schema) => (Root["components"]?["schemas"]?.AsObject() ?? []).Any(component => ReferenceEquals(component.Value, schema));

    /// <summary>The named schemas that name one of these in their allOf.</summary>
    public IReadOnlyList<(string Name, JsonNode Schema)> Children(IReadOnlySet<JsonObject> schemas) =>
    [
        .. from component in Root["components"]?["schemas"]?.AsObject() ?? []
           where component.Value is JsonObject
           from part in component.Value["allOf"]?.AsArray() ?? []
           where part?["$ref"] is { } reference && Follow((string)reference!) is JsonObject parent && schemas.Contains(parent)
           select (component.Key, component.Value!),
    ];

    /// <summary>A schema with all that belongs to it.</summary>
    public ContractSchema Read(JsonNode? schema) => schema is JsonObject ? schemas.GetOrAdd(schema, one => new(this, one)) : new(this, schema);

    internal ContractScheme Scheme(string name)
    {
        var scheme = Resolve(Root["components"]!["securitySchemes"]![name]!);
        var (type, key) = ((string)scheme["type"]!, (string?)scheme["name"] ?? "");
        var place = type == "http" ? ((string)scheme["scheme"]!).ToLowerInvariant() : (string?)scheme["in"] ?? "";
        var isOther = place == "header" && (key.Equals("Authorization", StringComparison.OrdinalIgnoreCase) || TestedService.Current.IsSignature(key));
        return new(name, place, key, place is "basic" or "query" or "cookie" or "header" && !isOther);
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

    // The path of the first server, with the defaults of its variables.
    private static string BasePath(JsonObject root)
    {
        var server = root["servers"]?.AsArray().FirstOrDefault();
        var url = (server?["variables"]?.AsObject() ?? []).Aggregate(
            (string?)server?["url"] ?? "",
            (text, variable) => text.Replace($"{{{variable.Key}}}", $"{variable.Value?["default"]}", StringComparison.Ordinal));
        return Regex.Replace(url, @"^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/]*|\.)", "").TrimEnd('/') is ['/', ..] path ? path : "";
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
