namespace ContractCompiler.Server;

using System;
using System.Collections.Generic;
using System.Linq;
using ContractCompiler.Model;

/// <summary>Records, enumerations and unions: the types of a contract, the same in the server and in its C# client.</summary>
static class ModelsFile
{
    public static string Write(IReadOnlyList<Declaration> declarations, FileContext file)
    {
        if (declarations.Count == 0)
        {
            return file.Start().ToString().TrimEnd('\n') + "\n";
        }

        var types = Declarations(declarations, use => $"ContractJson.Default.{CSharp.JsonName(use)}");
        var code = file.Start(
            Uses(types, "Guid", "DateOnly", "DateTimeOffset", "Type typeToConvert") ? "System" : "",
            Uses(types, "IReadOnlyList<", "IReadOnlyDictionary<", "IDictionary<") ? "System.Collections.Generic" : "",
            Uses(types, "JsonElement", "Utf8JsonWriter") ? "System.Text.Json" : "",
            "System.Text.Json.Serialization",
            Uses(types, "Optional<", "Upload", "OtherMembers.", "UnionConverter<") ? $"global::{file.Runtime}" : "");
        code.Line(types.TrimEnd('\n'));
        return code.ToString();
    }

    /// <param name="declarations">The types.</param>
    /// <param name="json">What has the metadata of the serialization of a type.</param>
    public static string Declarations(IReadOnlyList<Declaration> declarations, Func<Use, string> json)
    {
        var code = new Code();
        code.Separated(declarations, declaration =>
        {
            code.Summary(declaration.Description);
            code.Remarks(declaration.Deprecated ? "Deprecated." : null);
            switch (declaration)
            {
                case ObjectDeclaration one:
                    Object(code, one, json);
                    break;
                case EnumDeclaration one:
                    Enumeration(code, one);
                    break;
                case UnionDeclaration one:
                    Union(code, one);
                    break;
            }
        });
        foreach (var union in declarations.OfType<UnionDeclaration>())
        {
            code.Line();
            Converter(code, union, json);
        }

        foreach (var enumeration in declarations.OfType<EnumDeclaration>().Where(HasConverter))
        {
            code.Line();
            Converter(code, enumeration);
        }

        return code.ToString();
    }

