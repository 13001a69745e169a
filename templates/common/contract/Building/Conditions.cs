namespace ContractCompiler.Building;

using System;
using System.Collections.Generic;
using System.Linq;
using ContractCompiler.Model;
using ContractCompiler.Reading;

/// <summary>Writes parts of schemas as conditions: as JSON Schema 2020-12, each reference replaced by what it refers to.</summary>
sealed class Conditions(Documents documents, Findings findings, Patterns patterns, TypeNames names, ContractModel model)
{
    private const int MostCharacters = 20_000;

    private readonly Dictionary<(string Rule, string Text), Condition> made = [];

    private static readonly HashSet<string> Checked = [.. """
        type enum const minLength maxLength pattern minimum maximum exclusiveMinimum exclusiveMaximum multipleOf items prefixItems contains minContains maxContains minItems maxItems
        uniqueItems properties required additionalProperties patternProperties propertyNames dependentRequired dependentSchemas minProperties maxProperties allOf oneOf anyOf not if then else
        """.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)];

    /// <param name="rule">The keyword that it is about.</param>
    /// <param name="schema">A schema with that keyword.</param>
    /// <param name="name">What it is a condition of, after which it is named.</param>
    /// <param name="type">Its type.</param>
    /// <returns>Null where there is nothing to check.</returns>
    public Condition? Of(string rule, Node schema, string name, TypeModel type)
    {
        var text = Schema(schema, []);
        if (text.Length > MostCharacters)
        {
            findings.Warning(schema.At, "large conditions", $"'{rule}' refers to so much here that it is not checked");
            return null;
        }

        if (text == "{}")
        {
            return null;
        }

        // In a parameter the text 5 is a string where the type is one.
        if (type is ScalarType { Kind: Scalar.String or Scalar.Guid or Scalar.Date or Scalar.DateTime or Scalar.Bytes } && !schema.Has("type"))
        {
            text = $"{{\"type\":\"string\",{text[1..]}";
        }

        // A schema without a type of its own is built wherever it is used.
        if (!made.TryGetValue((rule, text), out var condition))
        {
            condition = new(names.Take(name + Names.Pascal(rule, ""), ""), rule, Message(rule, schema), text);
            made[(rule, text)] = condition;
            model.Conditions.Add(condition);
        }

        return condition;
    }

    private string Schema(Node schema, HashSet<Node> around)
    {
        if (schema.Kind != NodeKind.Map)
        {
            return schema.Text == "false" ? "false" : "{}";
        }

        // A condition does not go round in a circle.
        if (!around.Add(schema) || around.Count > 100)
        {
            return "{}";
        }

        var members = new List<string>();
        var target = schema["$ref"] is { } reference ? documents.Resolve(reference, out _) : null;
        if (target is not null)
        {
            members.Add($"\"allOf\":[{Schema(target, around)}{string.Concat((schema["allOf"]?.Items ?? []).Select(item => $",{Schema(item, around)}"))}]");
        }

        foreach (var (key, _, value) in schema.OwnMembers.Where(member => Checked.Contains(member.Key) && (target is null || member.Key != "allOf")))
        {
            if (Keyword(schema, key, value, around) is { } text)
            {
                members.Add(text);
            }

            // What is long enough already is not made longer.
            if (members.Sum(member => member.Length) > MostCharacters)
            {
                break;
            }
        }

        around.Remove(schema);
        return members is [['"', 'a', 'l', 'l', 'O', 'f', '"', ':', '[', .. var only, ']']] && target is not null && !schema.Has("allOf") ? only : $"{{{string.Join(',', members)}}}";
    }

    private string? Keyword(Node schema, string key, Node value, HashSet<Node> around)
    {
        var text = key switch
        {
            "type" when schema.IsTrue("nullable") && value.IsScalar => $"[{Code.Quote(value.Text)},\"null\"]",
            "pattern" when patterns.Compile(value.Text, value.At) is null => null,
            "patternProperties" => Members(value.Members.Where(member => patterns.Compile(member.Key, member.At) is not null), around),
            "minimum" when schema.IsTrue("exclusiveMinimum") => null,
            "maximum" when schema.IsTrue("exclusiveMaximum") => null,
            "exclusiveMinimum" when value.Kind == NodeKind.Boolean => value.Text == "true" ? schema.TextOf("minimum") : null,
            "exclusiveMaximum" when value.Kind == NodeKind.Boolean => value.Text == "true" ? schema.TextOf("maximum") : null,
            "properties" or "dependentSchemas" => Members(value.Members, around),
            "allOf" or "oneOf" or "anyOf" or "prefixItems" => $"[{string.Join(',', value.Items.Select(item => Schema(item, around)))}]",
            "items" or "contains" or "propertyNames" or "additionalProperties" or "not" or "if" or "then" or "else" => Schema(value, around),
            _ => SchemaBuilder.Json(value),
        };
        return text is null ? null : $"{Code.Quote(key)}:{text}";
    }

    private string Members(IEnumerable<NodeMember> members, HashSet<Node> around) =>
        $"{{{string.Join(',', members.Select(member => $"{Code.Quote(member.Key)}:{Schema(member.Value, around)}"))}}}";

    private static string Message(string rule, Node schema)
    {
        var value = schema[rule]!;
        return rule switch
        {
            "required" => $"must have {Words(value, "and")}",
            "oneOf" or "anyOf" when value.Items.TrueForAll(IsRequiredOnly) => $"must have {(rule == "oneOf" ? "exactly one of these: " : "")}{string.Join(rule == "oneOf" ? "; " : " or ", value.Items.Select(item => Words(item["required"]!, "and")))}",
            "not" when IsRequiredOnly(value) => $"must not have {Words(value["required"]!, "and")}{(value["required"]!.Items.Count > 1 ? " together" : "")}",
            "not" when !value.OwnMembers.Any() => "must not be there",
            "not" when value["const"] is { IsScalar: true } constant => $"must not be {constant.Text}",
            "not" when value["enum"] is { Items: { } items } => $"must not be {string.Join(" or ", items.Select(item => item.Text))}",
            "dependentRequired" => string.Join("; ", value.Members.Select(member => $"must have {Words(member.Value, "and")} where it has {member.Key}")),
            "pattern" => $"must match {value.Text}",
            "multipleOf" => $"must be a multiple of {value.Text}",
            "type" => $"must be {value.Text}",
            _ => $"must be as '{rule}' of the contract says",
        };
    }

    private static bool IsRequiredOnly(Node schema) => schema.OwnMembers.Select(member => member.Key).Except(["type", "title", "description"]).SequenceEqual(["required"]);

    private static string Words(Node list, string and) => list.Items switch
    {
        [.. var first, var last] when first.Count > 0 => $"{string.Join(", ", first.Select(item => item.Text))} {and} {last.Text}",
        _ => string.Join(' ', list.Items.Select(item => item.Text)),
    };
}
