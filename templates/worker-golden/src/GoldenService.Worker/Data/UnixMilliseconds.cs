namespace GoldenService.Worker;

using System;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

/// <summary>Times are stored as milliseconds since 1970 (UTC), so that they sort and compare whatever offset they came with.</summary>
internal static class UnixMilliseconds
{
    internal sealed class Converter() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(),
        milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
}