    /// <summary>Whether code has one of these texts.</summary>
    public static bool Uses(string code, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (code.Contains(name, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static void Object(Code code, ObjectDeclaration declaration, Func<Use, string> json)
    {
        if (declaration.Members.Count == 0 && declaration.Others is null)
        {
            code.Line($"public sealed record {declaration.Name};");
            return;
        }

        code.Open($"public sealed record {declaration.Name}");
        code.Separated(declaration.Members, member => Property(code, member, declaration));
        if (declaration.Others is { } others)
        {
            if (declaration.Members.Count > 0)
            {
                code.Line();
            }

            Others(code, CSharp.OthersName(declaration), others, json);
        }

        code.Close();
    }

    private static void Property(Code code, Member member, ObjectDeclaration declaration)
    {
        var initial = CSharp.InitialValue(member);
        var isRequired = CSharp.IsRequired(member, declaration);
        code.Summary(member.Use.Description);
        code.Remarks(member.Use.Deprecated ? "Deprecated." : null);
        code.Line($"[JsonPropertyName({Code.Quote(member.Json)})]");
        if (!isRequired && initial is null)
        {
            code.Line($"[JsonIgnore(Condition = JsonIgnoreCondition.{(CSharp.IsPatched(member, declaration) ? "WhenWritingDefault" : "WhenWritingNull")})]");
        }

        code.Line($"public {(isRequired ? "required " : "")}{CSharp.MemberType(member, declaration)} {member.Name} {{ get; init; }}{(initial is null ? "" : $" = {initial};")}");
    }

    // The serializer takes members of other names as JSON only.
    private static void Others(Code code, string name, Use others, Func<Use, string> json)
    {
        code.Summary("Members of other names.");
        if (others.Type is AnyType)
        {
            code.Line($"[JsonExtensionData]\npublic IDictionary<string, JsonElement>? {name} {{ get; set; }}");
            return;
        }

        var type = CSharp.Type(others);
        // The serializer fills the dictionary after it is set, so the JSON is what is kept.
        var metadata = json(others);
        code.Open($"[JsonIgnore]\npublic IReadOnlyDictionary<string, {type}> {name}");
        code.Line($"get => OtherMembers.Read({name}AsJson, {metadata});");
        code.Line($"init => {name}AsJson = OtherMembers.Write(value, {metadata});");
        code.Close();
        code.Line($"\n[JsonInclude]\n[JsonExtensionData]\ninternal IDictionary<string, JsonElement>? {name}AsJson {{ get; set; }}");
    }

    private static void Enumeration(Code code, EnumDeclaration declaration)
    {
        if (!declaration.IsInteger)
        {
            code.Line($"[JsonConverter(typeof({(HasConverter(declaration) ? $"{declaration.Name}Converter" : $"JsonStringEnumConverter<{declaration.Name}>")}))]");
        }

        var isLong = declaration.IsInteger && declaration.Values.Exists(value => !int.TryParse(value.Value, out _));
        code.Open($"public enum {declaration.Name}{(isLong ? " : long" : "")}");
        if (declaration.IsInteger)
        {
            foreach (var (name, value) in declaration.Values)
            {
                code.Line($"{name} = {value},");
            }
        }
        else
        {
            code.Separated(declaration.Values, value => code.Line($"{(HasConverter(declaration) ? "" : $"[JsonStringEnumMemberName({Code.Quote(value.Value)})]\n")}{value.Name},"));
        }

        code.Close();
    }

    // System.Text.Json takes no name that is empty, or that begins or ends with white space.
    private static bool HasConverter(EnumDeclaration declaration) => !declaration.IsInteger && declaration.Values.Exists(value => value.Value.Length == 0 || value.Value.Trim() != value.Value);

    private static void Converter(Code code, EnumDeclaration declaration)
    {
        code.Summary($"Reads and writes {declaration.Name}, which has names that JsonStringEnumConverter does not take.");
        code.Open($"internal sealed class {declaration.Name}Converter : JsonConverter<{declaration.Name}>");
        code.Open($"public override {declaration.Name} Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString() switch");
        declaration.Values.ForEach(value => code.Line($"{Code.Quote(value.Value)} => {declaration.Name}.{value.Name},"));
        code.Line($"var other => throw new JsonException($\"'{{other}}' is no {declaration.Name}.\"),");
        code.Close(";");
        code.Line();
        code.Open($"public override void Write(Utf8JsonWriter writer, {declaration.Name} value, JsonSerializerOptions options) => writer.WriteStringValue(value switch");
        declaration.Values.ForEach(value => code.Line($"{declaration.Name}.{value.Name} => {Code.Quote(value.Value)},"));
        code.Line($"_ => throw new JsonException($\"{{value}} is no {declaration.Name}.\"),");
        code.Close(");");
        code.Close();
    }

    private static void Union(Code code, UnionDeclaration union)
    {
        code.Open($"[JsonConverter(typeof({union.Name}Converter))]\npublic abstract record {union.Name}");
        code.Line($"private {union.Name}()\n{{\n}}");
        foreach (var one in union.Cases)
        {
            code.Line($"\npublic sealed record {one.Name}({CSharp.Type(one.Use)} Value) : {union.Name};");
        }

        if (union.Newer is not null)
        {
            code.Line();
            code.Summary("An alternative that this client does not know: the service is newer.");
            code.Line($"public sealed record {union.Newer}(JsonElement Value) : {union.Name};");
        }

        // C# has no conversion from an interface.
        foreach (var one in union.Cases.Where(one => one.Use.Type is not (ListType or MapType)))
        {
            code.Line($"\npublic static implicit operator {union.Name}({CSharp.Type(one.Use)} value) => new {one.Name}(value);");
        }

        code.Close();
    }

    private static void Converter(Code code, UnionDeclaration union, Func<Use, string> json)
    {
        code.Summary($"Reads and writes {union.Name} as one of its alternatives.");
        code.Open($"internal sealed class {union.Name}Converter : UnionConverter<{union.Name}>");
        string New(Case one) => $"new {union.Name}.{one.Name}(From(json, {json(one.Use)}))";
        if (union.Discriminator is { } discriminator)
        {
            code.Open($"protected override {union.Name} Read(JsonElement json) => Discriminator(json, {Code.Quote(discriminator)}) switch");
            var known = new HashSet<string>(StringComparer.Ordinal);
            foreach (var one in union.Cases)
            {
                var values = one.Values.Where(known.Add).Select(Code.Quote).ToList();
                if (values.Count > 0)
                {
                    code.Line($"{string.Join(" or ", values)} => {New(one)},");
                }
            }

            if (union.Newer is not null && known.Add(""))
            {
                code.Line("\"\" => throw Unknown(json),");
            }

            code.Line(union.Newer is null ? "_ => throw Unknown(json)," : $"_ => new {union.Name}.{union.Newer}(json),");
            code.Close(";");
        }
        else
        {
            code.Line($"protected override {union.Name} Read(JsonElement json) => FirstOf(\n    json{string.Concat(union.Cases.Select(one => $",\n    static json => {New(one)}"))});");
        }

        code.Line();
        code.Open($"public override void Write(Utf8JsonWriter writer, {union.Name} value, JsonSerializerOptions options)");
        code.Open("switch (value)");
        foreach (var one in union.Cases)
        {
            code.Line($"case {union.Name}.{one.Name} of:\n    JsonSerializer.Serialize(writer, of.Value, {json(one.Use)});\n    break;");
        }

        if (union.Newer is not null)
        {
            code.Line($"case {union.Name}.{union.Newer} of:\n    of.Value.WriteTo(writer);\n    break;");
        }

        code.Close();
        code.Close();
        code.Close();
    }
}
