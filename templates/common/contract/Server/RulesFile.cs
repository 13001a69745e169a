namespace ContractCompiler.Server;

using System;
using System.Collections.Generic;
using System.Linq;
using ContractCompiler.Model;

/// <summary>Limits as rules of FluentValidation, which business rules inherit.</summary>
static class RulesFile
{
    private static readonly HashSet<Declaration> NoCircle = [];

    public static string Write(ContractModel model, FileContext file)
    {
        var code = new Code();
        var rules = new List<(string Type, string Summary, List<string> Lines)>();
        foreach (var operation in model.Operations)
        {
            if (Lines(operation) is { Count: > 0 } lines)
            {
                rules.Add((operation.RequestName, $"The limits of the parameters of {operation.Id}.", lines));
            }
        }

        foreach (var declaration in model.Declarations.OfType<ObjectDeclaration>().Where(declaration => declaration.InRequest))
        {
            rules.Add((declaration.Name, "", Lines(declaration)));
        }

        foreach (var union in model.Declarations.OfType<UnionDeclaration>().Where(union => union.InRequest))
        {
            Alternatives(code, union.Name, union.Cases.Select(one => (one.Name, one.Use)));
        }

        foreach (var body in model.Operations.Select(operation => operation.Body).OfType<Body>().Where(body => body.Name is not null))
        {
            Alternatives(code, body.Name!, body.Media.Where(media => RulesOf(media, body) is not null).Select(media => ($"Of{media.Name}", media.Use!)));
        }

        code.Separated(rules, rule =>
        {
            if (rule.Summary.Length > 0)
            {
                code.Summary(rule.Summary);
            }
            else
            {
                code.Line($"/// <summary>The limits of <see cref=\"{rule.Type}\"/>.</summary>");
            }

            code.Open($"public class {rule.Type}Rules : ContractValidator<{rule.Type}>");
            code.Line($"internal static readonly {rule.Type}Rules Instance = new();");
            if (rule.Lines.Count > 0)
            {
                code.Line();
                code.Summary("Rules of the business inherit these.");
                code.Open($"public {rule.Type}Rules()");
                rule.Lines.ForEach(code.Line);
                code.Close();
            }

            code.Close();
        });
        var text = code.ToString();
        var start = file.Start(
            "FluentValidation",
            ModelsFile.Uses(text, "Guid>", "DateOnly>", "DateTimeOffset>") ? "System" : "",
            ModelsFile.Uses(text, "IReadOnly") ? "System.Collections.Generic" : "",
            ModelsFile.Uses(text, "JsonElement") ? "System.Text.Json" : "",
            $"global::{file.Runtime}");
        if (model.Declarations.OfType<ObjectDeclaration>().Any(declaration => declaration.Members.Exists(member => member.Use.Type is ListType { Item.Nullable: true })))
        {
            // FluentValidation leaves out nulls, and its types do not say so.
            start.Line("#pragma warning disable CS8620, CS8631\n");
        }

        start.Line(text.TrimEnd('\n'));
        return start.ToString();
    }

    public static bool HasRules(Operation operation) => Lines(operation).Count > 0;

    /// <summary>The rules of an alternative of a union; null where it has no limits.</summary>
    public static string? RulesOf(Use use, string union, string name) =>
        use.Type is DeclaredType { Declaration: ObjectDeclaration declaration } ? IsLimited(declaration) ? $"{declaration.Name}Rules.Instance" : null
        : Chain(use, NoCircle).Length > 0 ? $"{union}Rules.{name}"
        : null;

    /// <summary>The rules of a body in one of several media types. An object has rules of its own, which the reader applies.</summary>
    public static string? RulesOf(Media media, Body body) =>
        media.Use is { Type: not DeclaredType } use && body.Name is not null ? RulesOf(use, body.Name, $"Of{media.Name}") : null;

    // Alternatives that are no objects have no rules of their own.
    private static void Alternatives(Code code, string union, IEnumerable<(string Name, Use Use)> alternatives)
    {
        var limited = alternatives.Where(one => one.Use.Type is not DeclaredType && Chain(one.Use, NoCircle).Length > 0).ToList();
        if (limited.Count == 0)
        {
            return;
        }

        code.Line($"/// <summary>The limits of the alternatives of <see cref=\"{union}\"/>.</summary>");
        code.Open($"public static class {union}Rules");
        foreach (var one in limited)
        {
            code.Line($"public static readonly ContractValidator<ContractItem<{CSharp.Type(one.Use)}>> {one.Name} = ContractLimits.Of<{CSharp.Type(one.Use)}>(value => value{Chain(one.Use, NoCircle)});");
        }

        code.Close();
        code.Line();
    }

    private static List<string> Lines(Operation operation)
    {
        var lines = new List<string>();
        foreach (var parameter in operation.Parameters)
        {
            Add(lines, $"request => request.{parameter.Name}", "", parameter.Use with { Nullable = false }, isOptional: !parameter.Required, NoCircle);
        }

        // An object has rules of its own, which the reader applies.
        if (operation.Body is { Name: null, Media: [{ Use: { Type: not DeclaredType } use }] } body)
        {
            Add(lines, "request => request.Body", ".OverridePropertyName(\"$\")", use, isOptional: !body.Required, NoCircle);
        }

        return lines;
    }

