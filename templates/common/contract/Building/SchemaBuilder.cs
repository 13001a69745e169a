namespace ContractCompiler.Building;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ContractCompiler.Model;
using ContractCompiler.Reading;

/// <summary>Turns schemas into types. One schema is one type, wherever it is used, and a schema without a name gets one from its place.</summary>
sealed partial class SchemaBuilder(Documents documents, Findings findings, TypeNames names, ContractModel model)
{
    private static readonly string[] Annotations = [
        "title", "description", "default", "example", "examples", "deprecated", "readOnly", "writeOnly", "nullable", "externalDocs", "xml", "summary",
        "$comment", "$schema", "$id", "$anchor", "$defs", "definitions"];

    private const int MostDepth = 300;

    // null is a JSON value, too.
    private static readonly Use Any = new(AnyType.Instance) { Nullable = true };

    private readonly Dictionary<Node, string> componentNames = [];
    private readonly Dictionary<Node, int> componentPlaces = [];
    private readonly Dictionary<Declaration, int> places = [];
    private readonly HashSet<Node> nullables = [];
    private int place;
    private readonly Dictionary<Node, Declaration> declarations = [];
    private readonly Dictionary<Node, int> building = [];
    private readonly HashSet<Node> inForms = [];
    private readonly Parts parts = new(documents);
    private readonly LimitCheck limits = new(findings, new(findings));
    private readonly Conditions conditions = new(documents, findings, new(findings), names, model);

    /// <summary>Builds the named schemas, which keep their names, and then whatever they consist of.</summary>
    /// <param name="schemas">The named schemas.</param>
    /// <param name="given">Schemas that have their names already.</param>
    public void Components(Node? schemas, IReadOnlyDictionary<Node, string> given)
    {
        foreach (var member in schemas?.Members ?? [])
        {
            componentNames.TryAdd(member.Value, given.GetValueOrDefault(member.Value) ?? names.Type(member.Key));
            componentPlaces.TryAdd(member.Value, componentPlaces.Count);
            parts.AddToFamily(member.Key, member.Value);
        }

        foreach (var member in schemas?.Members ?? [])
        {
            Build(member.Value, member.Key);
        }

        place = int.MaxValue;
    }

    /// <summary>Puts named schemas in the contract's order, and what has no name after the schema that has it.</summary>
    public void Sort()
    {
        var sorted = model.Declarations.OrderBy(places.GetValueOrDefault).ToList();
        model.Declarations.Clear();
        model.Declarations.AddRange(sorted);
    }

    /// <summary>Notes a form and what it consists of: binary is a file there, and a string in JSON.</summary>
    public void MarkForm(Node schema)
    {
        if (schema.Kind != NodeKind.Map || !inForms.Add(schema))
        {
            return;
        }

        var parts = (schema["properties"]?.Members.Select(member => member.Value) ?? []).Concat(schema["allOf"]?.Items ?? []).Concat(schema["oneOf"]?.Items ?? []).Concat(schema["anyOf"]?.Items ?? []);
        foreach (var part in parts.Append(schema["items"]).Append(schema["$ref"] is { } reference ? documents.Resolve(reference, out _) : null).OfType<Node>())
        {
            MarkForm(part);
        }
    }

    public Declaration? DeclarationOf(Node? schema) => schema is null ? null : declarations.GetValueOrDefault(schema);

    /// <param name="schema">A schema, or a reference to one.</param>
    /// <param name="hint">What to call a type that has no name, in Pascal case.</param>
    public Use Build(Node? schema, string hint)
    {
        if (IsFalse(schema))
        {
            return Flat(schema!, new FlatSchema(documents, findings, parts, schema!), hint);
        }

        if (schema is null || schema.Kind != NodeKind.Map)
        {
            return Any;
        }

        if (declarations.TryGetValue(schema, out var declaration))
        {
            return limits.Checked(Annotated(new(new DeclaredType(declaration)) { Nullable = nullables.Contains(schema) }, schema), schema);
        }

        // A schema may come back to itself through a type, which has a name by then.
        var isWithin = building.TryGetValue(schema, out var before);
        if ((isWithin && before == model.Declarations.Count) || building.Count > MostDepth)
        {
            findings.Warning(schema.At, "any value", "this schema contains itself without an object in between, so any value is taken there");
            return Any;
        }

        building[schema] = model.Declarations.Count;
        var outer = place;
        if (componentNames.TryGetValue(schema, out var name))
        {
            place = componentPlaces[schema];
        }

        var use = limits.Checked(Inner(schema, name ?? hint), schema);
        if (use.Nullable)
        {
            nullables.Add(schema);
        }

        place = outer;
        if (isWithin)
        {
            building[schema] = before;
        }
        else
        {
            building.Remove(schema);
        }

        return use;
    }

