namespace GoldenService.Api;

using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

/// <summary>
/// Money is stored as a whole number of minor units (cents), so that sums and comparisons in SQL are exact.
/// Every currency of the contract has two decimals; one that has not needs its own scale here.
/// </summary>
internal static class MinorUnits
{
    public static long Of(decimal amount) => decimal.ToInt64(amount * 100);

    public static decimal ToAmount(long units) => units * 0.01m;

    /// <summary>The amount as it reads once it has been stored.</summary>
    public static decimal Stored(this decimal amount) => ToAmount(Of(amount));

    internal sealed class Converter() : ValueConverter<decimal, long>(amount => Of(amount), units => ToAmount(units));
}