    private static List<string> Lines(ObjectDeclaration declaration)
    {
        var lines = new List<string>();
        foreach (var member in declaration.Members)
        {
            var path = $"value => value.{member.Name}{(CSharp.IsPatched(member, declaration) ? ".Value" : "")}";
            Add(lines, path, "", member.Use, CSharp.MemberType(member, declaration).EndsWith('?') || CSharp.IsPatched(member, declaration), declaration.Circle);
        }

        if (declaration.Others is { } others && others.Type is not AnyType && Chain(others, declaration.Circle) is { Length: > 0 } chain)
        {
            lines.Add($"RuleFor(value => value.{CSharp.OthersName(declaration)}).EachValue(item => item{chain});");
        }

        return lines;
    }

    // A rule on the value itself, and one on the objects in it.
    private static void Add(List<string> lines, string path, string name, Use use, bool isOptional, IReadOnlySet<Declaration> around)
    {
        var own = Limits(use);
        switch (use.Type)
        {
            case DeclaredType { Declaration: ObjectDeclaration declaration } when IsLimited(declaration):
                lines.Add($"RuleFor({path}{(isOptional ? "!" : "")}){own}{Validator(declaration, around)}{name};");
                break;
            default:
                if (Chain(use, around) is { Length: > 0 } chain)
                {
                    lines.Add($"RuleFor({path}){chain}{name};");
                }

                break;
        }
    }

    // All limits of a value, from their dot on.
    private static string Chain(Use use, IReadOnlySet<Declaration> around) => Limits(use) + use.Type switch
    {
        ListType { Item: { Type: DeclaredType { Declaration: ObjectDeclaration declaration } } item } when IsLimited(declaration) && !around.Contains(declaration) && Limits(item).Length == 0 =>
            $".Each({declaration.Name}Rules.Instance)",
        ListType list when Chain(list.Item, around) is { Length: > 0 } items => $".Each(item => item{items})",
        MapType map when Chain(map.Value, around) is { Length: > 0 } values => $".EachValue(item => item{values})",
        DeclaredType { Declaration: ObjectDeclaration declaration } when IsLimited(declaration) => Validator(declaration, around),
        _ => "",
    };

    // Rules that contain themselves are looked up when they are needed.
    private static string Validator(ObjectDeclaration declaration, IReadOnlySet<Declaration> around) =>
        around.Contains(declaration) ? $".SetValidator(static _ => {declaration.Name}Rules.Instance)" : $".SetValidator({declaration.Name}Rules.Instance)";

    private static string Limits(Use use)
    {
        var limits = use.Limits;
        var kind = (use.Type as ScalarType)?.Kind ?? Scalar.String;
        var calls = new List<string?>
        {
            limits.MinLength is { } shortest and > 0 ? $"MinLength({shortest})" : null,
            limits.MaxLength is { } longest ? $"MaxLength({longest})" : null,
            limits.Pattern is { } pattern ? $"Pattern(@\"{pattern.Replace("\"", "\"\"", StringComparison.Ordinal)}\")" : null,
            limits.Minimum is { } least && CSharp.Number(least, kind) is { } minimum ? $"{(limits.ExclusiveMinimum ? "Exclusive" : "")}Minimum({minimum})" : null,
            limits.Maximum is { } most && CSharp.Number(most, kind) is { } maximum ? $"{(limits.ExclusiveMaximum ? "Exclusive" : "")}Maximum({maximum})" : null,
            limits.MultipleOf is { } divisor && CSharp.Number(divisor, kind) is { } multiple ? $"MultipleOf({multiple})" : null,
            limits.MinItems is { } fewest and > 0 ? $"MinItems({fewest})" : null,
            limits.MaxItems is { } mostItems ? $"MaxItems({mostItems})" : null,
            limits.UniqueItems ? "UniqueItems()" : null,
            limits.MinProperties is { } fewestMembers and > 0 ? $"MinProperties({fewestMembers})" : null,
            limits.MaxProperties is { } mostMembers ? $"MaxProperties({mostMembers})" : null,
            limits.OneOf is { } values ? $"Values({string.Join(", ", values.Select(Code.Quote))})" : null,
        };
        return string.Concat(calls.OfType<string>().Select(call => $".{call}"));
    }

    private static bool IsLimited(ObjectDeclaration declaration) => IsLimited(declaration, []);

    private static bool IsLimited(Declaration declaration, HashSet<Declaration> seen) =>
        declaration is ObjectDeclaration one && seen.Add(one)
        && (one.Members.Exists(member => IsLimited(member.Use, seen)) || (one.Others is { } others && IsLimited(others, seen)));

    private static bool IsLimited(Use use, HashSet<Declaration> seen) => Limits(use).Length > 0 || use.Type switch
    {
        ListType list => IsLimited(list.Item, seen),
        MapType map => IsLimited(map.Value, seen),
        DeclaredType declared => IsLimited(declared.Declaration, seen),
        _ => false,
    };
}
