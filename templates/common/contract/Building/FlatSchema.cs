namespace ContractCompiler.Building;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ContractCompiler.Model;
using ContractCompiler.Reading;

/// <summary>A schema with its references and the parts of its allOf laid over one another.</summary>
sealed class FlatSchema
{
    private readonly Documents documents;
    private readonly Findings findings;
    private readonly Parts parts;
    private readonly HashSet<Node> seen = [];
    private bool? typesHaveNull;

    public FlatSchema(Documents documents, Findings findings, Parts parts, Node schema)
    {
        this.documents = documents;
        this.findings = findings;
        this.parts = parts;
        Add(schema, isOutermost: true);
    }

    /// <summary>string, integer …, without null; empty where the schema does not say it.</summary>
    public List<string> Types { get; private set; } = [];

    /// <summary>Whether the schema itself says nullable, or all its parts that have types have null among them.</summary>
    public bool Nullable => SaysNullable || typesHaveNull == true;

    /// <summary>Whether the schema itself says nullable, which holds beside an enumeration without null, too.</summary>
    public bool SaysNullable { get; private set; }

    /// <summary>Whether null is the only type.</summary>
    public bool IsOnlyNull { get; private set; }

    public string? Format { get; private set; }

    public List<Node>? Enum { get; private set; }

    /// <summary>For each member the schemas that all hold for it.</summary>
    public Dictionary<string, List<Node>> Properties { get; } = new(StringComparer.Ordinal);

    public List<(string Name, Position At)> Required { get; } = [];

    public Node? AdditionalProperties { get; private set; }

    /// <summary>Whether the names of other members are given by patterns.</summary>
    public bool HasPatterns { get; private set; }

    public Node? Items { get; private set; }

    public Node? Default { get; private set; }

    public Node? Discriminator { get; private set; }

    public Limits Limits { get; private set; } = Limits.None;

    public List<(bool IsAnyOf, List<Node> Schemas)> Alternatives { get; } = [];

    /// <summary>What no type says: the keyword, and a schema with it.</summary>
    public List<(string Keyword, Node Schema)> Conditions { get; } = [];

    /// <summary>Whether only null fits it.</summary>
    public static bool IsNull(Node schema) =>
        schema["type"] is { Kind: NodeKind.Null } or { Text: "null" }
        || schema["enum"] is { Items: [{ Kind: NodeKind.Null }] }
        || schema["const"] is { Kind: NodeKind.Null };

    private void Add(Node schema, bool isOutermost)
    {
        if (schema is { Kind: NodeKind.Boolean, Text: "false" })
        {
            Conditions.Add(("not", Node.Map(schema.At, ("not", Node.Map(schema.At)))));
        }

        // Each part counts once, however many ways lead to it.
        if (schema.Kind != NodeKind.Map || !seen.Add(schema))
        {
            return;
        }

        if (schema["$ref"] is { } reference && documents.Resolve(reference, out _) is { } target)
        {
            Add(target, isOutermost: false);
        }

        foreach (var part in schema["allOf"]?.Items ?? [])
        {
            Add(part, isOutermost: false);
        }

        foreach (var (key, at, value) in schema.OwnMembers)
        {
            Keyword(schema, key, at, value, isOutermost);
        }
    }

    private void Keyword(Node schema, string key, Position at, Node value, bool isOutermost)
    {
        switch (key)
        {
            case "type":
                Type(value);
                break;
            case "nullable":
                SaysNullable |= isOutermost && value.Text == "true";
                break;
            case "format":
                Format = value.Text;
                break;
            case "contentEncoding" when value.Text == "base64":
                Format = "byte";
                break;
            case "contentMediaType" when value.Text == "application/octet-stream":
                Format ??= "binary";
                break;
            case "enum":
                Enum = Enum is null ? value.Items : [.. Enum.Where(one => value.Items.Any(other => other.Kind == one.Kind && other.Text == one.Text))];
                break;
            case "const":
                Enum = [value];
                break;
            case "properties":
                foreach (var member in value.Members)
                {
                    if (!Properties.TryGetValue(member.Key, out var schemas))
                    {
                        Properties[member.Key] = schemas = [];
                    }

                    if (!schemas.Contains(member.Value))
                    {
                        schemas.Add(member.Value);
                    }
                }

                break;
            case "required" when value.Kind == NodeKind.List:
                Required.AddRange(value.Items.Select(item => (item.Text, item.At)));
                break;
            case "additionalProperties":
                AdditionalProperties = AdditionalProperties is { Kind: NodeKind.Boolean, Text: "false" } ? AdditionalProperties
                    : value.Kind == NodeKind.Map && AdditionalProperties is { Kind: NodeKind.Map } before && before != value ? parts.All([before, value])
                    : value;
                break;
            case "unevaluatedProperties":
                AdditionalProperties ??= value;
                break;
            case "items" when !schema.Has("prefixItems") && value is { Kind: NodeKind.Boolean, Text: "false" }:
                Limits = Limits with { MaxItems = 0 };
                break;
            case "items" when !schema.Has("prefixItems"):
                Items = Items is null || Items == value ? value : parts.All([Items, value]);
                break;
            case "not" or "propertyNames" or "dependentRequired" or "dependentSchemas":
                Conditions.Add((key, With(schema, key)));
                break;
            case "if":
                Conditions.Add((key, With(schema, "if", "then", "else")));
                break;
            case "contains":
                Conditions.Add((key, With(schema, "contains", "minContains", "maxContains")));
                break;
            case "prefixItems":
                Conditions.Add((key, With(schema, "prefixItems", "items")));
                break;
            case "patternProperties":
                Conditions.Add((key, With(schema, "properties", "patternProperties", "additionalProperties")));
                HasPatterns = true;
                break;
            case "pattern" when Limits.Pattern is { } other && other != value.Text:
                Conditions.Add((key, With(schema, "pattern")));
                break;
            case "multipleOf" when Limits.MultipleOf is { } other && other != value.Text:
                Conditions.Add((key, With(schema, "multipleOf")));
                break;
            case "default":
                Default = value;
                break;
            case "discriminator" when isOutermost:
                Discriminator = value;
                break;
            case "oneOf" or "anyOf" when value.Items.Count > 0:
                Alternatives.Add((key == "anyOf", value.Items));
                break;
            default:
                Limit(schema, key, at, value);
                break;
        }
    }

