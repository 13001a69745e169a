namespace GoldenService.ServiceDefaults;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Text.RegularExpressions;
using FluentValidation;

/// <summary>
/// The limits of OpenAPI 3.0 (JSON Schema) as rules. What is absent breaks none of them: whether a value must be there
/// is settled when the request is read.
/// </summary>
public static class ContractLimits
{
    /// <summary>At least so many characters, counted as Unicode code points.</summary>
    public static IRuleBuilderOptions<T, string?> MinLength<T>(this IRuleBuilder<T, string?> rule, int length) =>
        rule.Must(value => value is null || CodePoints(value) >= length).As("minLength", $"must have at least {length} character{(length == 1 ? "" : "s")}");

    /// <summary>At most so many characters, counted as Unicode code points.</summary>
    public static IRuleBuilderOptions<T, string?> MaxLength<T>(this IRuleBuilder<T, string?> rule, int length) =>
        rule.Must(value => value is null || CodePoints(value) <= length).As("maxLength", $"must have at most {length} character{(length == 1 ? "" : "s")}");

    /// <summary>The whole value matches, in time linear in its length.</summary>
    public static IRuleBuilderOptions<T, string?> Pattern<T>(this IRuleBuilder<T, string?> rule, string pattern)
    {
        // In .NET, $ matches before a newline at the end; \z does not.
        var regex = new Regex($@"\A(?:{pattern[1..^1]})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        return rule.Must(value => value is null || regex.IsMatch(value)).As("pattern", $"must match {pattern}");
    }

    /// <summary>So much or more.</summary>
    public static IRuleBuilderOptions<T, TNumber> Minimum<T, TNumber>(this IRuleBuilder<T, TNumber> rule, TNumber limit)
        where TNumber : struct, INumber<TNumber> =>
        rule.Must(value => value >= limit).As("minimum", $"must be {limit} or more");

    /// <inheritdoc cref="Minimum{T, TNumber}(IRuleBuilder{T, TNumber}, TNumber)"/>
    public static IRuleBuilderOptions<T, TNumber?> Minimum<T, TNumber>(this IRuleBuilder<T, TNumber?> rule, TNumber limit)
        where TNumber : struct, INumber<TNumber> =>
        rule.Must(value => value is null || value >= limit).As("minimum", $"must be {limit} or more");

    /// <summary>So much or less.</summary>
    public static IRuleBuilderOptions<T, TNumber> Maximum<T, TNumber>(this IRuleBuilder<T, TNumber> rule, TNumber limit)
        where TNumber : struct, INumber<TNumber> =>
        rule.Must(value => value <= limit).As("maximum", $"must be {limit} or less");

    /// <inheritdoc cref="Maximum{T, TNumber}(IRuleBuilder{T, TNumber}, TNumber)"/>
    public static IRuleBuilderOptions<T, TNumber?> Maximum<T, TNumber>(this IRuleBuilder<T, TNumber?> rule, TNumber limit)
        where TNumber : struct, INumber<TNumber> =>
        rule.Must(value => value is null || value <= limit).As("maximum", $"must be {limit} or less");

    /// <summary>More than so much.</summary>
    public static IRuleBuilderOptions<T, TNumber> ExclusiveMinimum<T, TNumber>(this IRuleBuilder<T, TNumber> rule, TNumber limit)
        where TNumber : struct, INumber<TNumber> =>
        rule.Must(value => value > limit).As("exclusiveMinimum", $"must be more than {limit}");

    /// <inheritdoc cref="ExclusiveMinimum{T, TNumber}(IRuleBuilder{T, TNumber}, TNumber)"/>
    public static IRuleBuilderOptions<T, TNumber?> ExclusiveMinimum<T, TNumber>(this IRuleBuilder<T, TNumber?> rule, TNumber limit)
        where TNumber : struct, INumber<TNumber> =>
        rule.Must(value => value is null || value > limit).As("exclusiveMinimum", $"must be more than {limit}");

    /// <summary>Less than so much.</summary>
    public static IRuleBuilderOptions<T, TNumber> ExclusiveMaximum<T, TNumber>(this IRuleBuilder<T, TNumber> rule, TNumber limit)
        where TNumber : struct, INumber<TNumber> =>
        rule.Must(value => value < limit).As("exclusiveMaximum", $"must be less than {limit}");

    /// <inheritdoc cref="ExclusiveMaximum{T, TNumber}(IRuleBuilder{T, TNumber}, TNumber)"/>
    public static IRuleBuilderOptions<T, TNumber?> ExclusiveMaximum<T, TNumber>(this IRuleBuilder<T, TNumber?> rule, TNumber limit)
        where TNumber : struct, INumber<TNumber> =>
        rule.Must(value => value is null || value < limit).As("exclusiveMaximum", $"must be less than {limit}");

    /// <summary>A whole number of times the divisor.</summary>
    public static IRuleBuilderOptions<T, TNumber> MultipleOf<T, TNumber>(this IRuleBuilder<T, TNumber> rule, TNumber divisor)
        where TNumber : struct, INumber<TNumber> =>
        rule.Must(value => TNumber.IsZero(value % divisor)).As("multipleOf", $"must be a multiple of {divisor}");

    /// <inheritdoc cref="MultipleOf{T, TNumber}(IRuleBuilder{T, TNumber}, TNumber)"/>
    public static IRuleBuilderOptions<T, TNumber?> MultipleOf<T, TNumber>(this IRuleBuilder<T, TNumber?> rule, TNumber divisor)
        where TNumber : struct, INumber<TNumber> =>
        rule.Must(value => value is null || TNumber.IsZero(value.Value % divisor)).As("multipleOf", $"must be a multiple of {divisor}");

    /// <summary>At least so many items.</summary>
    public static IRuleBuilderOptions<T, IReadOnlyList<TItem>?> MinItems<T, TItem>(this IRuleBuilder<T, IReadOnlyList<TItem>?> rule, int count) =>
        rule.Must(value => value is null || value.Count >= count).As("minItems", $"must have at least {count} item{(count == 1 ? "" : "s")}");

    /// <summary>At most so many items.</summary>
    public static IRuleBuilderOptions<T, IReadOnlyList<TItem>?> MaxItems<T, TItem>(this IRuleBuilder<T, IReadOnlyList<TItem>?> rule, int count) =>
        rule.Must(value => value is null || value.Count <= count).As("maxItems", $"must have at most {count} item{(count == 1 ? "" : "s")}");

    /// <summary>No item twice.</summary>
    public static IRuleBuilderOptions<T, IReadOnlyList<TItem>?> UniqueItems<T, TItem>(this IRuleBuilder<T, IReadOnlyList<TItem>?> rule) =>
        rule.Must(value => value is null || value.Distinct().Count() == value.Count).As("uniqueItems", "must not have an item twice");

    /// <summary>Names a rule, and says what a value that keeps it is like.</summary>
    public static IRuleBuilderOptions<T, TProperty> As<T, TProperty>(this IRuleBuilderOptions<T, TProperty> rule, string name, string message) =>
        rule.WithErrorCode(name).WithMessage(_ => message);

    private static int CodePoints(string value) => value.Length - value.Count(char.IsLowSurrogate);
}
