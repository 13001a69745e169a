namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;

/// <summary>
/// What two descriptions of a service differ in: operations, tags, parameters, bodies, statuses and schemas. Limits are not
/// compared (the boundary tests try them), nor what changes nothing for a caller: descriptions, examples, servers. That an object
/// takes no other members is left to the boundary tests too, and so is a member that always has the same value.
/// </summary>
public static class ContractComparison
{
    public static IReadOnlyList<string> Differences(JsonObject contract, JsonObject described)
    {
        var (expected, actual) = (Facts(contract), Facts(described));
        var differences = new List<string>();
        string? absent = null;
        foreach (var fact in expected.Keys.Union(actual.Keys).Order(StringComparer.Ordinal))
        {
            // What is absent is absent with all that belongs to it.
            if (absent is not null && fact.StartsWith(absent, StringComparison.Ordinal))
            {
                continue;
            }

            var (says, does) = (expected.GetValueOrDefault(fact), actual.GetValueOrDefault(fact));
            if (says != does)
            {
                absent = says is null || does is null ? $"{fact} > " : null;
                differences.Add(
                    says is null ? $"{fact} is not in the contract"
                    : does is null ? $"{fact} is only in the contract"
                    : $"{fact} is '{says}' in the contract, '{does}' in the service");
            }
        }

        return differences;
    }

    /// <summary>Everything that is compared, by its place: "GET /v1/things > query limit" is "integer int32, default 50".</summary>
    private static Dictionary<string, string> Facts(JsonObject document)
    {
        var contract = new ContractDocument(document);
        var facts = new Dictionary<string, string>();
        var schemas = new Queue<string>();

        foreach (var operation in contract.Operations)
        {
            facts[$"{operation}"] = $"{operation.Node["operationId"]}, tags {string.Join(' ', operation.Node["tags"]?.AsArray() ?? [])}";
            foreach (var parameter in operation.Parameters)
            {
                facts[$"{operation} > {parameter["in"]} {parameter["name"]}"] = Required(parameter) + Schema($"{operation} > {parameter["in"]} {parameter["name"]}", parameter["schema"]!);
            }

            if (operation.RequestBody is { } body)
            {
                facts[$"{operation} > body"] = Required(body);
                Content($"{operation} > body", body);
            }

            foreach (var (status, response) in operation.Responses)
            {
                facts[$"{operation} > {status}"] = "";
                Content($"{operation} > {status}", response);
            }
        }

        while (schemas.TryDequeue(out var name))
        {
            if (facts.TryAdd(name, ""))
            {
                facts[name] = Schema(name, document["components"]!["schemas"]![name]!);
            }
        }

        return facts;

        static string Required(JsonObject node) => (bool?)node["required"] == true ? "required " : "";

        void Content(string place, JsonObject node)
        {
            foreach (var (type, content) in node["content"]?.AsObject() ?? [])
            {
                facts[$"{place} > {type}"] = Schema($"{place} > {type}", content!["schema"]!);
            }
        }

        string Schema(string place, JsonNode schema)
        {
            if ((schema["$ref"] ?? (schema["allOf"] is JsonArray { Count: 1 } all ? all[0]!["$ref"] : null)) is { } reference)
            {
                var name = ((string)reference!).Split('/')[^1];
                schemas.Enqueue(name);
                return name + Details(schema);
            }

            foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
            {
                var isRequired = schema["required"]?.AsArray().Any(required => (string?)required == name) == true && property!["enum"] is not JsonArray { Count: 1 };
                facts[$"{place} > {name}"] = (isRequired ? "required " : "") + Schema($"{place} > {name}", property!);
            }

            var alternatives = (schema["oneOf"] ?? schema["anyOf"])?.AsArray().Select((alternative, index) => Schema($"{place} > alternative {index + 1}", alternative!)) ?? [];
            return string.Join(' ', new[] { schema["type"], schema["format"] }.Where(word => word is not null))
                + string.Join(" or ", alternatives)
                + (schema["items"] is { } items ? $" of {Schema($"{place} > items", items)}" : "")
                + (schema["additionalProperties"] is JsonObject values ? $" to {Schema($"{place} > values", values)}" : "")
                + Details(schema);
        }

        static string Details(JsonNode schema) =>
            ((bool?)schema["nullable"] == true ? ", nullable" : "")
            + (schema["default"] is { } value ? $", default {value}" : "")
            + (schema["enum"] is JsonArray { Count: > 1 } values ? $", one of {string.Join(' ', values)}" : "");
    }
}
