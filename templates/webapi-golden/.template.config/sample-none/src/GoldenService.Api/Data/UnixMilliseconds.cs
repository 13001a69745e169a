namespace GoldenService;

using System;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

/// <summary>Times are stored as milliseconds since 1970 (UTC), so that they sort and compare whatever offset they came with.</summary>
internal static class UnixMilliseconds
{
    /// <summary>The time as it reads once it has been stored.</summary>
    public static DateTimeOffset Stored(this DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());

    internal sealed class Converter() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(),
        milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
}
