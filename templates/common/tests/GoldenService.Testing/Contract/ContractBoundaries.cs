namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using global::GoldenService.ServiceDefaults;

/// <summary>A request that keeps to the contract, or that breaks one rule at one field.</summary>
public sealed record Variant(string Place, string Keyword, ContractRequest Request, string What, string? Field = null, string? Rule = null);

/// <summary>For each constraint on the requests of an operation, requests just inside it and just outside.</summary>
public sealed class ContractBoundaries
{
    private static readonly string[] Annotations = ["description", "title", "example", "deprecated"];
    private static readonly string[] Structure = ["properties", "items"];

    private readonly ContractDocument contract;
    private readonly ContractRequest example;

    public ContractBoundaries(ContractDocument contract, ContractOperation operation)
    {
        this.contract = contract;
        example = ContractRequest.Example(contract, operation);
        foreach (var parameter in operation.Parameters)
        {
            Parameter((string)parameter["in"]!, (string)parameter["name"]!, parameter);
        }

        Variants.Add(new("query", "unknown", example with { MoreQuery = "surprise=1" }, "surprise", "surprise", "unknown"));
        if (operation.RequestBody is { } body)
        {
            Walk(new("$", "body", contract.Resolve(body["content"]!["application/json"]!["schema"]!), JsonNode.Parse(example.Json!), value => example with { Json = value?.ToJsonString() ?? "null" }));
        }
    }

    public List<Variant> Variants { get; } = [];

    /// <summary>Every constraint of the contract, by place and keyword, whether or not there is a variant for it.</summary>
    public List<(string Place, string Keyword)> Constraints { get; } = [];

    /// <summary>Constraints that no request can break, and why.</summary>
    public Dictionary<(string Place, string Keyword), string> Unbreakable { get; } = [];

    /// <summary>Constraints that no variant breaks, though one should.</summary>
    public IEnumerable<(string Place, string Keyword)> Uncovered =>
        Constraints.Except(Variants.Where(variant => variant.Rule is not null).Select(variant => (variant.Place, variant.Keyword))).Except(Unbreakable.Keys);

    private void Parameter(string where, string name, JsonObject parameter)
    {
        var key = $"{where} {name}";
        var place = new Place(name, where, contract.Resolve(parameter["schema"]!), null, value => example with { Parameters = example.Parameters.SetItem(key, ContractRequest.Text(value!)) });
        Constraints.Add((place.Title, "required"));
        if (where == "path")
        {
            Unbreakable[(place.Title, "required")] = "without it the path is another";
        }
        else if (where == "header" && TestedService.Current.IsSignature(name))
        {
            Unbreakable[(place.Title, "required")] = "what lacks it is not signed, and that is 401";
        }
        else if ((bool?)parameter["required"] == true)
        {
            Variants.Add(new(place.Title, "required", example with { Parameters = example.Parameters.Remove(key) }, "left out", name, "required"));
        }
        else
        {
            Variants.Add(new(place.Title, "required", example with { Parameters = example.Parameters.Remove(key) }, "left out"));
            Unbreakable[(place.Title, "required")] = "it may be left out";
        }

        if (where == "query")
        {
            var text = Uri.EscapeDataString(ContractRequest.Text(ContractValues.Sample(contract, place.Schema)));
            Variants.Add(new(place.Title, "unique", example with { Parameters = example.Parameters.Remove(key), MoreQuery = $"{name}={text}&{name}={text}" }, "given twice", name, "unique"));
        }

        Walk(place);
    }

