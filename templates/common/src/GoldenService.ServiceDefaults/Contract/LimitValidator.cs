namespace GoldenService.ServiceDefaults;

using System;
using System.Collections.Generic;
using FluentValidation;
using FluentValidation.Results;
using FluentValidation.Validators;

/// <summary>A limit of the contract. It reports no more failures than a response lists.</summary>
internal sealed class LimitValidator<T, TProperty>(string name, string message, Func<TProperty, bool> isKept) : PropertyValidator<T, TProperty>
{
    public override string Name => name;

    public override bool IsValid(ValidationContext<T> context, TProperty value)
    {
        if (!CheckBudget.IsLeft || isKept(value))
        {
            return true;
        }

        CheckBudget.Fail();
        return false;
    }

    protected override string GetDefaultMessageTemplate(string errorCode) => message;
}

/// <summary>An item of a list, or the value of a member of a map.</summary>
public readonly record struct ContractItem<T>(T Value);

/// <summary>Limits of each part of a value, whose names follow that of the whole.</summary>
internal sealed class EachValidator<T, TWhole, TItem>(
    Action<IRuleBuilder<ContractItem<TItem>, TItem>> limits,
    Func<TWhole, IEnumerable<(string Name, TItem Value)>> split) : PropertyValidator<T, TWhole>
{
    private readonly ItemRules<TItem> rules = new(limits);

    public override string Name => "each";

    public override bool IsValid(ValidationContext<T> context, TWhole value)
    {
        if (value is null)
        {
            return true;
        }

        foreach (var (name, item) in split(value))
        {
            if (!CheckBudget.IsLeft)
            {
                break;
            }

            foreach (var failure in rules.Validate(new ValidationContext<ContractItem<TItem>>(new(item))).Errors)
            {
                context.AddFailure(new ValidationFailure($"{context.PropertyPath}{name}{(failure.PropertyName is "" or ['[' or '.', ..] ? "" : ".")}{failure.PropertyName}", failure.ErrorMessage) { ErrorCode = failure.ErrorCode });
            }
        }

        return true;
    }
}

/// <summary>The limits of a value that is no object, and so has no rules of its own.</summary>
internal sealed class ItemRules<TItem> : ContractValidator<ContractItem<TItem>>
{
    public ItemRules(Action<IRuleBuilder<ContractItem<TItem>, TItem>> limits)
    {
        var rule = RuleFor(item => item.Value);
        rule.Configure(item => item.PropertyName = "");
        limits(rule);
    }
}

/// <summary>The limits of each item of a list, which is half the work of FluentValidation's own way.</summary>
internal sealed class ItemsValidator<T, TItem>(ContractValidator<TItem> limits) : PropertyValidator<T, IReadOnlyList<TItem>?>
{
    public override string Name => "each";

    public override bool IsValid(ValidationContext<T> context, IReadOnlyList<TItem>? value)
    {
        for (var i = 0; i < value?.Count && CheckBudget.IsLeft; i++)
        {
            var errors = value[i] is { } item ? limits.Validate(item).Errors : [];
            foreach (var failure in errors)
            {
                failure.PropertyName = $"{context.PropertyPath}[{i}].{failure.PropertyName}";
                context.AddFailure(failure);
            }
        }

        return true;
    }
}
