namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;

/// <summary>One of several schemas that a value may keep to, and the values of the discriminator that stand for it.</summary>
public sealed record ContractAlternative(JsonNode? Schema, IReadOnlyList<string> Values);

/// <summary>
/// A schema of the contract with its references and the parts of its allOf laid over one another: a value keeps to all of them. A type
/// that the schema does not say is the one that its keywords are about.
/// </summary>
public sealed class ContractSchema
{
    private static readonly string[] Annotations =
    [
        "title", "description", "default", "example", "examples", "deprecated", "readOnly", "writeOnly", "nullable", "externalDocs", "xml", "summary",
        "$comment", "$schema", "$id", "$anchor", "$defs", "definitions",
    ];

    private static readonly string[] GroupKeywords = ["oneOf", "anyOf"];

    private readonly ContractDocument contract;
    private readonly List<JsonObject> parts = [];
    private readonly HashSet<JsonObject> outermost = [];
    private readonly HashSet<JsonArray> settled = [];
    private readonly Lazy<IReadOnlyList<ContractAlternative>> alternatives;
    private readonly Lazy<string?> discriminator;
    private readonly IReadOnlyList<(string Name, JsonNode Schema)> children = [];

    internal ContractSchema(ContractDocument contract, JsonNode? schema)
    {
        this.contract = contract;
        Add(schema, isOutermost: true);
        Identity = outermost.LastOrDefault();
        IsNullable |= outermost.Any(part => IsTrue(part["nullable"]));
        Types = ReadTypes(out var haveNull);
        Properties = ReadProperties();
        var groups = ReadGroups();
        Values = ReadValues();
        IsNullable |= haveNull && Values is null;
        if (Tag is not null && groups.Count == 0)
        {
            children = contract.Children(outermost);
        }

        var shaping = Values is null && children.Count == 0 ? groups.Find(group => group.Schemas.Any(SaysWhatItIs)) : default;
        if (shaping.Schemas is not null && Constants(shaping.Schemas) is { } constants)
        {
            Values = constants;
        }

        (IsAnyOf, Group) = (shaping.Keyword == "anyOf", shaping.Schemas is null || Values is not null ? null : shaping.Schemas);
        Conditions = [.. groups.Where(group => group.Schemas != shaping.Schemas)];
        alternatives = new(ReadAlternatives);
        discriminator = new(() => Tag is not null && Alternatives is not [] && Alternatives.SelectMany(one => one.Values).ToList() is var tags && tags.Distinct().Count() == tags.Count && Alternatives.All(one => contract.Read(one.Schema) is var read && (read.Is("object") || read.Alternatives is not [])) ? Tag : null);
        if (Types.Count == 0 && Values is null && Group is null && children.Count == 0)
        {
            Types = Guess();
            IsNullable |= Types.Count == 0;
        }
    }

    /// <summary>The schema, what it refers to, and the parts of its allOf.</summary>
    public IReadOnlyList<JsonObject> Parts => parts;

    /// <summary>The schema itself, after references that say nothing else; by it recursion is found.</summary>
    public JsonObject? Identity { get; }

    /// <summary>Whether no value keeps to it.</summary>
    public bool IsNever { get; private set; }

    /// <summary>Without null. Empty where it takes any value.</summary>
    public IReadOnlyList<string> Types { get; }

    public bool IsNullable { get; private set; }

    /// <summary>The only values that there are, besides null; null without such a list.</summary>
    public IReadOnlyList<JsonNode?>? Values { get; }

    public IReadOnlyDictionary<string, JsonNode?> Properties { get; }

    public IEnumerable<string> Required => Keyword("required").OfType<JsonArray>().SelectMany(names => names).Select(name => (string)name!).Distinct();

    /// <summary>Whether names of members are given by patterns.</summary>
    public bool HasPatterns => Keyword("patternProperties").Any();

    /// <summary>Whether it takes no members but its properties.</summary>
    public bool IsClosed => !HasPatterns && Others.Any(IsFalse);

    /// <summary>What members of other names keep to; null where that is anything.</summary>
    public JsonObject? OtherValues => IsClosed || HasPatterns ? null : Others.OfType<JsonObject>().FirstOrDefault();

    /// <summary>What items keep to; null where that is anything.</summary>
    public JsonNode? Items => All(parts.Where(part => !part.ContainsKey("prefixItems")).Select(part => part["items"]).OfType<JsonNode>());

    public string? Format => Text("format") ?? (Text("contentEncoding") == "base64" ? "byte" : null);

    public bool IsReadOnly => outermost.Any(part => IsTrue(part["readOnly"]));

    public bool IsWriteOnly => outermost.Any(part => IsTrue(part["writeOnly"]));

    /// <summary>What the value may be: the alternatives that say what it is, each with the rest of the schema. Empty where it is one thing.</summary>
    public IReadOnlyList<ContractAlternative> Alternatives => alternatives.Value;

    /// <summary>Whether several alternatives may fit.</summary>
    public bool IsAnyOf { get; }

