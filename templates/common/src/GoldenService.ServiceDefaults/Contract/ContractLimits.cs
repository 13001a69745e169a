namespace GoldenService.ServiceDefaults;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Text.Json;
using FluentValidation;

/// <summary>
/// The limits of OpenAPI 3.0 (JSON Schema) as rules. What is absent breaks none of them: whether a value must be there
/// is settled when the request is read.
/// </summary>
public static class ContractLimits
{
    /// <summary>At least so many characters, counted as Unicode code points.</summary>
    public static IRuleBuilderOptions<T, string?> MinLength<T>(this IRuleBuilder<T, string?> rule, int length) =>
        rule.Limit("minLength", $"must have at least {Count(length, "character")}", value => value is null || CodePoints(value) >= length);

    /// <summary>At most so many characters, counted as Unicode code points.</summary>
    public static IRuleBuilderOptions<T, string?> MaxLength<T>(this IRuleBuilder<T, string?> rule, int length) =>
        rule.Limit("maxLength", $"must have at most {Count(length, "character")}", value => value is null || value.Length <= length || CodePoints(value) <= length);

    /// <summary>The value, or a part of it where the pattern has no anchors, matches as ECMA-262 has it.</summary>
    /// <exception cref="ArgumentException">The pattern is none of ECMA-262.</exception>
    public static IRuleBuilderOptions<T, string?> Pattern<T>(this IRuleBuilder<T, string?> rule, string pattern)
    {
        var isMatch = Match(pattern);
        return rule.Limit("pattern", $"must match {pattern}", value => value is null || isMatch(value));
    }

    /// <summary>So much or more.</summary>
    public static IRuleBuilderOptions<T, TNumber> Minimum<T, TNumber>(this IRuleBuilder<T, TNumber> rule, TNumber limit)
        where TNumber : struct, INumber<TNumber> =>
        rule.Limit("minimum", Invariant($"must be {limit} or more"), value => value >= limit);

    /// <inheritdoc cref="Minimum{T, TNumber}(IRuleBuilder{T, TNumber}, TNumber)"/>
    public static IRuleBuilderOptions<T, TNumber?> Minimum<T, TNumber>(this IRuleBuilder<T, TNumber?> rule, TNumber limit)
        where TNumber : struct, INumber<TNumber> =>
        rule.Limit("minimum", Invariant($"must be {limit} or more"), value => value is null || value >= limit);

    /// <summary>So much or less.</summary>
    public static IRuleBuilderOptions<T, TNumber> Maximum<T, TNumber>(this IRuleBuilder<T, TNumber> rule, TNumber limit)
        where TNumber : struct, INumber<TNumber> =>
        rule.Limit("maximum", Invariant($"must be {limit} or less"), value => value <= limit);

    /// <inheritdoc cref="Maximum{T, TNumber}(IRuleBuilder{T, TNumber}, TNumber)"/>
    public static IRuleBuilderOptions<T, TNumber?> Maximum<T, TNumber>(this IRuleBuilder<T, TNumber?> rule, TNumber limit)
        where TNumber : struct, INumber<TNumber> =>
        rule.Limit("maximum", Invariant($"must be {limit} or less"), value => value is null || value <= limit);

    /// <summary>More than so much.</summary>
    public static IRuleBuilderOptions<T, TNumber> ExclusiveMinimum<T, TNumber>(this IRuleBuilder<T, TNumber> rule, TNumber limit)
        where TNumber : struct, INumber<TNumber> =>
        rule.Limit("exclusiveMinimum", Invariant($"must be more than {limit}"), value => value > limit);

    /// <inheritdoc cref="ExclusiveMinimum{T, TNumber}(IRuleBuilder{T, TNumber}, TNumber)"/>
    public static IRuleBuilderOptions<T, TNumber?> ExclusiveMinimum<T, TNumber>(this IRuleBuilder<T, TNumber?> rule, TNumber limit)
        where TNumber : struct, INumber<TNumber> =>
        rule.Limit("exclusiveMinimum", Invariant($"must be more than {limit}"), value => value is null || value > limit);

