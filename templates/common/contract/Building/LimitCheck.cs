namespace ContractCompiler.Building;

using System;
using System.Globalization;
using System.Linq;
using ContractCompiler.Model;
using ContractCompiler.Reading;

/// <summary>Limits that no value keeps, patterns that cannot be checked, and defaults that break the limits beside them.</summary>
sealed class LimitCheck(Findings findings, Patterns patterns)
{
    private const string NoForm = "has no form in code";

    /// <summary>The use, with limits as its type needs them and without a default that it cannot have.</summary>
    public Use Checked(Use use, Node schema)
    {
        use = use with { Limits = use.Type is ScalarType { Kind: Scalar.Int32 or Scalar.Int64 } ? Whole(use.Limits) : use.Limits };
        var limits = use.Limits;
        Order(schema, "Length", limits.MinLength, limits.MaxLength);
        Order(schema, "Items", limits.MinItems, limits.MaxItems);
        Order(schema, "Properties", limits.MinProperties, limits.MaxProperties);
        if (FlatSchema.Number(limits.Minimum) is { } least && FlatSchema.Number(limits.Maximum) is { } most && (least > most || (least == most && (limits.ExclusiveMinimum || limits.ExclusiveMaximum))))
        {
            findings.Error(At(schema, "maximum"), "limits", $"no number is both {(limits.ExclusiveMinimum ? "more than" : "at least")} {limits.Minimum} and {(limits.ExclusiveMaximum ? "less than" : "at most")} {limits.Maximum}");
        }

        if (FlatSchema.Number(limits.MultipleOf) <= 0)
        {
            findings.Error(At(schema, "multipleOf"), "limits", $"'multipleOf' must be more than 0, not {limits.MultipleOf}");
        }

        var matches = limits.Pattern is { } pattern ? patterns.Compile(pattern, At(schema, "pattern")) : null;
        if (matches is null && limits.Pattern is not null)
        {
            use = use with { Limits = limits with { Pattern = null } };
        }

        if (use.Default is { } value && Fault(value, use, matches) is { } fault)
        {
            findings.Warning(At(schema, "default"), "defaults", $"the default '{value.Text}' {fault}, so there is none: an absent value stays absent");
            use = use with { Default = null };
        }

        return use;
    }

    // A whole number above 1.5 is at least 2.
    private static Limits Whole(Limits limits)
    {
        if (FlatSchema.Number(limits.Minimum) is { } least && decimal.Truncate(least) != least)
        {
            limits = limits with { Minimum = decimal.Ceiling(least).ToString(CultureInfo.InvariantCulture), ExclusiveMinimum = false };
        }

        return FlatSchema.Number(limits.Maximum) is { } most && decimal.Truncate(most) != most
            ? limits with { Maximum = decimal.Floor(most).ToString(CultureInfo.InvariantCulture), ExclusiveMaximum = false }
            : limits;
    }

    private void Order(Node schema, string what, int? least, int? most)
    {
        if (least > most)
        {
            findings.Error(At(schema, $"max{what}"), "limits", $"'max{what}' ({most}) is less than 'min{what}' ({least})");
        }
    }

    private static string? Fault(Literal value, Use use, Func<string, bool>? matches)
    {
        var limits = use.Limits;
        switch (use.Type)
        {
            case ScalarType { Kind: Scalar.String }:
                var length = value.Text.Length - value.Text.Count(char.IsLowSurrogate);
                return !value.IsString ? "is no string"
                    : length < limits.MinLength ? $"is shorter than {limits.MinLength}"
                    : length > limits.MaxLength ? $"is longer than {limits.MaxLength}"
                    : matches?.Invoke(value.Text) == false ? $"does not match {limits.Pattern}"
                    : null;
            case ScalarType { Kind: Scalar.Boolean }:
                return value.IsString || value.Text is not ("true" or "false") ? "is neither true nor false" : null;
            case ScalarType { Kind: Scalar.Int32 or Scalar.Int64 or Scalar.Single or Scalar.Double or Scalar.Decimal }:
                return value.IsString || FlatSchema.Number(value.Text) is not { } number ? "is no number"
                    : number < FlatSchema.Number(limits.Minimum) || (limits.ExclusiveMinimum && number == FlatSchema.Number(limits.Minimum)) ? $"is below the minimum"
                    : number > FlatSchema.Number(limits.Maximum) || (limits.ExclusiveMaximum && number == FlatSchema.Number(limits.Maximum)) ? $"is above the maximum"
                    : FlatSchema.Number(limits.MultipleOf) is { } divisor and > 0 && number % divisor != 0 ? $"is no multiple of {limits.MultipleOf}"
                    : use.Type is ScalarType { Kind: Scalar.Int32 or Scalar.Int64 } && decimal.Truncate(number) != number ? "is no integer"
                    : null;
            case DeclaredType { Declaration: EnumDeclaration declaration }:
                return declaration.Values.Exists(one => one.Value == value.Text) ? null : "is none of the values";
            case ListType:
                return value.IsString || !value.Text.StartsWith('[') ? "is no list" : value.Text != "[]" ? NoForm : limits.MinItems > 0 ? "has too few items" : null;
            default:
                return NoForm;
        }
    }

    private static Position At(Node schema, string key) => schema[key]?.At ?? schema.At;
}