    private Use Inner(Node schema, string hint)
    {
        if (schema["$ref"] is { } reference && IsOnly(schema, "$ref"))
        {
            return documents.Resolve(reference, out _) is { } target
                ? Annotated(Build(target, Names.Pascal(reference.Text.Split('/', '#')[^1], hint) is var last && target.Has("properties") && !char.IsDigit(last[^1]) ? last : hint), schema)
                : Any;
        }

        // A child of a base with a discriminator may have nothing else; what is no child is the base, with a description of its own.
        if (schema["allOf"] is { Items: [var only] } && IsOnly(schema, "allOf") && parts.FamilyOf(documents.Target(only))?.Any(child => child.Schema == schema) != true)
        {
            return Annotated(Build(only, hint), schema);
        }

        foreach (var key in (string[])["oneOf", "anyOf"])
        {
            // One thing or null.
            if (schema[key] is { } group && IsOnly(schema, key) && group.Items.Where(item => !FlatSchema.IsNull(documents.Target(item))).ToList() is [var single])
            {
                var use = Annotated(Build(single, hint), schema);
                return group.Items.Count > 1 ? use with { Nullable = true } : use;
            }
        }

        return Flat(schema, new FlatSchema(documents, findings, parts, schema), hint);
    }

    private Use Flat(Node schema, FlatSchema flat, string hint)
    {
        var family = flat.Discriminator is null ? null : parts.FamilyOf(schema);
        var group = flat.Enum is null && family is null ? flat.Alternatives.Find(group => group.Schemas.Exists(item => SaysWhatItIs(item, flat))) : default;
        var use = Shaped(schema, flat, group, family, hint);
        var name = componentNames.GetValueOrDefault(schema) ?? hint;
        var isDivided = flat.Properties.Count > 0 && (group.Schemas is not null || family is not null);
        var found = Unshaped(schema, flat, use, group.Schemas, isDivided).Select(one => conditions.Of(one.Keyword, one.Schema, name, use.Type)).OfType<Condition>().ToList();
        if (found.Count > 0 && use.Type is DeclaredType { Declaration: { } declaration } && declarations.GetValueOrDefault(schema) == declaration)
        {
            declaration.Conditions = new(found);
            return use;
        }

        return found.Count > 0 ? use with { Conditions = new(use.Conditions.Concat(found)) } : use;
    }

    // What the type does not say of the schema. Where each alternative has the whole schema, it says the rest.
    private static IEnumerable<(string Keyword, Node Schema)> Unshaped(Node schema, FlatSchema flat, Use use, List<Node>? alternatives, bool isDivided)
    {
        foreach (var group in flat.Alternatives.Where(group => group.Schemas != alternatives))
        {
            yield return (group.IsAnyOf ? "anyOf" : "oneOf", Node.Map(schema.At, (group.IsAnyOf ? "anyOf" : "oneOf", Node.List(schema.At, group.Schemas))));
        }

        foreach (var condition in isDivided ? [] : flat.Conditions)
        {
            yield return condition;
        }

        if (flat.IsOnlyNull && use.Type is AnyType)
        {
            yield return ("type", Node.Map(schema.At, ("type", Node.String(schema.At, "null"))));
        }

        var isClosed = IsFalse(flat.AdditionalProperties) && !flat.HasPatterns;
        var missing = flat.Required.Where(one => !flat.Properties.ContainsKey(one.Name) && one.Name != flat.Discriminator?.TextOf("propertyName")).Select(one => Node.String(one.At, one.Name)).DistinctBy(one => one.Text).ToList();
        if (missing.Count > 0 && !isDivided && !isClosed && use.Type is MapType or DeclaredType { Declaration: ObjectDeclaration or UnionDeclaration })
        {
            yield return ("required", Node.Map(schema.At, ("required", Node.List(schema.At, missing))));
        }

        // A UUID or a date has its own form, and may have limits besides.
        if (use.Type is ScalarType { Kind: Scalar.Guid or Scalar.Date or Scalar.DateTime or Scalar.Bytes } && flat.Limits is { Pattern: not null } or { MinLength: not null } or { MaxLength: not null })
        {
            foreach (var key in ((string[])["pattern", "minLength", "maxLength"]).Where(schema.Has))
            {
                yield return (key, Node.Map(schema.At, (key, schema[key]!)));
            }
        }
    }

