namespace GoldenService.ServiceDefaults;

using System;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

/// <summary>A number of JSON, exactly as it is written: 1, 1.0 and 10e-1 are one number. Reading takes time linear in its length, whatever its exponent.</summary>
internal readonly struct ExactNumber
{
    private const int MaxDigits = 38;
    private const long MaxExponent = 1_000_000_000_000;

    private static readonly BigInteger Ten = 10;

    private readonly bool isNegative;
    private readonly int digits;
    private readonly UInt128 mantissa;
    private readonly long exponent;

    private ExactNumber(bool isNegative, int digits, UInt128 mantissa, long exponent)
    {
        this.isNegative = isNegative;
        this.digits = digits;
        this.mantissa = mantissa;
        this.exponent = digits == 0 ? 0 : exponent;
    }

    public bool IsInteger => exponent >= 0;

    /// <param name="text">A number in the form of JSON.</param>
    public static ExactNumber Parse(ReadOnlySpan<byte> text)
    {
        var digits = 0;
        var zeros = 0;
        long scale = 0;
        UInt128 mantissa = 0;
        var isFraction = false;
        var at = text[0] == '-' ? 1 : 0;
        for (; at < text.Length && text[at] is not ((byte)'e' or (byte)'E'); at++)
        {
            if (text[at] == '.')
            {
                isFraction = true;
                continue;
            }

            scale += isFraction ? 1 : 0;
            if (text[at] == '0')
            {
                zeros += digits > 0 ? 1 : 0; // They count once another digit follows.
                continue;
            }

            digits += zeros + 1;
            for (; digits <= MaxDigits && zeros > 0; zeros--)
            {
                mantissa *= 10;
            }

            zeros = 0;
            mantissa = digits <= MaxDigits ? (mantissa * 10) + (uint)(text[at] - '0') : 0;
        }

        return new(text[0] == '-', digits, mantissa, ParseExponent(text[at..]) - scale + zeros);
    }

    /// <summary>A number of JSON.</summary>
    public static ExactNumber Of(JsonElement number) => Parse(JsonMarshal.GetRawUtf8Value(number));

    /// <summary>The shortest number that is read as this one.</summary>
    public static ExactNumber Of<T>(T number)
        where T : IFormattable => Parse(Encoding.ASCII.GetBytes(number.ToString("R", CultureInfo.InvariantCulture)));

    public bool TryGetInt64(out long value)
    {
        value = 0;
        if (!IsInteger || digits + exponent > 19)
        {
            return false;
        }

        var absolute = mantissa * Power(exponent);
        if (absolute > (isNegative ? (UInt128)long.MaxValue + 1 : (UInt128)long.MaxValue))
        {
            return false;
        }

        value = isNegative ? (long)(-(Int128)absolute) : (long)absolute;
        return true;
    }

    /// <summary>The same number, if a decimal can hold it without rounding and of at most 28 digits.</summary>
    public bool TryGetDecimal(out decimal value)
    {
        value = 0;
        if (digits > 28 || exponent < -28 || digits + exponent > 28)
        {
            return false;
        }

        var whole = (decimal)(exponent > 0 ? mantissa * Power(exponent) : mantissa);
        var bits = decimal.GetBits(whole);
        value = new(bits[0], bits[1], bits[2], isNegative, (byte)Math.Max(0, -exponent));
        return true;
    }

    /// <summary>Whether this is a whole number of times the divisor. Both are of doubles, so that the powers of ten are small.</summary>
    public bool IsMultipleOf(ExactNumber divisor)
    {
        var least = Math.Min(exponent, divisor.exponent);
        return (Scaled(this) % Scaled(divisor)).IsZero;

        BigInteger Scaled(ExactNumber number) => (BigInteger)number.mantissa * BigInteger.Pow(Ten, (int)(number.exponent - least));
    }

    private static UInt128 Power(long exponent)
    {
        UInt128 power = 1;
        for (; exponent > 0; exponent--)
        {
            power *= 10;
        }

        return power;
    }

    private static long ParseExponent(ReadOnlySpan<byte> text)
    {
        long exponent = 0;
        var isNegative = text is [_, (byte)'-', ..];
        foreach (var digit in text)
        {
            if (digit is >= (byte)'0' and <= (byte)'9')
            {
                exponent = Math.Min(MaxExponent, (exponent * 10) + (digit - '0'));
            }
        }

        return isNegative ? -exponent : exponent;
    }
}
