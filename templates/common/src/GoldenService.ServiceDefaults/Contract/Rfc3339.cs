namespace GoldenService.ServiceDefaults;

using System;
using System.Globalization;

/// <summary>Dates and times as RFC 3339, section 5.6, has them, and in no other form.</summary>
public static class Rfc3339
{
    /// <summary>A full-date, as in 2026-01-31.</summary>
    public static bool TryParseDate(ReadOnlySpan<char> text, out DateOnly date)
    {
        date = default;
        if (text is not [_, _, _, _, '-', _, _, '-', _, _]
            || Digits(text[..4]) is not (>= 1 and var year)
            || Digits(text[5..7]) is not (>= 1 and <= 12 and var month)
            || Digits(text[8..]) is not (>= 1 and var day)
            || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        date = new(year, month, day);
        return true;
    }

    /// <summary>
    /// A date-time, as in 2026-01-31T12:30:00.5+02:00. The offset is compulsory, and -00:00 (unknown) is read as UTC. A fraction has
    /// any number of digits, of which seven are kept. The leap second 23:59:60 UTC is read as the last instant before it.
    /// </summary>
    public static bool TryParseTime(ReadOnlySpan<char> text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length < 20
            || !TryParseDate(text[..10], out var date)
            || text[10] is not ('T' or 't')
            || text[11..19] is not [_, _, ':', _, _, ':', _, _]
            || Digits(text[11..13]) is not (<= 23 and var hour)
            || Digits(text[14..16]) is not (<= 59 and var minute)
            || Digits(text[17..19]) is not (<= 60 and var second)
            || !TryParseFraction(text[19..], out var ticks, out var rest)
            || ParseOffset(rest) is not { } offset)
        {
            return false;
        }

        var isLeap = second == 60;
        var local = date.ToDateTime(new TimeOnly(hour, minute, isLeap ? 59 : second)).Ticks + (isLeap ? TimeSpan.TicksPerSecond - 1 : ticks);
        var utc = local - offset.Ticks;
        if (utc < DateTime.MinValue.Ticks || utc > DateTime.MaxValue.Ticks || (isLeap && new DateTime(utc) is not { Hour: 23, Minute: 59 }))
        {
            return false;
        }

        // .NET has offsets of up to 14 hours, RFC 3339 of up to 24.
        time = offset.Duration() <= TimeSpan.FromHours(14) ? new(local, offset) : new(utc, TimeSpan.Zero);
        return true;
    }

    /// <summary>A time in this form.</summary>
    public static string Format(DateTimeOffset time) => time.ToString(time.Offset == TimeSpan.Zero ? "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'" : "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture);

    private static bool TryParseFraction(ReadOnlySpan<char> text, out long ticks, out ReadOnlySpan<char> rest)
    {
        ticks = 0;
        rest = text;
        if (text is not ['.', ..])
        {
            return true;
        }

        var unit = TimeSpan.TicksPerSecond;
        var end = 1;
        for (; end < text.Length && char.IsAsciiDigit(text[end]); end++)
        {
            unit /= 10;
            ticks += unit * (text[end] - '0');
        }

        rest = text[end..];
        return end > 1;
    }

    private static TimeSpan? ParseOffset(ReadOnlySpan<char> text) => text switch
    {
        ['Z' or 'z'] => TimeSpan.Zero,
        [var sign and ('+' or '-'), _, _, ':', _, _] when Digits(text[1..3]) is <= 23 and var hours && Digits(text[4..]) is <= 59 and var minutes =>
            new TimeSpan(hours, minutes, 0) * (sign == '-' ? -1 : 1),
        _ => null,
    };

    private static int? Digits(ReadOnlySpan<char> text)
    {
        var value = 0;
        foreach (var character in text)
        {
            if (!char.IsAsciiDigit(character))
            {
                return null;
            }

            value = (value * 10) + (character - '0');
        }

        return value;
    }
}
