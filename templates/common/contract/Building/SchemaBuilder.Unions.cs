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
        var alternatives = new List<(Use Use, Node Schema, List<string> Values)>();
        foreach (var (index, part) in group.Schemas.Where(item => !FlatSchema.IsNull(documents.Target(item))).Index())
        {
            var target = documents.Target(part, out var name);
            var whole = flat.Properties.Count == 0 ? part : parts.All([parts.Without(schema), part]);
            var title = part.TextOf("title");
            var caseHint = title is { Length: < 40 } ? Names.Pascal(title, "") : whole != part && name is not null ? Names.Pascal(name, "") : "";
            var alternative = Build(whole, union.Name + (caseHint.Length > 0 ? caseHint : $"{index + 1}"));
            use = use with { Nullable = use.Nullable || alternative.Nullable };
            alternatives.Add((alternative with { Nullable = false }, part, union.Discriminator is null ? [] : ValuesOf(union.Discriminator, mapping, target, name, alternative)));
        }

        // Alternatives of one type are one case: code cannot tell them apart.
        foreach (var same in alternatives.GroupBy(alternative => alternative.Use.Type))
        {
            var one = same.DistinctBy(alternative => (alternative.Use.Limits, alternative.Use.Const, alternative.Use.Conditions)).Count() == 1
                ? same.First().Use
                : new Use(same.Key) { Conditions = new(OneOfThem(group.IsAnyOf, same.Select(alternative => alternative.Schema), union.Name, same.Key)) };
            AddCase(union, one, same.SelectMany(alternative => alternative.Values));
        }

        if (union is { Discriminator: null, Cases: [{ Use.Type: ScalarType } only] })
        {
            model.Declarations.Remove(union);
            declarations.Remove(schema);
            return use with { Type = only.Use.Type, Limits = only.Use.Limits, Const = only.Use.Const, Conditions = only.Use.Conditions };
        }

        if (union.Discriminator is not null && union.Cases.Exists(one => one.Use.Type is not DeclaredType { Declaration: ObjectDeclaration or UnionDeclaration }))
        {
            findings.Warning(flat.Discriminator!.At, "discriminators", "this discriminator has alternatives that are no objects, so the alternative is found by trying");
            union.Discriminator = null;
        }

        if (union.Cases.SelectMany(one => one.Values).GroupBy(value => value).FirstOrDefault(same => same.Count() > 1) is { } shared)
        {
            findings.Warning(flat.Discriminator!.At, "discriminators", $"two alternatives have the value '{shared.Key}' of this discriminator, so the alternative is found by trying");
            union.Discriminator = null;
            union.Cases.ForEach(one => one.Values.Clear());
        }

        return Discriminated(union, use);
    }

    private IEnumerable<Condition> OneOfThem(bool isAnyOf, IEnumerable<Node> schemas, string name, TypeModel type)
    {
        var list = Node.List(default, schemas);
        var keyword = isAnyOf ? "anyOf" : "oneOf";
        return conditions.Of(keyword, Node.Map(list.Items[0].At, (keyword, list)), name, type) is { } condition ? [condition] : [];
    }

    // The values of alternatives that are nothing but values: another way to write an enumeration.
    private static List<Node>? ConstantsOf(List<Node> alternatives)
    {
        var values = alternatives.Where(alternative => !FlatSchema.IsNull(alternative)).Select(alternative => alternative["const"] is { } constant ? [constant] : alternative["enum"]?.Items).ToList();
        var isPlain = alternatives.TrueForAll(alternative => alternative.OwnMembers.All(member => member.Key is "const" or "enum" or "type" || Annotations.Contains(member.Key)));
        return isPlain && !values.Contains(null) && values.SelectMany(list => list!).ToList() is var all && (all.TrueForAll(value => value.Kind == NodeKind.String) || all.TrueForAll(value => value.Kind == NodeKind.Number)) ? all : null;
    }

    // A base with a discriminator, and those that name it in their allOf.
    private UnionDeclaration Family(Node schema, Node discriminator, IReadOnlyList<(string Name, Node Schema)> children, string hint)
    {
        var union = Declare(schema, new UnionDeclaration(NameOf(schema, hint)));
        union.Discriminator = discriminator.TextOf("propertyName");
        var mapping = Mapping(discriminator);
        foreach (var (name, child) in children)
        {
            // What the base allows for all of them says of none which it is.
            var use = Build(child, name);
            var values = ValuesOf(union.Discriminator!, mapping, child, name, use);
            var isMapped = mapping.Exists(one => ReferenceEquals(one.Target, child));
            AddCase(union, use with { Nullable = false }, (isMapped || values.Count == 1 ? values : [name]).Except(union.Cases.SelectMany(one => one.Values)).ToList());
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

    private List<(string Value, Node? Target)> Mapping(Node? discriminator)
    {
        var mapping = (discriminator?["mapping"]?.Members ?? []).Select(member => (member.Key, Target: parts.MappedTo(member.Value.Text, member.Value.At), member.Value)).ToList();
        foreach (var (value, _, node) in mapping.Where(one => one.Target is null))
        {
            findings.Warning(node.At, "discriminators", $"the value '{value}' is for '{node.Text}', which the contract does not have, so it is rejected");
        }

        return [.. mapping.Select(one => (one.Key, one.Target))];
    }

    private List<string> ValuesOf(string discriminator, List<(string Value, Node? Target)> mapping, Node target, string? name, Use alternative)
    {
        var mapped = mapping.Where(one => ReferenceEquals(one.Target, target)).Select(one => one.Value).ToList();
        if (mapped.Count > 0)
        {
            return mapped;
        }

        if (alternative.Type is DeclaredType { Declaration: UnionDeclaration inner } && inner.Discriminator == discriminator)
        {
            return [.. inner.Cases.SelectMany(one => one.Values)];
        }

        // Values that the schema itself has, or a part of it; where its name is one of them, that is meant (a base has the values of all).
        var values = new FlatSchema(documents, findings, parts, target).Properties.TryGetValue(discriminator, out var schemas)
            ? new FlatSchema(documents, findings, parts, parts.All(schemas)).Enum?.ConvertAll(value => value.Text)
            : null;
        return values is { Count: > 0 } && !(name is not null && values.Contains(name)) ? values
            : name is null ? []
            : [name];
    }
}
