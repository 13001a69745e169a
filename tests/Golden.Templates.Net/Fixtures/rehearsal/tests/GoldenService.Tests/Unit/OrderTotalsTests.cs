namespace GoldenService.Tests;

using GoldenService.Api;
using Xunit;

public sealed class OrderTotalsTests
{
    [Fact]
    public void A_total_is_the_sum_over_the_lines() => Assert.Equal(9.50m, OrderTotals.Of([Line(2, 4.50m), Line(1, 0.50m)]));

    private static OrderLine Line(int quantity, decimal unitPrice) => new() { Sku = "A-1", Quantity = quantity, UnitPrice = unitPrice };
}