    private void Walk(Place place)
    {
        if ((string?)place.Schema["discriminator"]?["propertyName"] is { } discriminator)
        {
            Alternatives(place, discriminator);
            return;
        }

        foreach (var (keyword, value) in place.Schema.Where(member => !Annotations.Contains(member.Key) && !Structure.Contains(member.Key) && !member.Key.StartsWith("x-", StringComparison.Ordinal)))
        {
            if (place.IsDiscriminator && keyword == "enum")
            {
                continue; // Another value is another alternative.
            }

            Constraints.Add((place.Title, keyword));
            Constraint(place, keyword, value!);
        }

        if (place.IsBody && (bool?)place.Schema["nullable"] != true)
        {
            Outside(place, "type", null, "type");
        }

        foreach (var (name, property) in place.Schema["properties"]?.AsObject() ?? [])
        {
            var schema = contract.Resolve(property!);
            Walk(new(place.Inner(name), place.Where, schema, place.Current![name] ?? ContractValues.Sample(contract, schema), value => place.With(Changed(place, name, value)))
            {
                Alternative = place.Alternative,
                IsDiscriminator = name == place.Discriminator,
            });
        }

        if (place.IsBody && ContractSchemas.Is(place.Schema, "object") && place.Schema["additionalProperties"] is null)
        {
            Add(place, "properties", place.With(Changed(place, "surprise", 1)), "surprise");
        }

        if (place.Schema["items"] is { } items)
        {
            var first = place.Current!.AsArray() is [{ } there, ..] ? there : ContractValues.Sample(contract, items);
            Walk(new($"{place.Name}[0]", place.Where, contract.Resolve(items), first, value =>
            {
                var list = place.Current!.DeepClone().AsArray();
                list.RemoveAt(0);
                list.Insert(0, value?.DeepClone());
                return place.With(list);
            })
            {
                Alternative = place.Alternative,
            });
        }
    }

    // Each alternative is tried as if it were the only one.
    private void Alternatives(Place place, string discriminator)
    {
        foreach (var (type, schema) in contract.Alternatives(place.Schema))
        {
            var sample = (string?)place.Current?[discriminator] == type ? place.Current : ContractValues.Sample(contract, schema);
            sample![discriminator] = type;
            Walk(place with { Schema = schema, Current = sample, Alternative = type, Discriminator = discriminator });
        }

        Constraints.Add((place.Title, "discriminator"));
        Exempt(place, "discriminator", example.Operation.IsSigned, "an event of another type is accepted and ignored");
        Add(place, "discriminator", place.With(Changed(place, discriminator, "unknown")), "unknown", example.Operation.IsSigned ? null : place.Inner(discriminator), example.Operation.IsSigned ? null : "enum");
    }