    /// <summary>Less than so much.</summary>
    public static IRuleBuilderOptions<T, TNumber> ExclusiveMaximum<T, TNumber>(this IRuleBuilder<T, TNumber> rule, TNumber limit)
        where TNumber : struct, INumber<TNumber> =>
        rule.Limit("exclusiveMaximum", Invariant($"must be less than {limit}"), value => value < limit);

    /// <inheritdoc cref="ExclusiveMaximum{T, TNumber}(IRuleBuilder{T, TNumber}, TNumber)"/>
    public static IRuleBuilderOptions<T, TNumber?> ExclusiveMaximum<T, TNumber>(this IRuleBuilder<T, TNumber?> rule, TNumber limit)
        where TNumber : struct, INumber<TNumber> =>
        rule.Limit("exclusiveMaximum", Invariant($"must be less than {limit}"), value => value is null || value < limit);

    /// <summary>A whole number of times the divisor, as the decimal numbers are written: 0.3 is three times 0.1.</summary>
    public static IRuleBuilderOptions<T, TNumber> MultipleOf<T, TNumber>(this IRuleBuilder<T, TNumber> rule, TNumber divisor)
        where TNumber : struct, INumber<TNumber> =>
        rule.Limit("multipleOf", Invariant($"must be a multiple of {divisor}"), value => IsMultiple(value, divisor));

    /// <inheritdoc cref="MultipleOf{T, TNumber}(IRuleBuilder{T, TNumber}, TNumber)"/>
    public static IRuleBuilderOptions<T, TNumber?> MultipleOf<T, TNumber>(this IRuleBuilder<T, TNumber?> rule, TNumber divisor)
        where TNumber : struct, INumber<TNumber> =>
        rule.Limit("multipleOf", Invariant($"must be a multiple of {divisor}"), value => value is null || IsMultiple(value.Value, divisor));

    /// <summary>One of some values, each written as JSON.</summary>
    public static IRuleBuilderOptions<T, TValue> Values<T, TValue>(this IRuleBuilder<T, TValue> rule, params string[] json)
    {
        var values = json.Select(value => JsonElement.Parse(value)).ToList();
        return rule.Limit("enum", $"must be one of {string.Join(", ", json)}", value => value is null || values.Exists(allowed => JsonElement.DeepEquals(allowed, JsonSerializer.SerializeToElement(value))));
    }

    /// <summary>At least so many items.</summary>
    public static IRuleBuilderOptions<T, IReadOnlyList<TItem>?> MinItems<T, TItem>(this IRuleBuilder<T, IReadOnlyList<TItem>?> rule, int count) =>
        rule.Limit("minItems", $"must have at least {Count(count, "item")}", value => value is null || value.Count >= count);

    /// <summary>At most so many items.</summary>
    public static IRuleBuilderOptions<T, IReadOnlyList<TItem>?> MaxItems<T, TItem>(this IRuleBuilder<T, IReadOnlyList<TItem>?> rule, int count) =>
        rule.Limit("maxItems", $"must have at most {Count(count, "item")}", value => value is null || value.Count <= count);

    /// <summary>No item twice.</summary>
    public static IRuleBuilderOptions<T, IReadOnlyList<TItem>?> UniqueItems<T, TItem>(this IRuleBuilder<T, IReadOnlyList<TItem>?> rule) =>
        rule.Limit("uniqueItems", "must not have an item twice", value => value is null || value.Count < 2 || value.Cast<object?>().Distinct(ContentComparer.Instance).Count() == value.Count);

    /// <summary>At least so many members.</summary>
    public static IRuleBuilderOptions<T, IReadOnlyDictionary<string, TValue>?> MinProperties<T, TValue>(this IRuleBuilder<T, IReadOnlyDictionary<string, TValue>?> rule, int count) =>
        rule.Limit("minProperties", $"must have at least {Count(count, "member")}", value => value is null || value.Count >= count);

