namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;

/// <summary>
/// What a contract and the description of a service differ in: operations, tags, parameters, bodies, statuses and types. Limits are not
/// compared (the boundary tests try them), nor what changes nothing for a caller: descriptions, examples, servers, the names of types.
/// That an object takes no other members is left to the boundary tests too, as are cookies and bodies that are neither JSON nor a form.
/// </summary>
public sealed class ContractComparison
{
    private readonly ContractDocument contract;
    private readonly ContractDocument service;
    private readonly List<string> differences = [];
    private readonly HashSet<(JsonNode, JsonNode)> compared = [];

    private ContractComparison(JsonObject contract, JsonObject described) => (this.contract, service) = (new(contract), new(described));

    public static IReadOnlyList<string> Differences(JsonObject contract, JsonObject described)
    {
        var comparison = new ContractComparison(contract, described);
        comparison.Operations();
        return [.. comparison.differences.Distinct().Order(StringComparer.Ordinal)];
    }

    private void Operations() => Both(
        contract.Operations.ToDictionary(operation => operation.ToString().TrimEnd('/')),
        service.Operations.ToDictionary(operation => operation.ToString().TrimEnd('/')),
        "",
        Operation);

    private void Operation(string place, ContractOperation expected, ContractOperation actual)
    {
        var tag = (string?)expected.Node["tags"]?.AsArray().FirstOrDefault() ?? "Default";
        Same(place, $"{expected.Node["operationId"] ?? actual.Node["operationId"]}, tags {tag}", $"{actual.Node["operationId"]}, tags {string.Join(' ', actual.Node["tags"]?.AsArray() ?? [])}");
        Both(Parameters(contract, expected), Parameters(service, actual), $"{place} > ", (parameter, says, does) => Types(parameter, says.Schema, does.Schema, new(says.IsRequired, does.IsRequired, HasDefault: true)));

        Same($"{place} > body", Body(expected), Body(actual));
        if (expected.Bodies is [{ IsJson: true } or { IsForm: true } or { IsMultipart: true }] && actual.Bodies is [var body])
        {
            Types($"{place} > body > {expected.Bodies[0].Type}", expected.Bodies[0].Schema, body.Schema, default);
        }

        // The service says nothing of ranges of statuses.
        Both(
            expected.Responses.Where(response => char.IsAsciiDigit(response.Key[^1])).ToDictionary(),
            actual.Responses,
            $"{place} > ",
            Response);
    }

    private static Dictionary<string, ContractParameter> Parameters(ContractDocument document, ContractOperation operation) =>
        operation.Parameters.Select(parameter => new ContractParameter(document, parameter)).Where(parameter => parameter.Where != "cookie").ToDictionary(parameter => parameter.Key);

    private static string Body(ContractOperation operation) => operation.Bodies is [] ? "none" : ContractSchema.IsTrue(operation.RequestBody!["required"]) ? "required" : "optional";

    private void Response(string place, JsonObject expected, JsonObject actual)
    {
        var (says, does) = (ContractMedia.In(contract, expected).ToList(), ContractMedia.In(service, actual).ToList());

        // Beside a body of the contract's own, the problem document is the platform's.
        var own = says.Count > 1 && !does.Exists(IsProblem) ? says.FindAll(media => !IsProblem(media)) : says;
        Both(
            own.ToDictionary(media => media.Type.EndsWith('*') && !media.IsJson ? "application/octet-stream" : media.Sent),
            does.ToDictionary(media => media.Type),
            $"{place} > ",
            (type, one, other) =>
            {
                // The service describes the first of several.
                if (one.IsJson && one == own[0])
                {
                    Types(type, one.Schema, other.Schema, default);
                }
            });
    }

    private static bool IsProblem(ContractMedia media) => media.Type == "application/problem+json";

    // What only one side has is reported without what belongs to it.
    private void Both<T>(IReadOnlyDictionary<string, T> expected, IReadOnlyDictionary<string, T> actual, string before, Action<string, T, T> compare)
    {
        foreach (var key in expected.Keys.Union(actual.Keys))
        {
            if (!expected.TryGetValue(key, out var says))
            {
                differences.Add($"{before}{key} is not in the contract");
            }
            else if (!actual.TryGetValue(key, out var does))
            {
                differences.Add($"{before}{key} is only in the contract");
            }
            else
            {
                compare(before + key, says, does);
            }
        }
    }

    private void Same(string place, string says, string does)
    {
        if (says != does)
        {
            differences.Add($"{place} is '{says}' in the contract, '{does}' in the service");
        }
    }

    private void Types(string place, JsonNode? expected, JsonNode? actual, Use use)
    {
        var (says, does) = (Read(contract, expected), Read(service, actual));
        Same(place, Word(contract, says, use, use.IsRequired), Word(service, does, use, use.IsRequiredInService));
        if (says.Identity is not { } schema || does.Identity is not { } described || !compared.Add((schema, described)))
        {
            return;
        }

        var name = ((string?)expected?["$ref"])?.Split('/')[^1] ?? place;
        var (one, other) = (Alternatives(contract, says), Alternatives(service, does));
        if (one.Count > 1 || other.Count > 1)
        {
            for (var index = 0; one.Count == other.Count && index < one.Count; index++)
            {
                Types($"{name} as {index + 1}", one[index], other[index], default);
            }
        }
        else if (says.Is("array") && does.Is("array"))
        {
            Types($"{name} > items", says.Items, does.Items, default);
        }
        else if (IsMap(says) && IsMap(does))
        {
            Types($"{name} > values", says.OtherValues, does.OtherValues, default);
        }
        else
        {
            Both(says.Properties, does.Properties, $"{name} > ", (property, says2, does2) => Property(property, says2, does2, says.Required.Contains(property.Split(" > ")[^1]), does.Required.Contains(property.Split(" > ")[^1])));
        }
    }

