namespace GoldenService.Testing;

using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;

/// <content>Schemas within conditions, which are as JSON Schema 2020-12 has them: they say no more than what stands in them, and formats check nothing.</content>
internal sealed partial class SchemaCheck
{
    // A schema that contains itself without a member in between says nothing.
    private const int MostDepth = 200;

    private bool Fits(JsonNode? schema, JsonElement value)
    {
        if (schema is not JsonObject part || depth > MostDepth)
        {
            return !ContractSchema.IsFalse(schema);
        }

        depth++;
        var fits = part.All(keyword => Fits(part, keyword.Key, value)) && !Limits(part, value).Any();
        depth--;
        return fits;
    }

    /// <summary>Whether a schema has what no type says.</summary>
    public static bool HasConditions(ContractSchema read) => read.Parts.Any(part => Keywords.Any(part.ContainsKey));

    /// <summary>Whether a value fits one keyword of a schema.</summary>
    public bool Fits(JsonObject part, string keyword, JsonElement value)
    {
        var node = part[keyword];
        switch (keyword)
        {
            case "$ref":
                return Fits(contract.Follow((string)node!), value);
            case "type":
                var types = node is JsonArray several ? several.Select(type => (string?)type ?? "null") : [(string?)node ?? "null"];
                return types.Any(type => IsOfKind(value, type) && (type != "integer" || IsInteger(value))) || (value.ValueKind == JsonValueKind.Null && ContractSchema.IsTrue(part["nullable"]));
            case "enum":
                return node!.AsArray().Any(one => JsonElement.DeepEquals(JsonSerializer.SerializeToElement(one), value));
            case "const":
                return JsonElement.DeepEquals(JsonSerializer.SerializeToElement(node), value);
            case "allOf" or "oneOf" or "anyOf":
                return FitsGroup(keyword, node!.AsArray(), value);
            case "not":
                return !Fits(node, value);
            case "if":
                return Fits(node, value) ? Fits(part["then"], value) : Fits(part["else"], value);
        }

        return value.ValueKind switch
        {
            JsonValueKind.Object => FitsMembers(part, keyword, value),
            JsonValueKind.Array => FitsItems(part, keyword, value),
            _ => true,
        };
    }

    private bool FitsGroup(string keyword, JsonArray schemas, JsonElement value)
    {
        var fitting = schemas.Count(schema => Fits(schema, value));
        return keyword switch
        {
            "allOf" => fitting == schemas.Count,
            "oneOf" => fitting == 1,
            _ => fitting > 0,
        };
    }

    private bool FitsMembers(JsonObject part, string keyword, JsonElement value)
    {
        var node = part[keyword];
        return keyword switch
        {
            "required" => node!.AsArray().All(name => value.TryGetProperty((string)name!, out _)),
            "properties" => node!.AsObject().All(property => !value.TryGetProperty(property.Key, out var member) || Fits(property.Value, member)),
            "patternProperties" when part.ContainsKey("properties") && !FitsMembers(part, "properties", value) => false,
            "patternProperties" or "additionalProperties" => value.EnumerateObject().All(member => FitsOther(part, member)),
            "propertyNames" => value.EnumerateObject().All(member => Fits(node, JsonSerializer.SerializeToElement(member.Name))),
            "dependentRequired" => node!.AsObject().All(property => !value.TryGetProperty(property.Key, out _) || property.Value!.AsArray().All(name => value.TryGetProperty((string)name!, out _))),
            "dependentSchemas" => node!.AsObject().All(property => !value.TryGetProperty(property.Key, out _) || Fits(property.Value, value)),
            _ => true,
        };
    }

    private bool FitsOther(JsonObject part, JsonProperty member)
    {
        var matching = (part["patternProperties"]?.AsObject() ?? []).Where(pattern => EcmaPattern.IsMatch(pattern.Key, member.Name)).ToList();
        var isOther = matching.Count == 0 && part["properties"]?.AsObject().ContainsKey(member.Name) != true;
        return matching.TrueForAll(pattern => Fits(pattern.Value, member.Value)) && (!isOther || Fits(part["additionalProperties"], member.Value));
    }

    private bool FitsItems(JsonObject part, string keyword, JsonElement value)
    {
        var node = part[keyword];
        switch (keyword)
        {
            case "items":
                return value.EnumerateArray().Skip(part["prefixItems"]?.AsArray().Count ?? 0).All(item => Fits(node, item));
            case "prefixItems":
                return value.EnumerateArray().Zip(node!.AsArray()).All(item => Fits(item.Second, item.First)) && (!part.ContainsKey("items") || FitsItems(part, "items", value));
            case "contains":
                var count = value.EnumerateArray().Count(item => Fits(node, item));
                return count >= ((decimal?)part["minContains"] ?? 1) && count <= ((decimal?)part["maxContains"] ?? int.MaxValue);
            default:
                return true;
        }
    }
}
