namespace ContractCompiler.Building;

using System;
using System.Collections.Generic;
using System.Linq;
using ContractCompiler.Reading;

/// <summary>Schemas that a contract has only in parts. The same parts are one schema, or a recursion through them would not end.</summary>
sealed class Parts(Documents documents)
{
    private const int MostDepth = 8;

    private readonly Dictionary<Node, int> numbers = [];
    private readonly Dictionary<string, Node> made = [];
    private readonly Dictionary<Node, List<(string Name, Node Schema)>> families = [];

    /// <summary>Notes a schema whose allOf refers to a base with a discriminator.</summary>
    public void AddToFamily(string name, Node schema)
    {
        schema = documents.Target(schema);
        foreach (var reference in (schema["allOf"]?.Items ?? []).Select(part => part["$ref"]).OfType<Node>())
        {
            if (documents.Resolve(reference, out _) is { } parent && parent.Has("discriminator") && !parent.Has("oneOf") && !parent.Has("anyOf"))
            {
                (families.TryGetValue(parent, out var family) ? family : families[parent] = []).Add((name, schema));
            }
        }
    }

    /// <summary>The schemas that a base with a discriminator stands for: those that refer to it, or those that its mapping names. Null where it is no base.</summary>
    public IReadOnlyList<(string Name, Node Schema)>? FamilyOf(Node schema)
    {
        if (!families.TryGetValue(schema, out var family) && !schema.Has("oneOf") && !schema.Has("anyOf"))
        {
            family = [.. (schema["discriminator"]?["mapping"]?.Members ?? [])
                .Select(member => (Name: Names.Pascal(member.Value.Text.Split('/', '#')[^1], "Schema"), Schema: MappedTo(member.Value.Text, schema.At)!))
                .Where(child => child.Schema is not null && child.Schema != schema)
                .DistinctBy(child => child.Schema)];
            families[schema] = family;
        }

        return family is { Count: > 0 } ? family : null;
    }

    /// <summary>What a mapping of a discriminator refers to, by a reference or by the name of a schema.</summary>
    public Node? MappedTo(string text, Position at) => documents.Resolve(IsReference(text) ? text : $"#/components/schemas/{text}", at, out _);

    private static bool IsReference(string text) => text.Contains('#', StringComparison.Ordinal) || text.Contains('/', StringComparison.Ordinal) || text.Contains(".y", StringComparison.Ordinal) || text.Contains(".json", StringComparison.Ordinal);

    /// <summary>A schema for which all of these hold.</summary>
    public Node All(IReadOnlyList<Node> schemas) => schemas is [var only]
        ? only
        : Once("all", schemas, () => Node.Map(schemas[0].At, ("allOf", Node.List(schemas[0].At, schemas))));

    /// <summary>The schema without its alternatives, those of its parts too.</summary>
    public Node Without(Node schema) => Once("without", [schema], () => Stripped(schema, 0));

    /// <summary>A schema that stands for one type of several that the schema has.</summary>
    public Node Named(Node schema, string type) => Once(type, [schema], () => Node.Map(schema.At));

    private Node Once(string kind, IReadOnlyList<Node> schemas, Func<Node> make)
    {
        var key = $"{kind} {string.Join(' ', schemas.Select(Number))}";
        return made.TryGetValue(key, out var node) ? node : made[key] = make();
    }

    private int Number(Node schema) => numbers.TryGetValue(schema, out var number) ? number : numbers[schema] = numbers.Count;

    private Node Stripped(Node schema, int depth)
    {
        if (depth > MostDepth)
        {
            return schema;
        }

        if (schema["$ref"] is { } reference && documents.Resolve(reference, out _) is { } target && HasAlternatives(target, 0))
        {
            return Stripped(target, depth + 1);
        }

        return Node.Map(schema.At, schema.Members
            .Where(member => member.Key is not ("oneOf" or "anyOf" or "discriminator" or "nullable" or "title" or "description"))
            .Select(member => (member.Key, member.Key == "allOf" ? Node.List(member.Value.At, member.Value.Items.Select(item => Stripped(item, depth + 1))) : member.Value)));
    }

    private bool HasAlternatives(Node schema, int depth) => depth < MostDepth
        && (schema.Has("oneOf") || schema.Has("anyOf")
            || (schema["$ref"] is { } reference && documents.Resolve(reference, out _) is { } target && HasAlternatives(target, depth + 1))
            || (schema["allOf"]?.Items.Exists(item => HasAlternatives(item, depth + 1)) ?? false));
}