    /// <summary>The member that says which alternative it is.</summary>
    public string? Discriminator => discriminator.Value;

    /// <summary>Groups of oneOf and anyOf that say nothing of what the value is, only what else holds for it.</summary>
    public IReadOnlyList<(string Keyword, JsonArray Schemas)> Conditions { get; }

    /// <summary>The array of its alternatives.</summary>
    public JsonArray? Group { get; }

    private IEnumerable<JsonNode?> Others => Keyword("additionalProperties").Select(node => (JsonNode?)node).DefaultIfEmpty(Keyword("unevaluatedProperties").FirstOrDefault());

    private string? Tag => (string?)outermost.Select(part => part["discriminator"]?["propertyName"]).FirstOrDefault(name => name is not null);

    public bool Is(string type) => Types is [var only] && only == type;

    /// <summary>What its parts have under a keyword.</summary>
    public IEnumerable<JsonNode> Keyword(string keyword) => parts.Select(part => part[keyword]).OfType<JsonNode>();

    /// <summary>The least, or the most, that its parts say.</summary>
    public decimal? Limit(string keyword)
    {
        var limits = Keyword(keyword).Where(limit => limit.GetValueKind() == JsonValueKind.Number).Select(limit => (decimal?)limit.GetValue<decimal>());
        return keyword == "multipleOf" ? limits.Aggregate((decimal?)null, (all, one) => all is null || one % all == 0 ? one : all % one == 0 ? all : all * one)
            : keyword.StartsWith("max", StringComparison.Ordinal) || keyword == "exclusiveMaximum" ? limits.Min()
            : limits.Max();
    }

    internal static bool IsTrue(JsonNode? node) => node?.GetValueKind() == JsonValueKind.True;

    internal static bool IsFalse(JsonNode? node) => node?.GetValueKind() == JsonValueKind.False;

    private void Add(JsonNode? node, bool isOutermost)
    {
        if (node is not JsonObject schema)
        {
            IsNever |= IsFalse(node);
            return;
        }

        if (parts.Contains(schema))
        {
            return;
        }

        parts.Add(schema);
        if (isOutermost)
        {
            outermost.Add(schema);
        }

        if (schema["$ref"] is { } reference)
        {
            Add(contract.Follow((string)reference!), isOutermost && IsOnly(schema, "$ref"));
        }

        var all = schema["allOf"]?.AsArray() ?? [];
        foreach (var part in all)
        {
            // A named schema that refers to a base with a discriminator is one of those that the base stands for.
            var isBase = contract.IsNamed(schema) && contract.Target(part)?["discriminator"] is not null;
            Add(part, isOutermost && all.Count == 1 && IsOnly(schema, "allOf") && !isBase);
        }

        foreach (var key in GroupKeywords)
        {
            // One thing or null.
            if (IsOnly(schema, key) && schema[key] is JsonArray group && group.Where(item => !IsNull(item)).ToList() is [var single])
            {
                settled.Add(group);
                IsNullable |= group.Count > 1;
                Add(single, isOutermost);
            }
        }
    }

    // Null is one of them where all parts that have types have it.
    private List<string> ReadTypes(out bool haveNull)
    {
        List<string> types = [];
        bool? isNullInAll = null;
        foreach (var part in parts.Where(part => part.ContainsKey("type")))
        {
            var own = (part["type"] is JsonArray several ? several.Select(type => (string?)type) : [(string?)part["type"]]).Select(type => type ?? "null").ToList();
            isNullInAll = own.RemoveAll(type => type == "null") > 0 && isNullInAll != false;
            var common = types.Intersect(own).Concat(types.Concat(own).Contains("number") ? types.Concat(own).Where(type => type == "integer") : []).Distinct().ToList();
            types = types.Count == 0 ? own : common.Count > 0 ? common : types;
        }

        haveNull = isNullInAll == true;
        return types;
    }

    private Dictionary<string, JsonNode?> ReadProperties() => parts
        .SelectMany(part => part["properties"]?.AsObject() ?? [])
        .GroupBy(property => property.Key, property => property.Value)
        .ToDictionary(property => property.Key, property => All(property));

    // One schema for which all of these hold.
    private static JsonNode? All(IEnumerable<JsonNode?> schemas) =>
        schemas.ToList() is [_, _, ..] several ? new JsonObject { ["allOf"] = new JsonArray([.. several.Select(schema => schema?.DeepClone())]) } : schemas.FirstOrDefault();

    private List<(string Keyword, JsonArray Schemas)> ReadGroups()
    {
        List<(string Keyword, JsonArray Schemas)> groups = [];
        foreach (var (part, key) in from part in parts from key in GroupKeywords select (part, key))
        {
            if (part[key] is JsonArray { Count: > 0 } schemas && !settled.Contains(schemas))
            {
                groups.Add((key, schemas));
            }
        }

        IsNullable |= groups.Exists(group => group.Schemas.Any(IsNull));
        return groups;
    }

