namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;

/// <content>The keywords, and the values at their limits.</content>
public sealed partial class ContractBoundaries
{
    /// <returns>Whether the tests know the keyword.</returns>
    private bool Constraint(Place place, JsonObject part, string keyword, JsonNode? value)
    {
        var read = place.Read;
        switch (keyword)
        {
            case "type":
                Type(place);
                break;
            case "format":
                Format(place, (string)value!);
                break;
            case "contentEncoding" or "contentMediaType":
                Exempt(place, keyword, true, "its format is tried");
                Format(place, read.Format ?? "");
                break;
            case "enum" or "const":
                Values(place, keyword);
                break;
            case "minLength" or "maxLength":
                Length(place, keyword, (decimal)value!);
                break;
            case "pattern":
                Pattern(place, (string)value!);
                break;
            case "minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum":
                Edge(place, part, keyword, value!);
                break;
            case "multipleOf":
                Multiple(place, (decimal)value!);
                break;
            case "minItems" or "maxItems":
                Count(place, keyword, (decimal)value!, count => Items(read, count));
                break;
            case "minProperties" or "maxProperties":
                Count(place, keyword, (decimal)value!, count => Members(place, count));
                break;
            case "uniqueItems":
                Exempt(place, keyword, ContractSchema.IsFalse(value), "an item may be there twice");
                if (ContractSchema.IsTrue(value) && Items(read, 2) is [var first, ..] two)
                {
                    Try(place, keyword, two, new JsonArray(first?.DeepClone(), first?.DeepClone()));
                }

                break;
            case "required":
                Required(place, value!.AsArray());
                break;
            case "additionalProperties" or "unevaluatedProperties":
                Others(place, keyword, value);
                break;
            case "nullable":
                Exempt(place, keyword, true, ContractSchema.IsTrue(value) ? "null is a value" : "null is tried as another type");
                Try(place, keyword, [.. ContractSchema.IsTrue(value) && !place.IsText ? [null] : Array.Empty<JsonNode?>()]);
                break;
            case "default":
                Exempt(place, keyword, true, "it is what stands when the value is left out");
                break;
            case "discriminator" or "then" or "else" or "minContains" or "maxContains":
                Exempt(place, keyword, true, "it is tried with what it belongs to");
                break;
            case "contentSchema" or "unevaluatedItems":
                Exempt(place, keyword, true, "the service does not check it");
                break;
            case "oneOf" or "anyOf" when ReferenceEquals(value, read.Group) || read.Conditions.All(group => !ReferenceEquals(group.Schemas, value)):
                OneOf(place, keyword);
                break;
            case "oneOf" or "anyOf" or "not" or "if" or "contains" or "prefixItems" or "patternProperties" or "propertyNames" or "dependentRequired" or "dependentSchemas":
                Condition(place, part, keyword);
                break;
            default:
                return false;
        }

        return true;
    }

    private void Type(Place place)
    {
        var types = place.Read.Types;
        if (!place.IsText)
        {
            bool Is(params string[] names) => names.Any(types.Contains);
            JsonNode[] all = [.. Is("string") ? [] : new JsonNode[] { "1", "true", "" }, .. Is("integer", "number") ? [] : new JsonNode[] { 1 }, .. Is("boolean") ? [] : new JsonNode[] { true }];
            JsonNode[] more = [.. Is("object") ? [] : new JsonNode[] { new JsonObject() }, .. Is("array") ? [] : new JsonNode[] { new JsonArray() }, .. Is("integer") && !Is("number") ? new JsonNode[] { 1.5m } : []];
            foreach (var other in all.Concat(more))
            {
                Outside(place, "type", other, "type");
            }

            Exempt(place, "type", all.Length + more.Length == 0, "every value has one of its types");
            Try(place, "type", [.. place.Read.IsNullable && !place.Read.Keyword("nullable").Any() ? [null] : Array.Empty<JsonNode?>()]);
        }
        else if (types is not [var type] || type is "string" or "array" or "object")
        {
            Exempt(place, "type", true, types is ["string"] ? "every text is a string" : "what it is is tried in its parts");
        }
        else
        {
            string[] texts = ["five", "", "1,5", "+1", "01", " 1", "1 ", "0x1", "\"1\"", "\u0661", "\uFF11", "1\n", .. type == "integer" ? new[] { "1.5", "true" } : []];
            foreach (var text in texts)
            {
                Outside(place, "type", text, "type");
            }
        }
    }

