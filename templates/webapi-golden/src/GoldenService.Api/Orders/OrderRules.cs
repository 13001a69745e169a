namespace GoldenService.Api;

using System.Linq;
using FluentValidation;
using global::GoldenService.Api.Generated;
using global::GoldenService.ServiceDefaults;

/// <summary>
/// The rules of the business for an order, beyond the limits of the contract, which they inherit. Orders that are
/// imported were accepted elsewhere, and keep to the limits alone.
/// </summary>
public sealed class OrderRules : OrderDraftRules
{
    /// <summary>The most that one order may come to, in its currency.</summary>
    public const decimal MaxTotal = 1_000_000;

    /// <summary>Adds the rules of the business to the limits.</summary>
    public OrderRules()
    {
        RuleFor(order => order.Lines)
            .Must(lines => lines.DistinctBy(line => line.Sku).Count() == lines.Count)
            .As("uniqueSku", "must not have an article twice; add its quantities up");

        // A price beyond its own limit is told of by that limit, and might be more than a sum can hold.
        RuleFor(order => order.Lines)
            .Must(lines => lines.Sum(line => line.Quantity * line.UnitPrice) <= MaxTotal)
            .When(order => order.Lines.All(line => line.UnitPrice <= MaxTotal))
            .As("maxTotal", $"must come to {MaxTotal} or less in all");
    }
}