    private static Node With(Node schema, params string[] keys) =>
        Node.Map(schema.At, keys.Where(schema.Has).Select(key => (key, schema[key]!)));

    private void Type(Node value)
    {
        var types = (value.Kind == NodeKind.List ? value.Items : [value]).Select(item => item.Text).ToList();
        IsOnlyNull |= types is ["null"];
        typesHaveNull = types.RemoveAll(type => type is "null" or "") > 0 && typesHaveNull != false;
        var common = Types.Where(type => types.Contains(type) || (type == "integer" && types.Contains("number")))
            .Concat(types.Where(type => type == "integer" && Types.Contains("number")))
            .Distinct()
            .ToList();
        if (Types.Count > 0 && types.Count > 0 && common.Count == 0)
        {
            findings.Warning(value.At, "types", $"no value is both {string.Join(" or ", Types)} and {string.Join(" or ", types)}, as parts of this schema say, so this type has no effect: remove one of them");
        }

        Types = Types.Count == 0 ? types : common.Count > 0 ? common : Types;
    }

    private void Limit(Node schema, string key, Position at, Node value)
    {
        Limits = key switch
        {
            "minLength" => Limits with { MinLength = Tighter(Limits.MinLength, Count(key, at, value), Math.Max) },
            "maxLength" => Limits with { MaxLength = Tighter(Limits.MaxLength, Count(key, at, value), Math.Min) },
            "minItems" => Limits with { MinItems = Tighter(Limits.MinItems, Count(key, at, value), Math.Max) },
            "maxItems" => Limits with { MaxItems = Tighter(Limits.MaxItems, Count(key, at, value), Math.Min) },
            "minProperties" => Limits with { MinProperties = Tighter(Limits.MinProperties, Count(key, at, value), Math.Max) },
            "maxProperties" => Limits with { MaxProperties = Tighter(Limits.MaxProperties, Count(key, at, value), Math.Min) },
            "pattern" => Limits with { Pattern = value.Text },
            "multipleOf" when IsNumber(value) => Limits with { MultipleOf = value.Text },
            "minimum" when IsNumber(value) => AtLeast(value.Text, schema.IsTrue("exclusiveMinimum")),
            "maximum" when IsNumber(value) => AtMost(value.Text, schema.IsTrue("exclusiveMaximum")),
            "exclusiveMinimum" when IsNumber(value) => AtLeast(value.Text, isExclusive: true),
            "exclusiveMaximum" when IsNumber(value) => AtMost(value.Text, isExclusive: true),
            "uniqueItems" => Limits with { UniqueItems = Limits.UniqueItems || value.Text == "true" },
            _ => Limits,
        };
    }

    // Of several limits the tightest counts, and of two equal ones that which excludes its value.
    private Limits AtLeast(string text, bool isExclusive)
    {
        var (number, before) = (Number(text), Number(Limits.Minimum));
        return number < before ? Limits : Limits with { Minimum = text, ExclusiveMinimum = isExclusive || (number == before && Limits.ExclusiveMinimum) };
    }

    private Limits AtMost(string text, bool isExclusive)
    {
        var (number, before) = (Number(text), Number(Limits.Maximum));
        return number > before ? Limits : Limits with { Maximum = text, ExclusiveMaximum = isExclusive || (number == before && Limits.ExclusiveMaximum) };
    }

    /// <summary>A number of the contract; null where there is none, or none that a decimal holds.</summary>
    internal static decimal? Number(string? text) => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static bool IsNumber(Node value) => value.Kind == NodeKind.Number;

    private int? Count(string key, Position at, Node value)
    {
        if (decimal.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var count) && count >= 0 && count == decimal.Truncate(count))
        {
            return (int)Math.Min(count, int.MaxValue);
        }

        findings.Error(at, "limits", $"'{key}' must be a whole number that is not negative, not '{value.Text}'");
        return null;
    }

    private static int? Tighter(int? one, int? other, Func<int, int, int> choose) => one is { } a && other is { } b ? choose(a, b) : one ?? other;
}
