namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

/// <summary>A place in a value that breaks its schema, the keyword that it breaks, and how.</summary>
public sealed record SchemaFailure(string Place, string Keyword, string Text);

/// <summary>Whether a value is what a schema of the contract says.</summary>
public static class ContractSchemas
{
    /// <summary>What is wrong with a value, each with its place.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="schema">A schema, or a reference to one.</param>
    /// <param name="value">The value.</param>
    /// <param name="place">What the value is called.</param>
    /// <param name="isRequest">Whether it is sent to the service: then it need not have what is read-only.</param>
    public static IEnumerable<string> Failures(this ContractDocument contract, JsonNode? schema, JsonElement value, string place = "$", bool isRequest = false) =>
        new SchemaCheck(contract, isRequest).Failures(schema, value, place).Select(failure => $"{failure.Place} {failure.Text}");
}

/// <summary>Holds values against schemas.</summary>
internal sealed partial class SchemaCheck(ContractDocument contract, bool isRequest)
{
    private static readonly string[] Keywords = ["not", "if", "contains", "prefixItems", "patternProperties", "propertyNames", "dependentRequired", "dependentSchemas"];

    private int depth;

    public IEnumerable<SchemaFailure> Failures(JsonNode? schema, JsonElement value, string place)
    {
        var read = contract.Read(schema);
        if (read.IsNever)
        {
            return [new(place, "false", "is not allowed")];
        }

        return value.ValueKind == JsonValueKind.Null && read.IsNullable ? []
            : read.Alternatives is not [] ? Chosen(read, value, place).Concat(read.Properties.Count > 0 ? [] : Limits(read, value, place)).Concat(Conditions(read, value, place))
            : Whole(read, value, place).Concat(Conditions(read, value, place));
    }

    /// <summary>What else must hold for a value, whatever its type: not, if, groups of conditions and the like.</summary>
    public IEnumerable<SchemaFailure> Conditions(ContractSchema read, JsonElement value, string place = "$")
    {
        foreach (var (keyword, schemas) in read.Conditions.Where(group => !FitsGroup(group.Keyword, group.Schemas, value)))
        {
            yield return new(place, keyword, $"is not as '{keyword}' says");
        }

        // Each alternative has them, together with the members that they are about.
        if (read.Alternatives is [] || read.Properties.Count == 0)
        {
            foreach (var keyword in read.Parts.SelectMany(part => Keywords.Where(keyword => part.ContainsKey(keyword) && !Fits(part, keyword, value))))
            {
                yield return new(place, keyword, $"is not as '{keyword}' says");
            }
        }
    }

    private IEnumerable<SchemaFailure> Chosen(ContractSchema read, JsonElement value, string place)
    {
        if (read.Discriminator is { } discriminator)
        {
            var tag = value.ValueKind == JsonValueKind.Object && value.TryGetProperty(discriminator, out var given) && given.ValueKind == JsonValueKind.String ? given.GetString() : null;
            return read.Alternatives.FirstOrDefault(one => one.Values.Contains(tag)) is { } named
                ? Failures(named.Schema, value, place)
                : [new(place, "discriminator", $"has no {discriminator} that the contract knows")];
        }

        var fitting = read.Alternatives.Count(one => !Failures(one.Schema, value, place).Any());
        return fitting == 1 || (fitting > 1 && read.IsAnyOf) ? [] : [new(place, read.IsAnyOf ? "anyOf" : "oneOf", $"fits {fitting} alternatives")];
    }

    private IEnumerable<SchemaFailure> Whole(ContractSchema read, JsonElement value, string place)
    {
        if (read.Types.Count > 0 && !read.Types.Any(type => IsOfKind(value, type)))
        {
            return [new(place, "type", $"is {value.ValueKind}, not {string.Join(" or ", read.Types)}")];
        }

        if (value.ValueKind == JsonValueKind.Number && NumberFailure(read, value) is { } failure)
        {
            return [new(place, failure.Keyword, failure.Text)];
        }

        var limits = Limits(read, value, place);
        return value.ValueKind switch
        {
            JsonValueKind.Object => Members(read, value, place).Concat(limits),
            JsonValueKind.Array => limits.Concat(value.EnumerateArray().SelectMany((item, index) => read.Items is { } items ? Failures(items, item, $"{place}[{index}]") : [])),
            JsonValueKind.String when read.Types is [] or ["string"] && !IsOfFormat(read.Format, value.GetString()!) => limits.Append(new(place, "format", $"is '{value}', no {read.Format}")),
            _ => limits,
        };
    }