    private void Constraint(Place place, string keyword, JsonNode value)
    {
        var schema = place.Schema;
        var step = ContractValues.Step(schema);
        switch (keyword)
        {
            case "type":
                Type(place, (string)value!);
                break;
            case "format":
                Format(place, (string)value!);
                break;
            case "enum":
                var values = value.AsArray().Select(item => (string)item!).ToList();
                Try(place, keyword, [.. values, .. values.Select(item => item.ToUpperInvariant()), .. values.Select(item => item.ToLowerInvariant()), $"{values[0]},{values[^1]}", "0", "unknown"]);
                break;
            case "minLength" or "maxLength":
                foreach (var length in new[] { (int)(decimal)value - 1, (int)(decimal)value, (int)(decimal)value + 1 }.Where(length => length >= 0))
                {
                    Try(place, keyword, ContractValues.Text(schema, length) is var text && text.Length == length ? text : new string('a', length));
                    if (schema["pattern"] is null)
                    {
                        Try(place, keyword, string.Concat(Enumerable.Repeat("\U0001F600", length)));
                    }
                }

                Exempt(place, keyword, (int)(decimal)value == 0 || (place.Where == "path" && (int)(decimal)value == 1 && keyword == "minLength"), "nothing that reaches the operation is shorter");
                break;
            case "pattern":
                Pattern(place, (string)value!);
                break;
            case "minimum" or "exclusiveMinimum":
                Edge(place, keyword, "minimum", "exclusiveMinimum", step);
                break;
            case "maximum" or "exclusiveMaximum":
                Edge(place, keyword, "maximum", "exclusiveMaximum", step);
                break;
            case "multipleOf":
                var multiple = (decimal)ContractValues.Sample(contract, schema);
                Try(place, keyword, multiple, multiple + step, multiple + (ContractSchemas.Is(schema, "integer") ? 1 : step / 2));
                Exempt(place, keyword, ContractSchemas.Is(schema, "integer") && step == 1, "every integer is a multiple");
                break;
            case "minItems" or "maxItems":
                Try(place, keyword, [.. new[] { (int)(decimal)value - 1, (int)(decimal)value, (int)(decimal)value + 1 }.Where(count => count >= 0).Select(count => Items(schema, count))]);
                Exempt(place, keyword, (int)(decimal)value == 0 && keyword == "minItems", "no list is shorter");
                break;
            case "uniqueItems":
                var two = Items(schema, 2);
                Try(place, keyword, two, new JsonArray(two[0]!.DeepClone(), two[0]!.DeepClone()));
                break;
            case "required":
                foreach (var name in value.AsArray().Select(name => (string)name!))
                {
                    Add(place, keyword, place.With(Changed(place, name, null, isGone: true)), $"without {name}", place.Inner(name), "required");
                }

                var optional = schema["properties"]!.AsObject().Select(property => property.Key).Except(value.AsArray().Select(name => (string)name!));
                Add(place, keyword, place.With(optional.Aggregate(place.Current, (current, name) => Changed(place with { Current = current }, name, null, isGone: true))), "without what may be left out");
                break;
            case "additionalProperties":
                Add(place, keyword, place.With(Changed(place, "surprise", 1)), "surprise", place.Inner("surprise"), "unknown");
                foreach (var name in schema["properties"]!.AsObject().Select(property => property.Key.ToUpperInvariant()).Where(name => schema["properties"]![name] is null))
                {
                    Add(place, keyword, place.With(Changed(place, name, 1)), name, place.Inner(name), "unknown");
                }

                break;
            case "nullable":
                Exempt(place, keyword, true, (bool)value ? "null is a value" : "null is tried as another type");
                Try(place, keyword, [.. (bool)value && place.IsBody ? [null] : Array.Empty<JsonNode?>()]);
                break;
            case "default":
                Exempt(place, keyword, true, "it is what stands when the value is left out");
                break;
        }
    }

    private void Type(Place place, string type)
    {
        if (place.IsBody)
        {
            JsonNode[] all = [.. type == "string" ? [] : new JsonNode[] { "1", "true", "" }, .. type is "integer" or "number" ? [] : new JsonNode[] { 1 }, .. type == "boolean" ? [] : new JsonNode[] { true }];
            JsonNode[] more = [.. type == "object" ? [] : new JsonNode[] { new JsonObject() }, .. type == "array" ? [] : new JsonNode[] { new JsonArray() }, .. type == "integer" ? new JsonNode[] { 1.5m } : []];
            foreach (var other in all.Concat(more))
            {
                Outside(place, "type", other, "type");
            }
        }
        else if (type == "string")
        {
            Exempt(place, "type", true, "every text is a string");
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
            "decimal" => ["1.0000000000000000000000000001", "1e-30", "1e400"],
            "double" => ["1e400"],
            _ => [],
        };
        JsonNode[] right = format switch
        {
            "uuid" => ["0199b0a5-7d3c-7c2e-9b8e-2f1f6c3f8f10", "0199B0A5-7D3C-7C2E-9B8E-2F1F6C3F8F10"],
            "date" => ["2024-02-29", "0001-01-01", "9999-12-31"],
            "date-time" => ["2024-02-29T23:59:59Z", "2026-01-31T12:30:00.1234567+02:00", "2026-01-31t12:30:00.123456789z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z"],
            _ => [],
        };
        foreach (var text in wrong)
        {
            Outside(place, "format", ContractSchemas.Is(place.Schema, "string") ? text : JsonNode.Parse(text), "format");
        }

        Try(place, "format", right);
    }