    private Use Shaped(Node schema, FlatSchema flat, (bool IsAnyOf, List<Node> Schemas) group, IReadOnlyList<(string Name, Node Schema)>? family, string hint)
    {
        var use = new Use(AnyType.Instance)
        {
            Nullable = flat.Nullable || flat.Alternatives.Exists(group => group.Schemas.Exists(item => FlatSchema.IsNull(documents.Target(item)))),
            Description = schema.TextOf("description") ?? schema.TextOf("title"),
            Default = Literal(flat.Default),
            Limits = flat.Limits,
            ReadOnly = schema.IsTrue("readOnly"),
            WriteOnly = schema.IsTrue("writeOnly"),
            Deprecated = schema.IsTrue("deprecated"),
        };

        // Before what it consists of, which may come back to it.
        if (use.Nullable)
        {
            nullables.Add(schema);
        }

        if (flat.Enum is { } values)
        {
            return Enumeration(schema, flat, values, use with { Nullable = flat.SaysNullable }, hint);
        }

        if (family is not null)
        {
            return use with { Type = new DeclaredType(Family(schema, flat.Discriminator!, family, hint)), Limits = Limits.None };
        }

        if (group.Schemas is not null)
        {
            return ConstantsOf(group.Schemas) is { } constants ? Enumeration(schema, flat, constants, use, hint) : Union(schema, flat, group, use, hint);
        }

        if (flat.Types.Count > 1)
        {
            return SeveralTypes(schema, flat, use, hint);
        }

        var type = flat.Types.FirstOrDefault() ?? Guess(flat);
        if (type == "any" && flat is { IsOnlyNull: false, Alternatives.Count: 0, Conditions.Count: 0 } && schema.OwnMembers.Any(member => !Annotations.Contains(member.Key)))
        {
            findings.Warning(schema.At, "any value", "this schema does not say which type it has, so any value is taken");
        }

        return Typed(use, Simple(schema, flat, type, hint), type, flat);
    }

    private static Use Typed(Use use, TypeModel model, string type, FlatSchema flat)
    {
        // An object keeps its own limits; what does not fit the type limits nothing (JSON Schema).
        var own = use.Limits;
        own = type switch
        {
            "string" => new() { MinLength = own.MinLength, MaxLength = own.MaxLength, Pattern = own.Pattern },
            "integer" or "number" => new()
            {
                Minimum = own.Minimum,
                Maximum = own.Maximum,
                ExclusiveMinimum = own.ExclusiveMinimum && own.Minimum is not null,
                ExclusiveMaximum = own.ExclusiveMaximum && own.Maximum is not null,
                MultipleOf = own.MultipleOf,
            },
            "array" => new() { MinItems = own.MinItems, MaxItems = own.MaxItems, UniqueItems = own.UniqueItems },
            "object" when model is MapType => new() { MinProperties = own.MinProperties, MaxProperties = own.MaxProperties },
            _ => Limits.None,
        };
        if (type == "integer" && flat.Format is not (null or "int32" or "int64"))
        {
            own = WithFormat(own, flat.Format);
        }

        // A UUID, a date or base64 has its form by its format.
        return use with { Type = model, Nullable = use.Nullable || model is AnyType, Limits = model is ScalarType { Kind: not Scalar.String } && type == "string" ? Limits.None : own };
    }

    // The formats of whole numbers in the registry of OpenAPI that no type of ours has.
    private static Limits WithFormat(Limits limits, string format) => format switch
    {
        "int8" => limits with { Minimum = limits.Minimum ?? "-128", Maximum = limits.Maximum ?? "127" },
        "int16" => limits with { Minimum = limits.Minimum ?? "-32768", Maximum = limits.Maximum ?? "32767" },
        "uint8" => limits with { Minimum = limits.Minimum ?? "0", Maximum = limits.Maximum ?? "255" },
        "uint16" => limits with { Minimum = limits.Minimum ?? "0", Maximum = limits.Maximum ?? "65535" },
        "uint32" => limits with { Minimum = limits.Minimum ?? "0", Maximum = limits.Maximum ?? "4294967295" },
        _ => limits,
    };