    private IEnumerable<SchemaFailure> Members(ContractSchema read, JsonElement value, string place)
    {
        foreach (var name in read.Required.Where(name => !value.TryGetProperty(name, out _)))
        {
            // What no schema lets in cannot be required.
            var property = read.Properties.TryGetValue(name, out var schema) ? contract.Read(schema) : null;
            if (property is null ? !read.IsClosed : !(isRequest ? property.IsReadOnly : property.IsWriteOnly))
            {
                yield return new(place, "required", $"lacks {name}");
            }
        }

        foreach (var member in value.EnumerateObject())
        {
            if (read.Properties.TryGetValue(member.Name, out var schema) || (schema = read.OtherValues) is not null)
            {
                foreach (var failure in Failures(schema, member.Value, $"{place}.{member.Name}"))
                {
                    yield return failure;
                }
            }
            else if (read.IsClosed)
            {
                yield return new(place, "additionalProperties", $"has {member.Name}, which the contract does not know");
            }
        }
    }

    // The limits of all parts, and the values that there are.
    private static IEnumerable<SchemaFailure> Limits(ContractSchema read, JsonElement value, string place)
    {
        foreach (var (keyword, text) in read.Parts.SelectMany(part => Limits(part, value)))
        {
            yield return new(place, keyword, text);
        }

        if (read.Values is { } values && !values.Any(one => JsonElement.DeepEquals(JsonSerializer.SerializeToElement(one), value)))
        {
            yield return new(place, read.Keyword("enum").Any() ? "enum" : "const", $"is '{value}', not one of {string.Join(", ", values)}");
        }
    }

    private static IEnumerable<(string Keyword, string Text)> Limits(JsonObject part, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Text(part, value.GetString()!),
        JsonValueKind.Number => Number(part, value),
        JsonValueKind.Array => Count(part, "Items", value.GetArrayLength(), "items").Concat(Unique(part, value)),
        JsonValueKind.Object => Count(part, "Properties", value.GetPropertyCount(), "members"),
        _ => [],
    };

    private static IEnumerable<(string Keyword, string Text)> Count(JsonObject part, string what, int count, string noun)
    {
        foreach (var keyword in new[] { $"min{what}", $"max{what}" })
        {
            if (part[keyword] is { } limit && (keyword[1] == 'i' ? count < (decimal)limit : count > (decimal)limit))
            {
                yield return (keyword, $"has {count} {noun}");
            }
        }
    }

    private static IEnumerable<(string Keyword, string Text)> Unique(JsonObject part, JsonElement value)
    {
        var items = value.EnumerateArray().ToList();
        if (ContractSchema.IsTrue(part["uniqueItems"]) && items.Index().Any(item => items.Take(item.Index).Any(other => JsonElement.DeepEquals(item.Item, other))))
        {
            yield return ("uniqueItems", "has an item twice");
        }
    }

    private static IEnumerable<(string Keyword, string Text)> Text(JsonObject part, string text)
    {
        foreach (var failure in Count(part, "Length", text.EnumerateRunes().Count(), "characters"))
        {
            yield return failure;
        }

        if (part["pattern"] is { } pattern && !EcmaPattern.IsMatch((string)pattern!, text))
        {
            yield return ("pattern", $"is '{text}', which does not match {pattern}");
        }
    }

    private static IEnumerable<(string Keyword, string Text)> Number(JsonObject part, JsonElement value)
    {
        foreach (var (least, most) in new[] { ("minimum", "maximum"), ("exclusiveMinimum", "exclusiveMaximum") })
        {
            if (Limit(part, least) is { } low && Compare(value, low.Value) is var below && (below < 0 || (below == 0 && low.IsExclusive)))
            {
                yield return (low.IsExclusive ? "exclusiveMinimum" : least, $"is {value}, beyond its limits");
            }

            if (Limit(part, most) is { } high && Compare(value, high.Value) is var above && (above > 0 || (above == 0 && high.IsExclusive)))
            {
                yield return (high.IsExclusive ? "exclusiveMaximum" : most, $"is {value}, beyond its limits");
            }
        }

        if (part["multipleOf"] is { } divisor && !(value.TryGetDecimal(out var number) ? number % (decimal)divisor == 0 : Math.IEEERemainder(value.GetDouble(), (double)(decimal)divisor) == 0))
        {
            yield return ("multipleOf", $"is {value}, beyond its limits");
        }
    }

