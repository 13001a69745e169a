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
        ? Resolve(((string)reference!).Split('/').Skip(1).Aggregate((JsonNode)Root, (from, part) => Step(from, part) ?? throw new InvalidDataException($"{reference} leads nowhere.")))
        : node.AsObject();

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

    // RFC 6901, in a fragment.
    private static JsonNode? Step(JsonNode from, string part) => from is JsonArray list
        ? list[int.Parse(part, CultureInfo.InvariantCulture)]
        : from[Uri.UnescapeDataString(part).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)];

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

/// <summary>How a caller is authenticated.</summary>
/// <param name="Name">The scheme's name.</param>
/// <param name="Place">Of a key header, query or cookie; of http the scheme, as in basic.</param>
/// <param name="Key">The name of the key's header, parameter or cookie.</param>
/// <param name="HasSecrets">Whether the service has its secrets as settings: keys and passwords; not those of tokens and signatures.</param>
public sealed record ContractScheme(string Name, string Place, string Key, bool HasSecrets);

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

    /// <summary>The alternatives of what a caller must show, each with all its schemes; what the operation says goes before what the contract says for all.</summary>
    public IReadOnlyList<IReadOnlyList<(ContractScheme Scheme, IReadOnlyList<string> Scopes)>> Security { get; } =
    [
        .. from requirement in (node["security"] ?? contract.Root["security"])?.AsArray() ?? []
           select requirement.AsObject().Select(one => (contract.Scheme(one.Key), (IReadOnlyList<string>)[.. one.Value!.AsArray().Select(scope => (string)scope!)])).ToList(),
    ];

    /// <summary>The scopes that a token needs.</summary>
    public IEnumerable<string> Scopes => Security.SelectMany(alternative => alternative).SelectMany(one => one.Scopes);

    /// <summary>Whether a caller needs nothing.</summary>
    public bool IsOpen => Security is [] || Security.Any(alternative => alternative is []);

    /// <summary>Whether a token is all that a caller needs.</summary>
    public bool IsForTokens => Security is [var only] && !only.Any(one => one.Scheme.HasSecrets);

    public bool Matches(string requested) => pattern.IsMatch(requested);

    public override string ToString() => $"{Method} {Path}";
}