    private TypeModel Simple(Node schema, FlatSchema flat, string type, string hint)
    {
        switch (type)
        {
            case "object" when flat.Properties.Count == 0 && (flat.HasPatterns || !IsFalse(flat.AdditionalProperties)):
                return new MapType(flat.AdditionalProperties is { Kind: NodeKind.Map } values && !flat.HasPatterns ? Build(values, hint + "Value") : Any);
            case "object":
                return new DeclaredType(Object(schema, flat, hint));
            case "array":
                return new ListType(Build(flat.Items, componentNames.ContainsKey(schema) ? hint + "Item" : Singular(hint)));
            case "string":
                return new ScalarType(flat.Format switch
                {
                    "uuid" => Scalar.Guid,
                    "date" => Scalar.Date,
                    "date-time" => Scalar.DateTime,
                    "byte" or "base64" => Scalar.Bytes,
                    "binary" when inForms.Contains(schema) => Scalar.File,
                    _ => Scalar.String,
                });
            case "integer":
                return new ScalarType(flat.Format is "int32" or "int16" or "int8" or "uint16" or "uint8" ? Scalar.Int32 : Scalar.Int64);
            case "number":
                return new ScalarType(flat.Format switch
                {
                    "decimal" or "decimal128" or "currency" or "money" => Scalar.Decimal,
                    "float" => Scalar.Single,
                    "int32" => Scalar.Int32,
                    "int64" => Scalar.Int64,
                    _ => Scalar.Double,
                });
            case "boolean":
                return new ScalarType(Scalar.Boolean);
            case "file":
                return new ScalarType(Scalar.File);
            case "any":
                return AnyType.Instance;
            default:
                findings.Error(schema["type"]?.At ?? schema.At, "types", $"'{type}' is no type: use string, integer, number, boolean, array or object");
                return AnyType.Instance;
        }
    }

    private ObjectDeclaration Object(Node schema, FlatSchema flat, string hint)
    {
        var declaration = Declare(schema, new ObjectDeclaration(NameOf(schema, hint)));
        declaration.Closed = IsFalse(flat.AdditionalProperties) && !flat.HasPatterns;
        declaration.Limits = limits.Checked(new(new DeclaredType(declaration)) { Limits = new() { MinProperties = flat.Limits.MinProperties, MaxProperties = flat.Limits.MaxProperties } }, schema).Limits;
        var taken = new HashSet<string>(Names.MembersOf(declaration.Name), StringComparer.OrdinalIgnoreCase); // System.Text.Json tells them apart by no less.
        var required = flat.Required.Select(one => one.Name).ToHashSet();
        foreach (var (key, schemas) in flat.Properties)
        {
            var name = Names.Member(key, declaration.Name, taken);
            var use = Build(parts.All(schemas), declaration.Name + name);
            declaration.Members.Add(new(key, name, use, required.Contains(key)));
        }

        foreach (var (name, at) in flat.Required.Where(one => declaration.Closed && !flat.Properties.ContainsKey(one.Name)))
        {
            findings.Warning(at, "required names", $"'{name}' is required here and additionalProperties: false forbids it, so nothing requires it");
        }

        declaration.Others = flat.AdditionalProperties switch
        {
            _ when flat.HasPatterns => Any,
            { Kind: NodeKind.Map } values => Build(values, declaration.Name + "Value"),
            { Kind: NodeKind.Boolean, Text: "true" } => Any,
            _ => null,
        };
        return declaration;
    }

    private Use Enumeration(Node schema, FlatSchema flat, List<Node> values, Use use, string hint)
    {
        var given = values.Where(value => value.Kind != NodeKind.Null).ToList();
        use = use with { Nullable = use.Nullable || given.Count < values.Count };
        var isText = flat.Types is ["string"] ? given.TrueForAll(value => value.IsScalar) : given.TrueForAll(value => value.Kind == NodeKind.String);
        var isInteger = given.TrueForAll(value => value.Kind == NodeKind.Number && long.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _));
        if (given.Count == 0 || !(isText || isInteger))
        {
            if (given is [{ Kind: NodeKind.Boolean } boolean])
            {
                return use with { Type = new ScalarType(Scalar.Boolean), Const = new(boolean.Text, IsString: false), Limits = Limits.None };
            }

            var type = flat.Types.FirstOrDefault() ?? "any";
            use = Typed(use, Simple(schema, flat, type, hint), type, flat);
            return use with { Nullable = use.Nullable && (flat.Nullable || given.Count < values.Count), Limits = use.Limits with { OneOf = new(given.Select(Json)) } };
        }

        if (given is [var single] && !componentNames.ContainsKey(schema))
        {
            return use with { Type = new ScalarType(isText ? Scalar.String : Scalar.Int64), Const = new(single.Text, isText), Limits = Limits.None };
        }

        var declaration = Declare(schema, new EnumDeclaration(NameOf(schema, hint), isInteger && !isText));
        var taken = new HashSet<string>(StringComparer.Ordinal) { declaration.Name };
        var written = (schema["x-enum-varnames"] ?? schema["x-enumNames"])?.Items ?? [];
        foreach (var (index, value) in given.Index().DistinctBy(value => value.Item.Text))
        {
            var name = index < written.Count ? written[index].Text : declaration.IsInteger ? $"Value {value.Text}" : value.Text;
            declaration.Values.Add((Names.Unique(Names.Pascal(name.Replace("Value -", "Value Minus", StringComparison.Ordinal), "Empty"), taken), value.Text));
        }

