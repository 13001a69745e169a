namespace GoldenService.ServiceDefaults;

using System;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

/// <summary>Times are stored as milliseconds since 1970 (UTC), so that they sort and compare whatever offset they came with.</summary>
public static class UnixMilliseconds
{
#if (webapi)
    /// <summary>The time as it reads once it has been stored.</summary>
    public static DateTimeOffset Stored(this DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());

#endif
#if (webapi && sample)
    /// <summary>The first time that can be stored and is not before this one: what a stored time is compared with.</summary>
    public static DateTimeOffset NextStored(this DateTimeOffset time)
    {
        var stored = time.Stored();
        return stored < time && stored < DateTimeOffset.MaxValue.Stored() ? stored.AddMilliseconds(1) : stored;
    }

#endif
    /// <summary>How a context stores them.</summary>
    public sealed class Converter() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(),
        milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
}
