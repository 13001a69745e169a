namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

/// <summary>Whether a value is what a schema of the contract says.</summary>
public static partial class ContractSchemas
{
    public static IEnumerable<string> Failures(this ContractDocument contract, JsonNode reference, JsonElement value, string place = "$")
    {
        var schema = contract.Resolve(reference);
        var alternatives = contract.Alternatives(schema);
        var failures = value.ValueKind switch
        {
            JsonValueKind.Null when (bool?)schema["nullable"] == true => [],
            _ when alternatives.Count > 0 => contract.AlternativeFailures(schema, alternatives, value, place),
            JsonValueKind.Object when Is(schema, "object") => contract.Members(schema, value, place),
            JsonValueKind.Array when Is(schema, "array") => contract.Items(schema, value, place),
            JsonValueKind.String when Is(schema, "string") => Text(schema, value.GetString()!),
            JsonValueKind.Number when Is(schema, "integer") || Is(schema, "number") => Number(schema, value),
            JsonValueKind.True or JsonValueKind.False when Is(schema, "boolean") => [],
            _ => [$"is {value.ValueKind}, not {schema["type"]}"],
        };
        return failures.Select(failure => failure.StartsWith('$') ? failure : $"{place} {failure}");
    }

    /// <summary>Whether the whole text matches; the same reading of a pattern that ECMAScript has.</summary>
    public static bool Matches(string pattern, string text) => Regex.IsMatch(text, $@"\A(?:{pattern[1..^1]})\z", RegexOptions.ECMAScript);

    public static bool Is(JsonObject schema, string type) => (string?)schema["type"] == type;

    // By its discriminator a value is one of them; without one, it fits one of them and, of a oneOf, no other.
    private static IEnumerable<string> AlternativeFailures(this ContractDocument contract, JsonObject schema, IReadOnlyList<(string? Type, JsonObject Schema)> alternatives, JsonElement value, string place)
    {
        if (schema["discriminator"] is { } discriminator)
        {
            var type = value.ValueKind == JsonValueKind.Object && value.TryGetProperty((string)discriminator["propertyName"]!, out var member) ? member.ToString() : "";
            return alternatives.FirstOrDefault(one => one.Type == type).Schema is { } alternative ? contract.Failures(alternative, value, place) : [$"is '{type}', which is none of its alternatives"];
        }

        var fitting = alternatives.Count(one => !contract.Failures(one.Schema, value).Any());
        return fitting == 1 || (fitting > 1 && schema["anyOf"] is not null) ? [] : [$"fits {fitting} of its alternatives"];
    }

    private static IEnumerable<string> Members(this ContractDocument contract, JsonObject schema, JsonElement value, string place)
    {
        var properties = schema["properties"]?.AsObject() ?? [];
        foreach (var name in (schema["required"]?.AsArray() ?? []).Select(name => (string)name!).Where(name => !value.TryGetProperty(name, out _)))
        {
            yield return $"lacks {name}";
        }

        foreach (var member in value.EnumerateObject())
        {
            if ((properties[member.Name] ?? schema["additionalProperties"] as JsonObject) is { } inner)
            {
                foreach (var failure in contract.Failures(inner, member.Value, $"{place}.{member.Name}"))
                {
                    yield return failure;
                }
            }
            else if (schema["additionalProperties"]?.GetValueKind() == JsonValueKind.False)
            {
                yield return $"has {member.Name}, which the contract does not know";
            }
        }
    }

    private static IEnumerable<string> Items(this ContractDocument contract, JsonObject schema, JsonElement value, string place)
    {
        var count = value.GetArrayLength();
        if (count < (int?)Limit(schema, "minItems") || count > (int?)Limit(schema, "maxItems"))
        {
            yield return $"has {count} items";
        }

        if ((bool?)schema["uniqueItems"] == true && value.EnumerateArray().DistinctBy(item => item.GetRawText()).Count() != count)
        {
            yield return "has an item twice";
        }

        foreach (var failure in value.EnumerateArray().SelectMany((item, index) => contract.Failures(schema["items"]!, item, $"{place}[{index}]")))
        {
            yield return failure;
        }
    }

    private static IEnumerable<string> Text(JsonObject schema, string text)
    {
        var length = text.EnumerateRunes().Count();
        if (length < Limit(schema, "minLength") || length > Limit(schema, "maxLength"))
        {
            yield return $"has {length} characters";
        }

        if (schema["pattern"] is { } pattern && !Matches((string)pattern!, text))
        {
            yield return $"is '{text}', which does not match {pattern}";
        }

        if (schema["enum"] is JsonArray values && !values.Any(value => (string?)value == text))
        {
            yield return $"is '{text}', not one of {string.Join(", ", values)}";
        }

        var isOfFormat = (string?)schema["format"] switch
        {
            "uuid" => Guid.TryParseExact(text, "D", out _),
            "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
            "date-time" => DateTime().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _),
            _ => true,
        };
        if (!isOfFormat)
        {
            yield return $"is '{text}', no {schema["format"]}";
        }
    }

    private static IEnumerable<string> Number(JsonObject schema, JsonElement value)
    {
        var isOfFormat = (string?)schema["format"] switch
        {
            "int32" => value.TryGetInt32(out _),
            "double" => value.TryGetDouble(out var number) && double.IsFinite(number),
            "decimal" => value.TryGetDecimal(out _),
            _ => Is(schema, "number") || value.TryGetInt64(out _),
        };
        if (!isOfFormat)
        {
            yield return $"is {value}, no {schema["format"] ?? schema["type"]}";
        }
        else if (value.TryGetDecimal(out var number))
        {
            var isBelow = number < Limit(schema, "minimum") || (number == Limit(schema, "minimum") && (bool?)schema["exclusiveMinimum"] == true);
            var isAbove = number > Limit(schema, "maximum") || (number == Limit(schema, "maximum") && (bool?)schema["exclusiveMaximum"] == true);
            if (isBelow || isAbove || (Limit(schema, "multipleOf") is { } divisor && number % divisor != 0))
            {
                yield return $"is {value}, beyond its limits";
            }
        }
    }

    private static decimal? Limit(JsonObject schema, string name) => (decimal?)schema[name];

    [GeneratedRegex(@"\A[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})\z")]
    private static partial Regex DateTime();
}