    private void Property(string place, JsonNode? expected, JsonNode? actual, bool isRequired, bool isRequiredInService)
    {
        // Of a member that only one direction has, or that has one value only, the type says nothing of whether it is there; absent and null are one.
        var property = contract.Read(expected);
        var isCertain = !property.IsReadOnly && !property.IsWriteOnly && property.Values is not [_];
        Types(place, expected, actual, isCertain ? new(isRequired, isRequiredInService, HasNull: isRequired) : default);
    }

    // The type as the platform has it: what is not said is said, and what has no meaning is left out.
    private static string Word(ContractDocument document, ContractSchema schema, Use use, bool isRequired)
    {
        var type = Type(document, schema);
        return (isRequired ? "required " : "") + type
            + (use.HasNull && schema.IsNullable && type != "any" ? ", nullable" : "")
            + (use.HasDefault && !isRequired && Default(document, schema) is { } value ? $", default {ContractRequest.Text(value)}" : "");
    }

    private static string Type(ContractDocument document, ContractSchema schema)
    {
        if (Alternatives(document, schema) is { Count: > 0 } alternatives)
        {
            var types = alternatives.Select(one => Type(document, document.Read(one))).Distinct().ToList();
            return types is [var single] && (alternatives.Count == 1 || !IsOfMembers(single)) ? single : $"one of {string.Join(" | ", types.Order(StringComparer.Ordinal))}";
        }

        var values = schema.Values is { Count: > 1 } several && (several.All(value => value?.GetValueKind() == JsonValueKind.String) || several.All(IsInteger))
            ? $", one of {string.Join(' ', several.Select(value => ContractRequest.Text(value!)).Order(StringComparer.Ordinal))}"
            : "";
        var kind = schema.Types is [var only, ..] ? only : schema.Values is [{ } first, ..] ? Kind(first) : "any";
        return kind switch
        {
            "object" when IsMap(schema) => "map",
            "string" => (values == "" && schema.Format is "uuid" or "date" or "date-time" or "byte" or "base64" ? $"string {schema.Format.Replace("base64", "byte", StringComparison.Ordinal)}" : "string") + values,
            "integer" => (values == "" ? $"integer {(schema.Format is "int32" or "int16" or "int8" or "uint16" or "uint8" ? "int32" : "int64")}" : "integer") + values,
            "number" when values != "" => $"integer{values}",
            "number" => schema.Format switch
            {
                "decimal" or "decimal128" => "number decimal",
                "float" => "number float",
                "int32" or "int64" => $"integer {schema.Format}",
                _ => "number double",
            },
            "file" => "string",
            _ => kind,
        };
    }

    private static bool IsOfMembers(string type) => type is "object" or "array" or "map" || type.StartsWith("one of", StringComparison.Ordinal);

    private static string Kind(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.String => "string",
        JsonValueKind.Number => "integer",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => "any",
    };

    private static bool IsInteger(JsonNode? value) => value?.GetValueKind() == JsonValueKind.Number && value.GetValue<decimal>() is var number && decimal.Truncate(number) == number;

    // One alternative is no choice.
    private static ContractSchema Read(ContractDocument document, JsonNode? schema)
    {
        var read = document.Read(schema);
        return read.Alternatives is [var only] ? document.Read(only.Schema) : read;
    }

    private static bool IsMap(ContractSchema schema) => schema.Is("object") && schema.Properties.Count == 0 && !schema.IsClosed;

    // Alternatives, or the types of which it has one; one of each type, as the service has them.
    private static List<JsonNode?> Alternatives(ContractDocument document, ContractSchema schema)
    {
        var all = schema.Alternatives.Count > 0 ? schema.Alternatives.Select(one => one.Schema).ToList()
            : schema.Types.Count > 1 && schema.Values is null && !(schema.Types.Contains("number") && schema.Types.Contains("integer")) ? [.. schema.Types.Select(type => Only(schema, type))]
            : [];
        return [.. all.DistinctBy(one => Type(document, document.Read(one)) is var type && IsOfMembers(type) ? (type, document.Read(one).Identity) : (type, null))];
    }

    private static JsonObject Only(ContractSchema schema, string type) => new()
    {
        ["allOf"] = new JsonArray([.. schema.Parts.Select(part =>
        {
            var one = part.DeepClone().AsObject();
            one.Remove("$ref");
            one.Remove("allOf");
            one["type"] = type;
            return one;
        })]),
    };

    // A default that breaks its schema, or that has no form in code, has no effect.
    private static JsonNode? Default(ContractDocument document, ContractSchema schema) =>
        schema.Keyword("default").FirstOrDefault() is { } value
        && (value is JsonArray ? value.AsArray().Count == 0 : value is JsonValue && Type(document, schema) is not ("string uuid" or "string date" or "string date-time" or "string byte"))
        && !document.Failures(schema.Parts[0], JsonSerializer.SerializeToElement(value), isRequest: true).Any()
            ? value
            : null;

    /// <summary>How a type is used: whether it is required in the contract and in the service, and whether null and defaults are compared.</summary>
    private readonly record struct Use(bool IsRequired = false, bool IsRequiredInService = false, bool HasNull = false, bool HasDefault = false);
}
