namespace ContractCompiler.Server;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ContractCompiler.Building;
using ContractCompiler.Model;

/// <summary>Types and values of the model in C#.</summary>
static class CSharp
{
    /// <summary>The type, with a question mark where it may be null.</summary>
    public static string Type(Use use, bool orNull = false) => Type(use.Type) + (use.Nullable || orNull ? "?" : "");

    public static string Type(TypeModel type) => type switch
    {
        ScalarType scalar => Type(scalar.Kind),
        ListType list => $"IReadOnlyList<{Type(list.Item)}>",
        MapType map => $"IReadOnlyDictionary<string, {Type(map.Value)}>",
        DeclaredType declared => declared.Declaration.Name,
        _ => "JsonElement",
    };

    public static bool IsValueType(TypeModel type) => type is AnyType or ScalarType { Kind: not (Scalar.String or Scalar.Bytes or Scalar.File) } or DeclaredType { Declaration: EnumDeclaration };

    /// <summary>How ContractJson calls the type.</summary>
    /// <param name="use">The type.</param>
    /// <param name="tellsNulls">Whether lists and maps that may have nulls have another name than those that may not.</param>
    public static string JsonName(Use use, bool tellsNulls = false) => (use.Nullable && IsValueType(use.Type) ? "Nullable" : "") + use.Type switch
    {
        ScalarType scalar => scalar.Kind switch
        {
            Scalar.Date => "DateOnly",
            Scalar.DateTime => "DateTimeOffset",
            Scalar.Bytes => "ByteArray",
            Scalar.File => "Upload",
            var kind => kind.ToString(),
        },
        ListType list => $"IReadOnlyList{JsonNameOfPart(list.Item, tellsNulls)}",
        MapType map => $"IReadOnlyDictionaryString{JsonNameOfPart(map.Value, tellsNulls)}",
        DeclaredType declared => declared.Declaration.Name,
        _ => "JsonElement",
    };

    private static string JsonNameOfPart(Use use, bool tellsNulls) => (tellsNulls && use.Nullable && !IsValueType(use.Type) ? "Nullable" : "") + JsonName(use, tellsNulls);

    /// <summary>A value of the contract as an expression of the type; null where it has none.</summary>
    public static string? Value(Literal? literal, TypeModel type) => literal is null ? null : type switch
    {
        ListType when literal.Text == "[]" => "[]",
        ScalarType { Kind: Scalar.String } => Code.Quote(literal.Text),
        ScalarType { Kind: Scalar.Boolean } => literal.Text is "true" or "false" ? literal.Text : null,
        ScalarType scalar => Number(literal.Text, scalar.Kind),
        DeclaredType { Declaration: EnumDeclaration declaration } => declaration.Values.Find(value => value.Value == literal.Text).Name is { } name ? $"{declaration.Name}.{name}" : null,
        _ => null,
    };

    /// <summary>A number as a literal of the kind; null where it has none.</summary>
    public static string? Number(string text, Scalar kind)
    {
        var culture = CultureInfo.InvariantCulture;
        var number = decimal.TryParse(text, NumberStyles.Float, culture, out var value) ? value : (decimal?)null;
        var whole = number is { } some && decimal.Truncate(some) == some ? some : (decimal?)null;
        return kind switch
        {
            Scalar.Int32 => whole is >= int.MinValue and <= int.MaxValue ? ((int)whole).ToString(culture) : null,
            Scalar.Int64 => whole is > long.MinValue and <= long.MaxValue ? ((long)whole).ToString(culture) + "L" : whole is long.MinValue ? "long.MinValue" : null,
            Scalar.Decimal => number is { } exact ? exact.ToString(culture) + "m" : null,
            Scalar.Double => double.TryParse(text, NumberStyles.Float, culture, out var real) && double.IsFinite(real) ? real.ToString("R", culture) + "d" : null,
            Scalar.Single => float.TryParse(text, NumberStyles.Float, culture, out var real) && float.IsFinite(real) ? real.ToString("R", culture) + "f" : null,
            _ => null,
        };
    }

    /// <summary>Whether absent, null and a value differ in it.</summary>
    public static bool IsPatched(Member member, ObjectDeclaration declaration) => declaration.IsPatch && !member.Required && member.Use.Nullable;

    /// <summary>The value that a member has from the start: its default, or the only one that it can have.</summary>
    public static string? InitialValue(Member member) =>
        member.Use is { Const: { } constant, Nullable: false } && member.Required ? Value(constant, member.Use.Type)
        : member.Required || member.Use.Nullable ? null
        : Value(member.Use.Default, member.Use.Type);

    /// <summary>Whether the member must be set where the object is made. What only responses have, a request need not have.</summary>
    public static bool IsRequired(Member member, ObjectDeclaration declaration) =>
        member.Required && InitialValue(member) is null && !(member.Use.ReadOnly && declaration.InRequest) && !(member.Use.WriteOnly && declaration.InResponse);

    /// <summary>The type of the member in C#.</summary>
    public static string MemberType(Member member, ObjectDeclaration declaration) =>
        IsPatched(member, declaration) ? $"Optional<{Type(member.Use, orNull: true)}>"
        : Type(member.Use, orNull: !IsRequired(member, declaration) && InitialValue(member) is null);

    /// <summary>The name of the property with the members of other names.</summary>
    public static string OthersName(ObjectDeclaration declaration) => Names.Unique("Others", declaration.Members.Select(member => member.Name).Append(declaration.Name).ToHashSet());

    private static string Type(Scalar kind) => kind switch
    {
        Scalar.String => "string",
        Scalar.Boolean => "bool",
        Scalar.Int32 => "int",
        Scalar.Int64 => "long",
        Scalar.Single => "float",
        Scalar.Double => "double",
        Scalar.Decimal => "decimal",
        Scalar.Guid => "Guid",
        Scalar.Date => "DateOnly",
        Scalar.DateTime => "DateTimeOffset",
        Scalar.Bytes => "byte[]",
        _ => "Upload",
    };
}

/// <summary>The beginning of a generated file.</summary>
sealed record FileContext(string Contract, string Namespace, string Runtime)
{
    /// <summary>Everything that the file uses stands inside its namespace, so that no part of the project's name hides it; the order is the same under any name.</summary>
    public Code Start(params IEnumerable<string> usings)
    {
        var code = new Code();
        code.Line($"// <auto-generated>\n// From {Contract}. To change this file, change the contract and build.\n// </auto-generated>\n#nullable enable\n\nnamespace {Namespace}.Generated;\n");
        foreach (var one in usings.Where(one => one.Length > 0).OrderBy(one => !one.StartsWith("System", StringComparison.Ordinal)).ThenBy(one => one.StartsWith("global::", StringComparison.Ordinal) ? "global" : one, StringComparer.OrdinalIgnoreCase))
        {
            code.Line($"using {one};");
        }

        code.Line();
        return code;
    }
}
