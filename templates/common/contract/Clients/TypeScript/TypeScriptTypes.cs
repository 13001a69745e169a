namespace ContractCompiler.Clients;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using ContractCompiler.Model;

/// <summary>The types of a contract in TypeScript.</summary>
static partial class TypeScriptTypes
{
    public static string Write(ContractModel model)
    {
        var code = new Code();
        code.Separated(model.Declarations, declaration => Write(code, declaration));
        return code.ToString();
    }

    /// <summary>A body with several media types: one of them with what it holds.</summary>
    public static void WriteBody(Code code, Operation operation)
    {
        Comment(code, operation.Body!.Description, isDeprecated: false);
        var forms = operation.Body.Media.Select(media => $"{{ type: {Code.Quote(Calls.ContentType(media))}; body: {Type(media)} }}");
        code.Line($"export type {operation.Body.Name} = {string.Join(" | ", forms)};");
    }

    public static string Type(Media media) => media switch
    {
        { Use: { } use } => Type(use),
        { Kind: MediaKind.Json } => "unknown",
        { Kind: MediaKind.Text } => "string",
        { Kind: MediaKind.Events } => "ReadableStream<Uint8Array>",
        _ => "Blob",
    };

    public static string Type(Use use)
    {
        var type = use switch
        {
            { Const: { } value } => value.IsString ? Code.Quote(value.Text) : value.Text,
            { Limits.OneOf: { } values, Type: ScalarType } => OneOf(values),
            { Type: ScalarType scalar } => scalar.Kind switch
            {
                Scalar.Boolean => "boolean",
                Scalar.Int32 or Scalar.Int64 or Scalar.Single or Scalar.Double or Scalar.Decimal => "number",
                Scalar.File => "Blob",
                _ => "string",
            },
            { Type: ListType list } => Type(list.Item) is var item && item.Contains(" | ", StringComparison.Ordinal) ? $"({item})[]" : $"{item}[]",
            { Type: MapType map } => $"{{ [key: string]: {Type(map.Value)}; }}",
            { Type: DeclaredType declared } => declared.Declaration.Name,
            _ => "unknown",
        };
        return use.Nullable && type is not ("unknown" or "null") ? $"{type} | null" : type;
    }

    /// <summary>A name of a member, in quotes where it is no identifier.</summary>
    public static string Key(string name) => Identifier().IsMatch(name) ? name : Code.Quote(name);

    /// <summary>A text that does not end its comment.</summary>
    public static string InComment(string text) => Code.OneLine(text).Replace("*/", "* /", StringComparison.Ordinal);

    private static void Write(Code code, Declaration declaration)
    {
        Comment(code, declaration.Description, declaration.Deprecated);
        switch (declaration)
        {
            case EnumDeclaration enumeration:
                code.Line($"export type {enumeration.Name} = {OneOf(enumeration.Values.Select(value => enumeration.IsInteger ? value.Value : Code.Quote(value.Value)))};");
                break;
            case UnionDeclaration union:
                code.Line($"export type {union.Name} = {OneOf(union.Cases.Select(item => Case(union, item)))};");
                break;
            case ObjectDeclaration record:
                code.Line($"export interface {record.Name} {{");
                foreach (var member in record.Members)
                {
                    Comment(code, member.Use.Description, member.Use.Deprecated, "    ");
                    code.Line($"    {Key(member.Json)}{(member.Required ? "" : "?")}: {Type(member.Use)}{(member.Required ? "" : " | undefined")};");
                }

                if (record.Others is { } others)
                {
                    // The members above need to fit, too.
                    code.Line($"    [key: string]: {(record.Members.Count == 0 ? Type(others) : "unknown")};");
                }

                code.Line("}");
                break;
        }
    }

    private static string Case(UnionDeclaration union, Case item) => union.Discriminator is { } discriminator && item.Values.Count > 0
        ? $"({Type(item.Use)} & {{ {Key(discriminator)}: {string.Join(" | ", item.Values.Select(Code.Quote))} }})"
        : Type(item.Use);

    private static string OneOf(IEnumerable<string> types) => types.Distinct().ToList() is { Count: > 0 } some ? string.Join(" | ", some) : "never";

    private static void Comment(Code code, string? description, bool isDeprecated, string indentation = "")
    {
        var text = string.IsNullOrWhiteSpace(description) ? null : InComment(description);
        if (isDeprecated)
        {
            code.Line(text is null ? $"{indentation}/** @deprecated */" : $"{indentation}/**\n{indentation} * {text}\n{indentation} *\n{indentation} * @deprecated\n{indentation} */");
        }
        else if (text is not null)
        {
            code.Line($"{indentation}/** {text} */");
        }
    }

    [GeneratedRegex(@"^[A-Za-z_$][A-Za-z0-9_$]*$")]
    private static partial Regex Identifier();
}