        return use with { Type = new DeclaredType(declaration), Limits = Limits.None };
    }

    private T Declare<T>(Node schema, T declaration)
        where T : Declaration
    {
        declaration.Description = schema.TextOf("description") ?? schema.TextOf("title");
        declaration.Deprecated = schema.IsTrue("deprecated");
        declarations[schema] = declaration;
        places[declaration] = place;
        model.Declarations.Add(declaration);
        return declaration;
    }

    private string NameOf(Node schema, string hint) => componentNames.GetValueOrDefault(schema) ?? names.Type(hint);

    private static Use Annotated(Use use, Node schema) => use with
    {
        Nullable = use.Nullable || schema.IsTrue("nullable"),
        Description = schema.TextOf("description") ?? (use.Type is DeclaredType ? null : use.Description),
        Default = Literal(schema["default"]) ?? use.Default,
        ReadOnly = use.ReadOnly || schema.IsTrue("readOnly"),
        WriteOnly = use.WriteOnly || schema.IsTrue("writeOnly"),
        Deprecated = use.Deprecated || schema.IsTrue("deprecated"),
    };

    private static Literal? Literal(Node? value) => value switch
    {
        null or { Kind: NodeKind.Null } => null,
        { Kind: NodeKind.Map or NodeKind.List } => new(Json(value), IsString: false),
        _ => new(value.Text, value.Kind == NodeKind.String),
    };

    /// <summary>A value as JSON.</summary>
    public static string Json(Node value) => value.Kind switch
    {
        NodeKind.Map => $"{{{string.Join(",", value.Members.Select(member => $"{Code.Quote(member.Key)}:{Json(member.Value)}"))}}}",
        NodeKind.List => $"[{string.Join(",", value.Items.Select(Json))}]",
        NodeKind.String => Code.Quote(value.Text),
        NodeKind.Null => "null",
        NodeKind.Number => JsonNumber(value.Text),
        _ => value.Text,
    };

    // YAML has +5, 05, .5 and 5., too.
    private static string JsonNumber(string text)
    {
        var sign = text[0] == '-' ? "-" : "";
        text = text.TrimStart('+', '-').TrimStart('0');
        var exponent = text.IndexOfAny(['e', 'E']) is var at and >= 0 ? text[at..] : "";
        var digits = text[..^exponent.Length].TrimEnd('.');
        return $"{sign}{(digits is [] or ['.', ..] ? "0" : "")}{digits}{exponent}";
    }

    private static string Guess(FlatSchema flat) =>
        flat.Properties.Count > 0 || flat.Required.Count > 0 || flat.AdditionalProperties is not null || flat.Limits is { MinProperties: not null } or { MaxProperties: not null } ? "object"
        : flat.Items is not null || flat.Limits is { MinItems: not null } or { MaxItems: not null } or { UniqueItems: true } ? "array"
        : flat.Limits.MaxLength is not null || flat.Limits.MinLength is not null || flat.Limits.Pattern is not null || flat.Format is "uuid" or "date" or "date-time" or "byte" or "binary" ? "string"
        : flat.Limits.Minimum is not null || flat.Limits.Maximum is not null || flat.Limits.MultipleOf is not null ? "number"
        : "any";

    private static bool IsOnly(Node schema, string key) => schema.OwnMembers.All(member => member.Key == key || Annotations.Contains(member.Key));

    private static bool IsFalse(Node? value) => value is { Kind: NodeKind.Boolean, Text: "false" };

    // Other alternatives are conditions.
    private static bool SaysWhatItIs(Node schema, FlatSchema flat) => schema.Members.Exists(member =>
        member.Key is "$ref" or "properties" or "items" or "allOf" or "oneOf" or "anyOf" or "enum" or "const" or "additionalProperties"
        || (member.Key == "type" && !flat.Types.Contains(member.Value.Text)));

    private static string Singular(string name) => name switch
    {
        [.. var stem, 'i', 'e', 's'] when stem.Length > 0 => stem + "y",
        [.. var stem, 's', 's', 'e', 's'] => stem + "ss",
        [.. var stem, 'x', 'e', 's'] => stem + "x",
        [.., 's', 's'] => name + "Item",
        [.. var stem, 's'] when stem.Length > 1 => stem,
        _ => name + "Item",
    };
}