    private void Pattern(Place place, string pattern)
    {
        var texts = new ContractPattern(pattern);
        var shortest = texts.Text(Math.Max(texts.Shortest, (int?)ContractValues.Limit(place.Schema, "minLength") ?? 0), 1);
        var longest = texts.Text((int?)ContractValues.Limit(place.Schema, "maxLength") ?? 1000, 1);
        var others = from at in new[] { 0, shortest.Length / 2, shortest.Length - 1 }
                     from character in "\u0661\uFF11\uFF21\u00E9 ~!"
                     select $"{shortest[..at]}{character}{shortest[(at + 1)..]}";
        Try(place, "pattern", shortest, longest);
        foreach (var text in others.Concat([$"{shortest}\n", $"\n{shortest}", shortest[1..], longest + longest[^1], ""]).Distinct().Where(text => !ContractSchemas.Matches(pattern, text)))
        {
            Outside(place, "pattern", text, "pattern");
        }
    }

    private void Edge(Place place, string keyword, string limit, string exclusive, decimal step)
    {
        var edge = ContractValues.Limit(place.Schema, limit)!.Value;
        var isExclusive = (bool?)place.Schema[exclusive] == true;
        foreach (var value in new[] { edge - step, edge, edge + step })
        {
            Try(place, keyword, isExclusive ? exclusive : limit, value);
        }

        Exempt(place, keyword, keyword == exclusive && !isExclusive, "the limit itself is allowed");
    }

    private JsonArray Items(JsonObject schema, int count) =>
        [.. Enumerable.Range(0, count).Select(number => ContractValues.Sample(contract, schema["items"]!, number))];

    private static JsonObject Changed(Place place, string name, JsonNode? value, bool isGone = false)
    {
        var changed = place.Current!.DeepClone().AsObject();
        changed.Remove(name);
        if (!isGone)
        {
            changed.Add(name, value?.DeepClone());
        }

        return changed;
    }

    private void Try(Place place, string keyword, params JsonNode?[] values)
    {
        foreach (var value in values)
        {
            Try(place, keyword, keyword, value);
        }
    }

    // Whether a value is inside or outside is what the tests' own reading of the schema says.
    private void Try(Place place, string keyword, string rule, JsonNode? value)
    {
        if (contract.Failures(place.Schema, JsonSerializer.SerializeToElement(value)).Any())
        {
            Outside(place, keyword, value, rule);
        }
        else if (place.Takes(value))
        {
            Add(place, keyword, place.With(value), value?.ToJsonString() ?? "null");
        }
    }

    private void Outside(Place place, string keyword, JsonNode? value, string rule)
    {
        if (place.Takes(value))
        {
            Add(place, keyword, place.With(value), value?.ToJsonString() ?? "null", place.Name, rule);
        }
    }

    private void Add(Place place, string keyword, ContractRequest request, string what, string? field = null, string? rule = null) =>
        Variants.Add(new(place.Title, keyword, request, what.Length > 80 ? $"{what[..80]}..." : what, field, rule));

    private void Exempt(Place place, string keyword, bool isUnbreakable, string reason)
    {
        if (isUnbreakable)
        {
            Unbreakable[(place.Title, keyword)] = reason;
        }
    }

    /// <summary>Where a value stands: its name in the errors, what it is in the example, and the request that has another value there.</summary>
    private sealed record Place(string Name, string Where, JsonObject Schema, JsonNode? Current, Func<JsonNode?, ContractRequest> With)
    {
        /// <summary>The value of the discriminator in whose alternative it is.</summary>
        public string? Alternative { get; init; }

        /// <summary>The member that says which alternative it is.</summary>
        public string? Discriminator { get; init; }

        public bool IsDiscriminator { get; init; }

        public string Title => Alternative is null ? $"{Where} {Name}" : $"{Where} {Name} of {Alternative}";

        public bool IsBody => Where == "body";

        public string Inner(string name) => Name == "$" ? name : $"{Name}.{name}";

        /// <summary>A path has no empty segments; a header has printable ASCII, and no blanks around it.</summary>
        public bool Takes(JsonNode? value) => IsBody || (value is not null && ContractRequest.Text(value) is var text && Where switch
        {
            "path" => text.Length > 0 && !text.Contains('/', StringComparison.Ordinal) && text is not ("." or ".."),
            "header" => text.All(character => character is >= ' ' and <= '~') && text.Trim() == text && !(text is "" && TestedService.Current.IsSignature(Name)),
            _ => true,
        });
    }
}