    /// <summary>At most so many members.</summary>
    public static IRuleBuilderOptions<T, IReadOnlyDictionary<string, TValue>?> MaxProperties<T, TValue>(this IRuleBuilder<T, IReadOnlyDictionary<string, TValue>?> rule, int count) =>
        rule.Limit("maxProperties", $"must have at most {Count(count, "member")}", value => value is null || value.Count <= count);

    /// <summary>The limits of a value that is no object: an alternative of a union.</summary>
    public static ContractValidator<ContractItem<TValue>> Of<TValue>(Action<IRuleBuilder<ContractItem<TValue>, TValue>> limits) => new ItemRules<TValue>(limits);

    /// <summary>Limits of each item.</summary>
    public static IRuleBuilderOptions<T, IReadOnlyList<TItem>?> Each<T, TItem>(this IRuleBuilder<T, IReadOnlyList<TItem>?> rule, Action<IRuleBuilder<ContractItem<TItem>, TItem>> limits) =>
        rule.SetValidator(new EachValidator<T, IReadOnlyList<TItem>?, TItem>(limits, static list => list!.Select((item, index) => ($"[{index}]", item))));

    /// <summary>Limits of each item, where its type has some.</summary>
    public static IRuleBuilderOptions<T, IReadOnlyList<TItem>?> Each<T, TItem>(this IRuleBuilder<T, IReadOnlyList<TItem>?> rule, ContractValidator<TItem> limits) =>
        rule.SetValidator(new ItemsValidator<T, TItem>(limits));

    /// <summary>Limits of the value of each member.</summary>
    public static IRuleBuilderOptions<T, IReadOnlyDictionary<string, TValue>?> EachValue<T, TValue>(this IRuleBuilder<T, IReadOnlyDictionary<string, TValue>?> rule, Action<IRuleBuilder<ContractItem<TValue>, TValue>> limits) =>
        rule.SetValidator(new EachValidator<T, IReadOnlyDictionary<string, TValue>?, TValue>(limits, static map => map!.Select(member => ($".{InputPath.Clip(member.Key)}", member.Value))));

    /// <summary>Names a rule, and says what a value that keeps it is like.</summary>
    public static IRuleBuilderOptions<T, TProperty> As<T, TProperty>(this IRuleBuilderOptions<T, TProperty> rule, string name, string message) =>
        rule.WithErrorCode(name).WithMessage(_ => message);

    private static IRuleBuilderOptions<T, TProperty> Limit<T, TProperty>(this IRuleBuilder<T, TProperty> rule, string name, string message, Func<TProperty, bool> isKept) =>
        rule.SetValidator(new LimitValidator<T, TProperty>(name, message, isKept));

    private static bool IsMultiple<TNumber>(TNumber value, TNumber divisor)
        where TNumber : struct, INumber<TNumber> => (value, divisor) switch
        {
            (double number, double by) => ExactNumber.Of(number).IsMultipleOf(ExactNumber.Of(by)),
            (float number, float by) => ExactNumber.Of(number).IsMultipleOf(ExactNumber.Of(by)),
            _ => TNumber.IsZero(value % divisor),
        };

    /// <summary>A pattern of ECMA-262. One that backtracks has a time for all its matches in a request.</summary>
    internal static Func<string, bool> Match(string pattern)
    {
        var isMatch = ContractPattern.Compile(pattern, out var isLinear);
        return isLinear ? isMatch : value => CheckBudget.IsMatch(isMatch, value);
    }

    internal static int CodePoints(string value)
    {
        var count = value.Length;
        foreach (var character in value)
        {
            count -= char.IsLowSurrogate(character) ? 1 : 0;
        }

        return count;
    }

    private static string Count(int count, string noun) => Invariant($"{count} {noun}{(count == 1 ? "" : "s")}");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
