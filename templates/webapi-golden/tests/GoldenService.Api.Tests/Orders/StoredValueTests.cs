namespace GoldenService.Api.Tests;

using System;
using global::GoldenService.ServiceDefaults;
using Xunit;

[Trait("Checklist", "data-access")]
public sealed class StoredValueTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0.01", 1)]
    [InlineData("4.5", 450)]
    [InlineData("100000.00", 10_000_000)]
    public void Money_is_stored_in_cents_and_comes_back(string amount, long cents)
    {
        var money = decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(cents, MinorUnits.Of(money));
        Assert.Equal(money, MinorUnits.ToAmount(cents));
    }

    [Fact]
    public void A_time_between_two_that_can_be_stored_compares_as_the_later()
    {
        var time = DateTimeOffset.FromUnixTimeMilliseconds(1000);

        Assert.Equal(time, time.NextStored());
        Assert.Equal(time.AddMilliseconds(1), time.AddTicks(1).NextStored());
        Assert.Equal(DateTimeOffset.MaxValue.Stored(), DateTimeOffset.MaxValue.NextStored());
    }
}
