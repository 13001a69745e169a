namespace GoldenService.ServiceDefaults;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

/// <summary>
/// What a value must fit and no type says, as JSON Schema 2020-12: <c>not</c>, <c>if</c>, several groups of alternatives and the
/// like. The compiler of contracts writes it without references. Formats and annotations check nothing.
/// </summary>
public sealed class JsonCondition
{
    private readonly Func<JsonElement, bool> isMet;

    public JsonCondition(string rule, string message, string schema)
    {
        var root = JsonElement.Parse(schema);
        (Rule, Message, isMet) = (rule, message, Compile(root));
        IsOfText = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("string");
    }

    /// <summary>The keyword of the contract.</summary>
    public string Rule { get; }

    /// <summary>What a value that fits is like.</summary>
    public string Message { get; }

    /// <summary>Whether it is about strings: then a parameter is one, even where it looks like a number.</summary>
    internal bool IsOfText { get; }

    public bool IsMet(JsonElement value) => isMet(value);

    private static Func<JsonElement, bool> Compile(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return schema.ValueKind == JsonValueKind.False ? static _ => false : static _ => true;
        }

        Func<JsonElement, bool>[] checks = [.. schema.EnumerateObject().Select(keyword => Compile(keyword.Name, keyword.Value, schema)).OfType<Func<JsonElement, bool>>()];
        return value => System.Array.TrueForAll(checks, check => check(value));
    }

    // Null where another keyword does it.
    private static Func<JsonElement, bool>? Compile(string keyword, JsonElement value, JsonElement schema)
    {
        switch (keyword)
        {
            case "type":
                return HasType(value);
            case "enum":
                return IsOneOf([.. value.EnumerateArray()]);
            case "const":
                return IsOneOf([value]);
            case "allOf" or "anyOf" or "oneOf":
                return Group(keyword, Schemas(value));
            case "not":
                var not = Compile(value);
                return one => !not(one);
            case "if":
                var (condition, then, otherwise) = (Compile(value), Part(schema, "then"), Part(schema, "else"));
                return one => condition(one) ? then(one) : otherwise(one);
            case "minLength" or "maxLength" or "pattern":
                var isText = Text(keyword, value);
                return one => one.ValueKind != JsonValueKind.String || isText(one.GetString()!);
            case "minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum" or "multipleOf":
                return one => one.ValueKind != JsonValueKind.Number || Number(keyword, one, value);
            default:
                var (isObject, isArray) = (Object(keyword, value, schema), Array(keyword, value, schema));
                return isObject is not null ? one => one.ValueKind != JsonValueKind.Object || isObject(one)
                    : isArray is not null ? one => one.ValueKind != JsonValueKind.Array || isArray(one)
                    : null;
        }
    }

    private static Func<JsonElement, bool> HasType(JsonElement type)
    {
        List<string?> types = type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(one => one.GetString())] : [type.GetString()];
        return one => one.ValueKind switch
        {
            JsonValueKind.Object => types.Contains("object"),
            JsonValueKind.Array => types.Contains("array"),
            JsonValueKind.String => types.Contains("string"),
            JsonValueKind.Number => types.Contains("number") || (types.Contains("integer") && ExactNumber.Of(one).IsInteger),
            JsonValueKind.Null => types.Contains("null"),
            _ => types.Contains("boolean"),
        };
    }

    private static Func<JsonElement, bool> IsOneOf(JsonElement[] values) => one => System.Array.Exists(values, value => JsonElement.DeepEquals(value, one));

    private static Func<JsonElement, bool> Group(string keyword, List<Func<JsonElement, bool>> alternatives) => keyword switch
    {
        "allOf" => one => alternatives.TrueForAll(check => check(one)),
        "anyOf" => one => alternatives.Exists(check => check(one)),
        _ => one => alternatives.Count(check => check(one)) == 1,
    };

    private static Func<string, bool> Text(string keyword, JsonElement value)
    {
        if (keyword == "pattern")
        {
            return ContractLimits.Match(value.GetString()!);
        }

        var length = value.GetDouble();
        return keyword == "minLength" ? text => ContractLimits.CodePoints(text) >= length : text => ContractLimits.CodePoints(text) <= length;
    }

    private static bool Number(string keyword, JsonElement one, JsonElement limit) => keyword switch
    {
        "minimum" => Compare(one, limit) >= 0,
        "maximum" => Compare(one, limit) <= 0,
        "exclusiveMinimum" => Compare(one, limit) > 0,
        "exclusiveMaximum" => Compare(one, limit) < 0,
        _ when one.TryGetDecimal(out var number) && limit.TryGetDecimal(out var divisor) => number % divisor == 0,
        _ => double.IsFinite(one.GetDouble()) && ExactNumber.Of(one.GetDouble()).IsMultipleOf(ExactNumber.Of(limit.GetDouble())),
    };

    private static int Compare(JsonElement one, JsonElement other) =>
        one.TryGetDecimal(out var number) && other.TryGetDecimal(out var limit) ? number.CompareTo(limit) : one.GetDouble().CompareTo(other.GetDouble());

    private static Func<JsonElement, bool>? Object(string keyword, JsonElement value, JsonElement schema)
    {
        switch (keyword)
        {
            case "required":
                var names = Names(value);
                return one => names.TrueForAll(name => one.TryGetProperty(name, out _));
            case "properties":
                var members = Members(value);
                return one => members.TrueForAll(member => !one.TryGetProperty(member.Name, out var part) || member.IsMet(part));
            case "patternProperties" or "additionalProperties":
                return keyword == "patternProperties" || !schema.TryGetProperty("patternProperties", out _) ? Others(schema) : null;
            case "propertyNames":
                var isName = Compile(value);
                return one => one.EnumerateObject().All(member => isName(JsonSerializer.SerializeToElement(member.Name)));
            case "dependentRequired":
                var dependent = value.EnumerateObject().Select(member => (member.Name, Names: Names(member.Value))).ToList();
                return one => dependent.TrueForAll(member => !one.TryGetProperty(member.Name, out _) || member.Names.TrueForAll(name => one.TryGetProperty(name, out _)));
            case "dependentSchemas":
                var schemas = Members(value);
                return one => schemas.TrueForAll(member => !one.TryGetProperty(member.Name, out _) || member.IsMet(one));
            case "minProperties" or "maxProperties":
                var count = value.GetDouble();
                return keyword == "minProperties" ? one => one.GetPropertyCount() >= count : one => one.GetPropertyCount() <= count;
            default:
                return null;
        }
    }

    // Members whose names are none of properties.
    private static Func<JsonElement, bool> Others(JsonElement schema)
    {
        var known = schema.TryGetProperty("properties", out var properties) ? properties.EnumerateObject().Select(member => member.Name).ToHashSet() : [];
        var patterns = schema.TryGetProperty("patternProperties", out var all) ? all.EnumerateObject().Select(member => (IsMatch: ContractLimits.Match(member.Name), IsMet: Compile(member.Value))).ToList() : [];
        var isOther = Part(schema, "additionalProperties");
        return one => one.EnumerateObject().All(member =>
        {
            var matching = patterns.FindAll(pattern => pattern.IsMatch(member.Name));
            return matching.TrueForAll(pattern => pattern.IsMet(member.Value)) && (matching.Count > 0 || known.Contains(member.Name) || isOther(member.Value));
        });
    }

    private static Func<JsonElement, bool>? Array(string keyword, JsonElement value, JsonElement schema)
    {
        switch (keyword)
        {
            case "prefixItems":
                var first = Schemas(value);
                return one => one.EnumerateArray().Zip(first).All(item => item.Second(item.First));
            case "items":
                var (isItem, skipped) = (Compile(value), schema.TryGetProperty("prefixItems", out var prefix) ? prefix.GetArrayLength() : 0);
                return one => one.EnumerateArray().Skip(skipped).All(isItem);
            case "contains":
                var isContained = Compile(value);
                var (fewest, most) = (schema.TryGetProperty("minContains", out var min) ? min.GetDouble() : 1, schema.TryGetProperty("maxContains", out var max) ? max.GetDouble() : double.PositiveInfinity);
                return one => one.EnumerateArray().Count(isContained) is var count && count >= fewest && count <= most;
            case "minItems" or "maxItems":
                var limit = value.GetDouble();
                return keyword == "minItems" ? one => one.GetArrayLength() >= limit : one => one.GetArrayLength() <= limit;
            case "uniqueItems" when value.ValueKind == JsonValueKind.True:
                return static one => one.EnumerateArray().Cast<object?>().Distinct(ContentComparer.Instance).Count() == one.GetArrayLength();
            default:
                return null;
        }
    }

    private static Func<JsonElement, bool> Part(JsonElement schema, string keyword) => schema.TryGetProperty(keyword, out var part) ? Compile(part) : static _ => true;

    private static List<Func<JsonElement, bool>> Schemas(JsonElement list) => [.. list.EnumerateArray().Select(Compile)];

    private static List<(string Name, Func<JsonElement, bool> IsMet)> Members(JsonElement map) => [.. map.EnumerateObject().Select(member => (member.Name, Compile(member.Value)))];

    private static List<string> Names(JsonElement list) => [.. list.EnumerateArray().Select(name => name.GetString()!)];
}