    private List<JsonNode?>? ReadValues()
    {
        List<JsonNode?>? values = null;
        foreach (var part in parts)
        {
            if (part["enum"] is JsonArray list)
            {
                values = values is null ? [.. list] : values.FindAll(value => list.Any(other => JsonNode.DeepEquals(value, other)));
            }

            if (part.ContainsKey("const"))
            {
                values = [part["const"]];
            }
        }

        IsNullable |= values?.RemoveAll(value => value is null) > 0;

        // YAML reads 1 and true as no texts, where it is texts that are listed.
        return Is("string") ? values?.ConvertAll(value => value is JsonValue ? JsonValue.Create(ContractRequest.Text(value)) : value) : values;
    }

    // Alternatives that are nothing but values are another way to list them.
    private static List<JsonNode?>? Constants(JsonArray group)
    {
        var schemas = group.Where(item => !IsOnlyNull(item)).ToList();
        var lists = schemas.ConvertAll<List<JsonNode?>?>(item => item is not JsonObject schema || schema.Any(member => member.Key is not ("const" or "enum" or "type") && !Annotations.Contains(member.Key)) ? null
            : schema["const"] is { } constant ? [constant] : schema["enum"]?.AsArray().ToList());
        var values = lists.Contains(null) ? [] : lists.SelectMany(list => list!).ToList();
        return values.Count > 0 && (values.TrueForAll(value => value?.GetValueKind() == JsonValueKind.String) || values.TrueForAll(value => value?.GetValueKind() == JsonValueKind.Number)) ? values : null;
    }

    private List<ContractAlternative> ReadAlternatives()
    {
        if (children.Count > 0)
        {
            return [.. children.Select(child => new ContractAlternative(child.Schema, Stands(child.Schema, child.Name)))];
        }

        return [.. from item in Group ?? []
                   where !IsNull(item)
                   let name = ((string?)(item as JsonObject)?["$ref"])?.Split('/')[^1]
                   select new ContractAlternative(Properties.Count == 0 ? item : WithTheRest(item), Stands(contract.Target(item), name))];
    }

    private JsonObject WithTheRest(JsonNode? alternative)
    {
        var rest = parts.Select(part => (JsonNode?)new JsonObject(part
            .Where(member => member.Key is not ("$ref" or "allOf" or "oneOf" or "anyOf" or "discriminator" or "nullable" or "title" or "description"))
            .Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))));
        return new() { ["allOf"] = new JsonArray([.. rest, alternative?.DeepClone()]) };
    }

    // The values of the discriminator that stand for a schema.
    private List<string> Stands(JsonNode? schema, string? name)
    {
        if (Tag is null)
        {
            return [];
        }

        var mapping = outermost.Select(part => part["discriminator"]?["mapping"]).OfType<JsonObject>().FirstOrDefault() ?? [];
        var mapped = mapping.Where(one => (string?)one.Value is { } target && ReferenceEquals(contract.Named(target), schema)).Select(one => one.Key).ToList();
        var tag = schema?["properties"]?[Tag];
        return mapped.Count > 0 ? mapped
            : tag?["const"] is { } constant ? [ContractRequest.Text(constant)]
            : tag?["enum"] is JsonArray { Count: 1 } values ? [ContractRequest.Text(values[0]!)]
            : name is null ? []
            : [name];
    }

    private List<string> Guess() =>
        Properties.Count > 0 || Required.Any() || Others.Any(others => others is not null) || Has("minProperties", "maxProperties") ? ["object"]
        : Items is not null || Has("minItems", "maxItems") || Keyword("uniqueItems").Any(IsTrue) ? ["array"]
        : Has("minLength", "maxLength", "pattern") || Format is "uuid" or "date" or "date-time" or "byte" or "binary" ? ["string"]
        : Has("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf") ? ["number"]
        : [];

    private bool Has(params string[] keywords) => keywords.Any(keyword => Keyword(keyword).Any());

    private string? Text(string keyword) => (string?)Keyword(keyword).FirstOrDefault();

    // Other alternatives are conditions.
    private bool SaysWhatItIs(JsonNode? item) => item is JsonObject schema && schema.Any(member =>
        member.Key is "$ref" or "properties" or "items" or "allOf" or "oneOf" or "anyOf" or "enum" or "const" or "additionalProperties"
        || (member.Key == "type" && !(member.Value is JsonValue && Types.Contains((string)member.Value!))));

    private bool IsNull(JsonNode? item) => IsOnlyNull(contract.Target(item));

    private static bool IsOnlyNull(JsonNode? item) => item is JsonObject schema
        && ((schema.TryGetPropertyValue("type", out var type) && (type is null || (type is JsonValue && (string?)type == "null")))
            || (schema["enum"] is JsonArray { Count: 1 } values && values[0] is null)
            || (schema.TryGetPropertyValue("const", out var constant) && constant is null));

    private static bool IsOnly(JsonObject schema, string key) => schema.All(member => member.Key == key || Annotations.Contains(member.Key));
}
