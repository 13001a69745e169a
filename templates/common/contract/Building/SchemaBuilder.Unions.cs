namespace ContractCompiler.Building;

using System;
using System.Collections.Generic;
using System.Linq;
using ContractCompiler.Model;
using ContractCompiler.Reading;

/// <summary>oneOf, anyOf, several types, and bases with a discriminator: closed sets of alternatives.</summary>
sealed partial class SchemaBuilder
{
    private Use Union(Node schema, FlatSchema flat, (bool IsAnyOf, List<Node> Schemas) group, Use use, string hint)
    {
        var union = Declare(schema, new UnionDeclaration(NameOf(schema, hint)));
        union.IsAnyOf = group.IsAnyOf;
        union.Discriminator = flat.Discriminator?.TextOf("propertyName");
        var mapping = Mapping(flat.Discriminator);
        foreach (var (index, part) in group.Schemas.Where(item => !FlatSchema.IsNull(documents.Target(item))).Index())
        {
            var target = documents.Target(part, out var name);
            var whole = flat.Properties.Count == 0 ? part : parts.All([parts.Without(schema), part]);
            var title = part.TextOf("title");
            var caseHint = title is { Length: < 40 } ? Names.Pascal(title, "") : whole != part && name is not null ? Names.Pascal(name, "") : "";
            var alternative = Build(whole, union.Name + (caseHint.Length > 0 ? caseHint : $"{index + 1}"));
            use = use with { Nullable = use.Nullable || alternative.Nullable };
            AddCase(union, alternative with { Nullable = false }, union.Discriminator is null ? [] : ValuesOf(union.Discriminator, mapping, target, name));
        }

        if (union.Discriminator is not null && union.Cases.Exists(one => one.Use.Type is not DeclaredType { Declaration: ObjectDeclaration or UnionDeclaration }))
        {
            findings.Warning(flat.Discriminator!.At, "discriminators", "this discriminator has alternatives that are no objects, so the alternative is found by trying");
            union.Discriminator = null;
        }

        return Discriminated(union, use);
    }

    // A base with a discriminator, and those that name it in their allOf.
    private UnionDeclaration Family(Node schema, Node discriminator, IReadOnlyList<(string Name, Node Schema)> children, string hint)
    {
        var union = Declare(schema, new UnionDeclaration(NameOf(schema, hint)));
        union.Discriminator = discriminator.TextOf("propertyName");
        var mapping = Mapping(discriminator);
        foreach (var (name, child) in children)
        {
            AddCase(union, Build(child, name) with { Nullable = false }, ValuesOf(union.Discriminator!, mapping, child, name));
        }

        return union;
    }

    private Use SeveralTypes(Node schema, FlatSchema flat, Use use, string hint)
    {
        if (flat.Types.Order().SequenceEqual(["integer", "number"]))
        {
            return Typed(use, Simple(schema, flat, "number", hint), "number", flat);
        }

        var union = Declare(schema, new UnionDeclaration(NameOf(schema, hint)));
        foreach (var type in flat.Types)
        {
            AddCase(union, Typed(new(AnyType.Instance) { Limits = flat.Limits }, Simple(parts.Named(schema, type), flat, type, union.Name + Names.Pascal(type, "Any")), type, flat), []);
        }

        return Discriminated(union, use);
    }

    // Where no alternative has the discriminator's value, one that all have as a constant serves as well.
    private static Use Discriminated(UnionDeclaration union, Use use)
    {
        var objects = union.Cases.Select(one => (one.Use.Type as DeclaredType)?.Declaration as ObjectDeclaration).ToList();
        if (union.Discriminator is null && objects.Count > 1 && !objects.Contains(null))
        {
            var tag = objects[0]!.Members.Find(member => objects.TrueForAll(one => one!.Members.Exists(other => other.Json == member.Json && other.Required && other.Use.Const is { IsString: true })));
            var values = tag is null ? [] : objects.Select(one => one!.Members.First(other => other.Json == tag.Json).Use.Const!.Text).ToList();
            if (values.Count > 0 && values.Distinct().Count() == values.Count)
            {
                union.Discriminator = tag!.Json;
                foreach (var (one, value) in union.Cases.Zip(values))
                {
                    one.Values.Add(value);
                }
            }
        }

        return use with { Type = new DeclaredType(union), Limits = Limits.None };
    }

    private static void AddCase(UnionDeclaration union, Use use, IEnumerable<string> values)
    {
        // Two alternatives of one type differ in limits at most: code cannot tell them apart.
        if (union.Cases.Find(present => present.Use.Type.Equals(use.Type)) is { } same)
        {
            same.Values.AddRange(values.Except(same.Values));
            return;
        }

        var taken = Names.MembersOf(union.Name);
        taken.UnionWith(union.Cases.Select(one => one.Name));
        union.Cases.Add(new(Names.Unique($"Of{NameOf(use)}", taken), use, [.. values]));
    }

    private static string NameOf(Use use) => use.Type switch
    {
        DeclaredType declared => declared.Declaration.Name,
        ListType list => NameOf(list.Item) + "List",
        MapType map => NameOf(map.Value) + "Map",
        ScalarType scalar => scalar.Kind.ToString(),
        _ => "Any",
    };

    private List<(string Value, Node? Target)> Mapping(Node? discriminator) =>
        [.. (discriminator?["mapping"]?.Members ?? []).Select(member => (member.Key, documents.Resolve(IsReference(member.Value.Text) ? member.Value.Text : $"#/components/schemas/{member.Value.Text}", member.Value.At, out _)))];

    private static bool IsReference(string text) => text.Contains('#', StringComparison.Ordinal) || text.Contains('/', StringComparison.Ordinal) || text.Contains(".y", StringComparison.Ordinal) || text.Contains(".json", StringComparison.Ordinal);

    private static List<string> ValuesOf(string discriminator, List<(string Value, Node? Target)> mapping, Node target, string? name)
    {
        var mapped = mapping.Where(one => ReferenceEquals(one.Target, target)).Select(one => one.Value).ToList();
        if (mapped.Count > 0)
        {
            return mapped;
        }

        var member = target["properties"]?[discriminator];
        return member?["const"] is { } constant ? [constant.Text]
            : member?["enum"] is { Items: [var only] } ? [only.Text]
            : name is null ? []
            : [name];
    }
}
