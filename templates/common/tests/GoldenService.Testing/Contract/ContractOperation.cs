namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

/// <summary>One operation of the contract, its references resolved.</summary>
public sealed class ContractOperation
{
    // A client sets these by itself (OpenAPI, Parameter Object).
    private static readonly string[] HeadersOfHttp = ["accept", "content-type", "authorization"];

    private readonly Regex pattern;

    internal ContractOperation(ContractDocument contract, string path, string method, JsonObject node, JsonArray shared)
    {
        (Path, Method, Node) = (path, method, node);
        var parts = Regex.Split(path.TrimEnd('/'), @"(\{[^{}]*\})").Select(part => part.StartsWith('{') ? "[^/]+" : Regex.Escape(part));
        pattern = new($"^{string.Concat(parts)}/?$", RegexOptions.IgnoreCase);
        Parameters = ReadParameters(contract, shared.Concat(node["parameters"]?.AsArray() ?? []));
        RequestBody = node["requestBody"] is { } body ? contract.Resolve(body) : null;
        Bodies = [.. ContractMedia.In(contract, RequestBody).OrderByDescending(media => media.IsJson)];
        Responses = (node["responses"]?.AsObject() ?? []).ToDictionary(response => response.Key.ToUpperInvariant(), response => contract.Resolve(response.Value!));
        Security =
        [
            .. from requirement in (node["security"] ?? contract.Root["security"])?.AsArray() ?? []
               select requirement.AsObject().Select(one => (contract.Scheme(one.Key), (IReadOnlyList<string>)[.. one.Value!.AsArray().Select(scope => (string)scope!)])).ToList(),
        ];
    }

    /// <summary>With the path of the server before it.</summary>
    public string Path { get; }

    public string Method { get; }

    public JsonObject Node { get; }

    /// <summary>The operationId; method and path without one.</summary>
    public string Id => (string?)Node["operationId"] ?? ToString();

    public IReadOnlyList<JsonObject> Parameters { get; }

    public JsonObject? RequestBody { get; }

    /// <summary>The media types that the body may have, JSON before others.</summary>
    public IReadOnlyList<ContractMedia> Bodies { get; }

    /// <summary>By status: 200, 4XX, DEFAULT.</summary>
    public IReadOnlyDictionary<string, JsonObject> Responses { get; }

    /// <summary>The alternatives of what a caller must show, each with all its schemes; what the operation says goes before what the contract says for all.</summary>
    public IReadOnlyList<IReadOnlyList<(ContractScheme Scheme, IReadOnlyList<string> Scopes)>> Security { get; }

    /// <summary>The scopes that a token needs.</summary>
    public IEnumerable<string> Scopes => Security.SelectMany(alternative => alternative).SelectMany(one => one.Scopes);

    /// <summary>Whether a caller needs nothing.</summary>
    public bool IsOpen => Security is [] || Security.Any(alternative => alternative is []);

    /// <summary>Whether a token is all that a caller needs.</summary>
    public bool IsForTokens => Security is [var only] && !only.Any(one => one.Scheme.HasSecrets);

    /// <summary>Whether its requests are signed: the key that it needs is part of a signature.</summary>
    public bool IsSigned => Security is [var first, ..] && first.Any(one => one.Scheme.Place == "header" && TestedService.Current.IsSignature(one.Scheme.Key));

    public bool Matches(string requested) => pattern.IsMatch(requested);

    public override string ToString() => $"{Method} {Path}";

    // A parameter of the operation goes before one of the path; a part of the path that none declares is a string.
    private List<JsonObject> ReadParameters(ContractDocument contract, IEnumerable<JsonNode?> declared)
    {
        var parameters = new Dictionary<(string, string), JsonObject>();
        foreach (var parameter in declared.Select(parameter => contract.Resolve(parameter!)))
        {
            parameters[((string)parameter["in"]!, (string)parameter["name"]!)] = parameter;
        }

        var inPath = Regex.Matches(Path, @"\{([^{}]*)\}").Select(match => match.Groups[1].Value).ToList();
        foreach (var name in inPath.Where(name => !parameters.ContainsKey(("path", name))))
        {
            parameters[("path", name)] = new() { ["name"] = name, ["in"] = "path", ["required"] = true, ["schema"] = new JsonObject { ["type"] = "string" } };
        }

        return [.. parameters.Where(parameter => parameter.Key.Item1 switch
        {
            "path" => inPath.Contains(parameter.Key.Item2),
            "header" => !HeadersOfHttp.Contains(parameter.Key.Item2.ToLowerInvariant()),
            _ => true,
        }).Select(parameter => parameter.Value)];
    }
}
