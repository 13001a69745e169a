namespace GoldenService.Api.Tests;

using System.Linq;
#if (outbox)
using global::GoldenService.Api.Generated;
#else
using GoldenService.Api.Generated;
#endif
using Xunit;

[Trait("Checklist", "validation")]
public sealed class OrderRulesTests
{
    [Fact]
    public void An_order_may_come_to_the_limit() => Assert.Empty(Failures(Line("A-1", 10, 99_999), Line("A-2", 10, 1)));

    [Fact]
    public void An_order_may_not_come_to_a_cent_more() =>
        Assert.Equal(["lines maxTotal"], Failures(Line("A-1", 10, 99_999), Line("A-2", 10, 1), Line("A-3", 1, 0.01m)));

    [Fact]
    public void An_article_may_be_in_an_order_once() => Assert.Equal(["lines uniqueSku"], Failures(Line("A-1", 1, 1), Line("A-1", 2, 1)));

    [Fact]
    public void The_limits_of_the_contract_hold_as_well() => Assert.Equal(["lines[0].quantity minimum"], Failures(Line("A-1", 0, 1)));

    [Fact]
    public void A_price_too_large_to_sum_up_breaks_its_limit() =>
        Assert.Equal(["lines[0].unitPrice maximum"], Failures(Line("A-1", 1000, decimal.MaxValue - (decimal.MaxValue % 0.01m))));

    private static OrderLine Line(string sku, int quantity, decimal unitPrice) => new() { Sku = sku, Quantity = quantity, UnitPrice = unitPrice };

    private static string[] Failures(params OrderLine[] lines) =>
        [.. new OrderRules().Validate(new OrderDraft { Customer = "acme", Currency = Currency.EUR, Lines = lines }).Errors.Select(error => $"{error.PropertyName} {error.ErrorCode}")];
}
