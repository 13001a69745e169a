namespace GoldenService.Api;

using System;
using System.Text.Json;
using System.Text.Json.Serialization;
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

    /// <summary>Writes amounts to be compared: 1.5 and 1.50 are one amount.</summary>
    internal sealed class JsonWriter : JsonConverter<decimal>
    {
        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) => writer.WriteNumberValue(Of(value));

        public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();
    }

    internal sealed class Converter() : ValueConverter<decimal, long>(amount => Of(amount), units => ToAmount(units));
}
