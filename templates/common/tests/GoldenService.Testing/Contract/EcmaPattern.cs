namespace GoldenService.Testing;

using System;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

/// <summary>Patterns of ECMA-262 in Unicode mode, anywhere in a text, written over into regular expressions of .NET.</summary>
public static class EcmaPattern
{
    private const string AnyCharacter = @"(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|[^\uD800-\uDFFF])";
    private const string AnyInLine = @"(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|[^\n\r\u2028\u2029\uD800-\uDFFF])";
    private const string Space = @"\t\n\v\f\r \u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000\uFEFF";
    private const string Word = "A-Za-z0-9_";

    private static readonly ConcurrentDictionary<string, Regex> Translated = new();

    /// <summary>Whether the pattern matches the text or a part of it; not, where that takes longer than a service may.</summary>
    /// <exception cref="ArgumentException">.NET has no such expression.</exception>
    public static bool IsMatch(string pattern, string text)
    {
        try
        {
            return Translated.GetOrAdd(pattern, one => new(Translate(one), RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5))).IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static string Translate(string pattern)
    {
        var regex = new StringBuilder();
        for (var at = 0; at < pattern.Length; at++)
        {
            regex.Append(pattern[at] switch
            {
                '\\' => Escape(pattern, ref at, isInClass: false),
                '[' => Class(pattern, ref at),
                '.' => AnyInLine,
                '$' => @"\z",
                var character => character.ToString(),
            });
        }

        return regex.ToString();
    }

    private static string Class(string pattern, ref int at)
    {
        var isNegated = pattern[(at + 1)..].StartsWith('^');
        var members = new StringBuilder();
        for (at += isNegated ? 2 : 1; at < pattern.Length && pattern[at] != ']'; at++)
        {
            members.Append(pattern[at] switch
            {
                '\\' => Escape(pattern, ref at, isInClass: true),
                '[' => @"\[", // It would begin a subtraction.
                var character => character.ToString(),
            });
        }

        return (isNegated, members.Length) switch
        {
            (false, 0) => "(?!)",
            (true, 0) => AnyCharacter,
            (false, _) => $"[{members}]",
            _ => $"(?:(?![{members}]){AnyCharacter})",
        };
    }

    // Stops at the last character of the escape.
    private static string Escape(string pattern, ref int at, bool isInClass)
    {
        at++;
        var letter = pattern[at];
        if (letter == 'u' && at + 1 < pattern.Length && pattern[at + 1] == '{')
        {
            var end = pattern.IndexOf('}', at);
            var character = char.ConvertFromUtf32(int.Parse(pattern[(at + 2)..end], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            at = end;
            return isInClass ? character : $"(?:{Regex.Escape(character)})";
        }

        return (letter, isInClass) switch
        {
            ('d', false) => "[0-9]",
            ('d', true) => "0-9",
            ('D', _) => "[^0-9]",
            ('w', false) => $"[{Word}]",
            ('w', true) => Word,
            ('W', _) => $"[^{Word}]",
            ('s', false) => $"[{Space}]",
            ('s', true) => Space,
            ('S', _) => $"[^{Space}]",
            ('b', false) => $"(?:(?<=[{Word}])(?![{Word}])|(?<![{Word}])(?=[{Word}]))",
            ('B', false) => $"(?:(?<=[{Word}])(?=[{Word}])|(?<![{Word}])(?![{Word}]))",
            ('/', _) => "/",
            _ => $"\\{letter}",
        };
    }
}