    private void Format(Place place, string format)
    {
        string[] wrong = format switch
        {
            "uuid" => ["1", "00000000000000000000000000000000", "{00000000-0000-0000-0000-000000000000}", "0000000g-0000-0000-0000-000000000000", "0000000\u0661-0000-0000-0000-000000000000"],
            "date" => ["2026-02-30", "2026-1-1", "01/31/2026", "2026-01-31T00:00:00Z", "2026-01-3\u0661", "2026-01-31\n", ""],
            "date-time" => ["2026-01-31", "2026-01-31T12:30:00", "2026-02-30T00:00:00Z", "2026-01-31T25:00:00Z", "31.01.2026 12:30", "2026-01-31T12:30:00+1:00", "2026-01-31T12:30:00+0100", "2026-01-31T12:30:00Z\n", "2026-01-31T12:30:0\u0661Z", ""],
            "int32" => ["2147483648", "-2147483649", "99999999999999999999"],
            "int64" => ["9223372036854775808", "-9223372036854775809"],
            "int16" => ["32768", "-32769"],
            "int8" => ["128", "-129"],
            "uint32" => ["4294967296", "-1"],
            "uint16" => ["65536", "-1"],
            "uint8" => ["256", "-1"],
            "decimal" or "decimal128" => ["1.0000000000000000000000000001", "1e-30", "1e400"],
            "double" or "float" => ["1e400"],
            "byte" or "base64" => ["A", "AQI", "====", "AQ I=", "AQI=\n"],
            _ => [],
        };
        JsonNode[] right = format switch
        {
            "uuid" => ["0199b0a5-7d3c-7c2e-9b8e-2f1f6c3f8f10", "0199B0A5-7D3C-7C2E-9B8E-2F1F6C3F8F10"],
            "date" => ["2024-02-29", "0001-01-01", "9999-12-31"],
            "date-time" => ["2024-02-29T23:59:59Z", "2026-01-31T12:30:00.1234567+02:00", "2026-01-31t12:30:00.123456789z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z"],
            "byte" or "base64" => ["AQI=", "AQID"],
            _ => [],
        };
        if (place.Read.Types is not [var type])
        {
            Excuse(place, "format", "other types have none");
            return;
        }

        var isKnown = type switch
        {
            "string" => format is "uuid" or "date" or "date-time" or "byte" or "base64",
            "integer" => format is "int64" or "int32" or "int16" or "int8" or "uint32" or "uint16" or "uint8",
            "number" => format is "decimal" or "decimal128" or "float" or "double" or "int32" or "int64",
            _ => false,
        };
        if (!isKnown)
        {
            Exempt(place, "format", true, "the service gives it no meaning");
            return;
        }

        foreach (var text in wrong)
        {
            // The formats of small integers are limits.
            Outside(place, "format", type == "string" ? text : JsonNode.Parse(text), format.EndsWith("16", StringComparison.Ordinal) || format.EndsWith("int8", StringComparison.Ordinal) || format == "uint32" ? "" : "format");
        }

        Try(place, "format", right);
    }

    private void Values(Place place, string keyword)
    {
        var values = place.Read.Values ?? [];
        if (values is [])
        {
            Exempt(place, keyword, true, "there is no value");
            return;
        }

        var texts = values.Where(value => value is JsonValue one && one.TryGetValue<string>(out _)).Select(value => (string)value!).ToList();
        Try(place, keyword, [.. values]);
        if (texts.Count == values.Count)
        {
            Try(place, keyword, [.. texts.Select(item => item.ToUpperInvariant()), .. texts.Select(item => item.ToLowerInvariant()), $"{texts[0]},{texts[^1]}", "0", "unknown"]);
            return;
        }

        var numbers = values.OfType<JsonValue>().Where(value => value.TryGetValue<decimal>(out _)).Select(value => value.GetValue<decimal>()).ToList();
        JsonNode[] others = numbers.Count > 0 ? [numbers.Max() + 1, numbers.Min() - 1] : ["unknown", !values.Any(ContractSchema.IsTrue)];
        Try(place, keyword, others);
    }