    /// <summary>A limit of numbers. Exclusive ones are numbers in OpenAPI 3.1, and say of another that it is exclusive in 3.0.</summary>
    private static (decimal Value, bool IsExclusive)? Limit(JsonObject part, string keyword)
    {
        var isExclusive = keyword.StartsWith("exclusive", StringComparison.Ordinal);
        return part[keyword]?.GetValueKind() != JsonValueKind.Number ? null
            : ((decimal)part[keyword]!, isExclusive || ContractSchema.IsTrue(part[keyword == "minimum" ? "exclusiveMinimum" : "exclusiveMaximum"]));
    }

    private static int Compare(JsonElement value, decimal limit) => value.TryGetDecimal(out var number) ? number.CompareTo(limit) : value.GetDouble().CompareTo((double)limit);

    private static (string Keyword, string Text)? NumberFailure(ContractSchema read, JsonElement value)
    {
        var isInteger = IsInteger(value);
        var (isOfFormat, isWhole) = (read.Is("integer"), read.Format) switch
        {
            (true, null or "int64") => (isInteger && value.TryGetDecimal(out var number) && number is >= long.MinValue and <= long.MaxValue, true),
            (_, "int32") => (isInteger && value.TryGetDecimal(out var number) && number is >= int.MinValue and <= int.MaxValue, true),
            (true, "int8") => (isInteger && value.TryGetDecimal(out var number) && number is >= sbyte.MinValue and <= sbyte.MaxValue, true),
            (true, "uint8") => (isInteger && value.TryGetDecimal(out var number) && number is >= byte.MinValue and <= byte.MaxValue, true),
            (true, "int16") => (isInteger && value.TryGetDecimal(out var number) && number is >= short.MinValue and <= short.MaxValue, true),
            (true, "uint16") => (isInteger && value.TryGetDecimal(out var number) && number is >= ushort.MinValue and <= ushort.MaxValue, true),
            (true, "uint32") => (isInteger && value.TryGetDecimal(out var number) && number is >= uint.MinValue and <= uint.MaxValue, true),
            (true, _) => (isInteger && value.TryGetDecimal(out var number) && number is >= long.MinValue and <= long.MaxValue, true),
            (_, "decimal" or "decimal128") => (value.TryGetDecimal(out _), false),
            (_, "float") => (value.TryGetSingle(out var number) && float.IsFinite(number), false),
            _ => (!read.Is("number") || (value.TryGetDouble(out var number) && double.IsFinite(number)), false),
        };
        return isOfFormat ? null : (isWhole && !isInteger ? "type" : "format", $"is {value}, no {read.Format ?? string.Join(" or ", read.Types)}");
    }

    private static bool IsInteger(JsonElement value) => value.TryGetDecimal(out var number) ? decimal.Truncate(number) == number : double.IsInteger(value.GetDouble());

    private static bool IsOfFormat(string? format, string text) => format switch
    {
        "uuid" => Guid.TryParseExact(text, "D", out _),
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "date-time" => DateTime().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _),
        "byte" or "base64" => Base64().IsMatch(text) && Convert.TryFromBase64String(text, new byte[text.Length], out _),
        _ => true,
    };

    private static bool IsOfKind(JsonElement value, string type) => value.ValueKind switch
    {
        JsonValueKind.Object => type == "object",
        JsonValueKind.Array => type == "array",
        JsonValueKind.String => type is "string" or "file",
        JsonValueKind.Number => type is "integer" or "number",
        JsonValueKind.Null => type == "null",
        _ => type == "boolean",
    };

    [GeneratedRegex(@"\A[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})\z")]
    private static partial Regex DateTime();

    [GeneratedRegex(@"\A([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\z")]
    private static partial Regex Base64();
}