    private void Length(Place place, string keyword, decimal limit)
    {
        if (!place.Read.Types.Contains("string") || limit > (place.IsText ? MostCharactersOfText : MostCharacters))
        {
            Exempt(place, keyword, true, place.Read.Types.Contains("string") ? "no request of these tests is as long" : "its type has no length");
            return;
        }

        foreach (var length in new[] { (int)limit - 1, (int)limit, (int)limit + 1 }.Where(length => length >= 0))
        {
            Try(place, keyword, Text(place.Read, length));
            if (!place.Read.Keyword("pattern").Any())
            {
                Try(place, keyword, string.Concat(Enumerable.Repeat("\U0001F600", length)));
            }
        }

        Exempt(place, keyword, limit == 0 || (place.Where == "path" && limit == 1 && keyword == "minLength"), "nothing that reaches the operation is shorter");
    }

    private static string Text(ContractSchema schema, int length)
    {
        try
        {
            return ContractValues.Text(schema, length) is var text && text.Length == length ? text : new string('a', length);
        }
        catch (FormatException)
        {
            return new string('a', length);
        }
    }

    private void Pattern(Place place, string pattern)
    {
        if (!place.Read.Types.Contains("string"))
        {
            Exempt(place, "pattern", true, "its type is no string");
            return;
        }

        var (shortest, longest) = ("", "");
        var isPlain = place.Read.Format is not ("uuid" or "date" or "date-time" or "byte" or "base64");
        try
        {
            var texts = new ContractPattern(pattern);
            shortest = texts.Text(Math.Max(texts.Shortest, (int?)place.Read.Limit("minLength") ?? 0), 1);
            longest = texts.Text((int)Math.Min(place.Read.Limit("maxLength") ?? 1000, place.IsText ? MostCharactersOfText : MostCharacters), 1);
        }
        catch (FormatException)
        {
            Excuse(place, "pattern", "the tests cannot write texts for it");
        }

        if (!isPlain || !EcmaPattern.IsMatch(pattern, shortest))
        {
            shortest = longest = place.Current is JsonValue current ? ContractRequest.Text(current) : "";
        }

        var others = from at in shortest == "" ? [] : new[] { 0, shortest.Length / 2, shortest.Length - 1 }
                     from character in isPlain ? "\u0661\uFF11\uFF21\u00E9 ~!" : "019af"
                     select $"{shortest[..at]}{character}{shortest[(at + 1)..]}";
        string[] more = isPlain && shortest != "" && longest != "" ? [$"{shortest}\n", $"\n{shortest}", shortest[1..], longest + longest[^1], ""] : [""];
        Try(place, "pattern", [shortest, longest]);
        foreach (var text in others.Concat(more).Distinct().Where(text => !EcmaPattern.IsMatch(pattern, text)))
        {
            Try(place, "pattern", text);
        }

        Exempt(place, "pattern", EcmaPattern.IsMatch(pattern, "") && EcmaPattern.IsMatch(pattern, "\u0661") && EcmaPattern.IsMatch(pattern, "a\n~"), "every text matches");
    }

    private void Edge(Place place, JsonObject part, string keyword, JsonNode value)
    {
        var least = keyword.EndsWith("inimum", StringComparison.Ordinal) ? "minimum" : "maximum";
        var exclusive = least == "minimum" ? "exclusiveMinimum" : "exclusiveMaximum";
        var isNumber = value.GetValueKind() == JsonValueKind.Number;
        Exempt(place, keyword, !isNumber && (!ContractSchema.IsTrue(value) || part[least] is null), "the limit itself is allowed");
        Exempt(place, keyword, isNumber && !place.Read.Types.Any(type => type is "integer" or "number"), "its type is no number");
        if ((isNumber ? value : part[least]) is not { } limit || !place.Read.Types.Any(type => type is "integer" or "number"))
        {
            return;
        }

        var edge = (decimal)limit;
        var all = place.Read.Keyword(least).Concat(place.Read.Keyword(exclusive)).Where(other => other.GetValueKind() == JsonValueKind.Number).Select(other => (decimal)other).ToList();
        if (edge != (least == "minimum" ? all.Max() : all.Min()))
        {
            Exempt(place, keyword, true, "another limit is tighter");
            return;
        }

        var step = ContractValues.Step(place.Read);
        var rule = keyword == exclusive || ContractSchema.IsTrue(part[exclusive]) ? ContractSchema.IsFalse(part[exclusive]) ? least : exclusive : least;
        foreach (var number in new[] { edge - step, edge, edge + step })
        {
            TryRule(place, keyword, rule, number);
        }
    }

    private void Multiple(Place place, decimal divisor)
    {
        if (place.Current is JsonValue current && current.TryGetValue<decimal>(out var multiple) && multiple % divisor == 0)
        {
            Try(place, "multipleOf", multiple, multiple + divisor, multiple + (place.Read.Is("integer") ? 1 : divisor / 2));
        }

        Exempt(place, "multipleOf", place.Read.Is("integer") && divisor == 1, "every integer is a multiple");
    }

    private void Count(Place place, string keyword, decimal limit, Func<int, JsonNode?> make)
    {
        if (limit > MostItems)
        {
            Exempt(place, keyword, true, "no request of these tests has as many");
            return;
        }

        Try(place, keyword, [.. new[] { (int)limit - 1, (int)limit, (int)limit + 1 }.Where(count => count >= 0).Select(make).OfType<JsonNode>()]);
        Exempt(place, keyword, limit == 0 && keyword.StartsWith("min", StringComparison.Ordinal), keyword == "minItems" ? "no list is shorter" : "no object has fewer");
        Exempt(place, keyword, !place.Read.Types.Contains(keyword.EndsWith("Items", StringComparison.Ordinal) ? "array" : "object"), "its type has no such count");
    }

    // Null where none can be made.
    private JsonArray? Items(ContractSchema schema, int count)
    {
        var items = Enumerable.Range(0, count).Select(number => (IsMade: TrySample(schema.Items, out var item, number), Item: item)).ToList();
        return items.TrueForAll(item => item.IsMade) ? [.. items.Select(item => item.Item)] : null;
    }

    private JsonObject? Members(Place place, int count)
    {
        if (place.Current is not JsonObject members)
        {
            return null;
        }

        var changed = members.DeepClone().AsObject();
        var others = place.Read.IsClosed ? [] : Enumerable.Range(0, count).Select(index => $"name{index}");
        foreach (var name in place.Read.Properties.Keys.Concat(others).Where(name => !changed.ContainsKey(name)).ToList())
        {
            if (changed.Count < count && TrySample(place.Read.Properties.GetValueOrDefault(name) ?? place.Read.OtherValues, out var value))
            {
                changed[name] = value;
            }
        }

        foreach (var name in changed.Select(member => member.Key).Reverse().OrderBy(place.Read.Required.Contains).Take(Math.Max(0, changed.Count - count)).ToList())
        {
            changed.Remove(name);
        }

        return changed.Count == count ? changed : null;
    }

    private void Required(Place place, JsonArray required)
    {
        var read = place.Read;
        var names = required.Select(name => (string)name!).ToList();
        if (place.Current is not JsonObject members)
        {
            Exempt(place, "required", true, "its type has no members");
            return;
        }

        foreach (var name in names)
        {
            var property = read.Properties.TryGetValue(name, out var schema) ? contract.Read(schema) : null;
            var isNeeded = property is null ? !read.IsClosed : !property.IsReadOnly;
            Add(place, "required", Changed(members, name, null, isGone: true), $"without {name}", place.Inner(name), property is null ? "" : "required", isNeeded);
            if (!isNeeded)
            {
                Excuse(place, "required", property is null ? "what additionalProperties forbids is not required" : "a request need not have what is read-only");
            }
        }

        var least = members.DeepClone().AsObject();
        foreach (var optional in read.Properties.Keys.Except(read.Required))
        {
            least.Remove(optional);
        }

        Try(place, "required", least);
        Exempt(place, "required", names is [], "it names nothing");
    }

    private void Others(Place place, string keyword, JsonNode? value)
    {
        var read = place.Read;
        if (place.Current is not JsonObject members || !read.Types.Contains("object"))
        {
            Exempt(place, keyword, true, "its type has no members");
            return;
        }

        if (!ContractSchema.IsFalse(value) || !read.IsClosed)
        {
            Exempt(place, keyword, true, value is JsonObject ? "the values are tried" : "members of any name are taken");
            return;
        }

        if (place.Parameter is { IsSpread: true } && place.Parent is null)
        {
            Exempt(place, keyword, true, "its members are parameters of their own");
            return;
        }

        Add(place, keyword, Changed(members, "surprise", 1), "surprise", place.Inner("surprise"), "unknown", isOutside: true);
        foreach (var name in read.Properties.Keys.Select(name => name.ToUpperInvariant()).Where(name => !read.Properties.ContainsKey(name)))
        {
            Add(place, keyword, Changed(members, name, 1), name, place.Inner(name), "unknown", isOutside: true);
        }
    }
}
