namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

/// <summary>
/// Writes texts that match a pattern of the contract: plain characters, classes, groups, alternatives and repetition. Look-around is passed
/// over, so what makes a text that must match asks <see cref="EcmaPattern"/>.
/// </summary>
public sealed class ContractPattern
{
    private const string Digits = "0123456789";

    private static readonly string Letters = Range('A', 'Z') + Range('a', 'z');

    private readonly string pattern;
    private readonly bool isOpenAtTheEnd;
    private readonly List<IReadOnlyList<Part>> alternatives;
    private int at;

    /// <exception cref="FormatException">The pattern has what these tests cannot write.</exception>
    public ContractPattern(string pattern)
    {
        this.pattern = pattern;
        isOpenAtTheEnd = !pattern.EndsWith('$');
        alternatives = Alternatives();
        if (at < pattern.Length)
        {
            throw Unreadable(at);
        }
    }

    public int Shortest => alternatives[0].Sum(part => part.Shortest * part.Least);

    /// <summary>A text that matches, of this length if the first alternative can be as long; another for each number, while there are any.</summary>
    public string Text(int length, int number)
    {
        var extra = length - Shortest;
        var text = Text(alternatives[0], ref extra, ref number);
        return isOpenAtTheEnd ? text.PadRight(Math.Max(length, 0), 'a') : text;
    }

    private static string Text(IReadOnlyList<Part> parts, ref int extra, ref int number)
    {
        var text = "";
        foreach (var part in parts)
        {
            var more = Math.Clamp(extra / part.Shortest, 0, part.Most - part.Least);
            extra -= more * part.Shortest;
            for (var count = 0; count < part.Least + more; count++)
            {
                if (part.Group is [var first, ..])
                {
                    text += Text(first, ref extra, ref number);
                }
                else
                {
                    text += part.Characters[number % part.Characters.Length];
                    number /= part.Characters.Length;
                }
            }
        }

        return text;
    }

    private List<IReadOnlyList<Part>> Alternatives()
    {
        var all = new List<IReadOnlyList<Part>>();
        do
        {
            var parts = new List<Part>();
            while (at < pattern.Length && pattern[at] is not ('|' or ')'))
            {
                if (Single() is { } part)
                {
                    parts.Add(Repeated(part));
                }
            }

            all.Add(parts);
        }
        while (at < pattern.Length && pattern[at] == '|' && ++at > 0);

        return all;
    }

    // Null where it has no length.
    private Part? Single()
    {
        switch (pattern[at++])
        {
            case '^' or '$':
                return null;
            case '(':
                var isLookAround = Begins("?=", "?!", "?<=", "?<!");
                _ = isLookAround || Begins("?:");
                if (Begins("?<"))
                {
                    at = pattern.IndexOf('>', at) + 1;
                }

                var group = Alternatives();
                at++;
                return isLookAround ? null : new("", group);
            case '[':
                return new(Class(), []);
            case '.':
                return new(Printable(_ => true), []);
            case '\\' when Begins("b", "B"):
                return null;
            case '\\':
                return new(Escape(), []);
            default:
                return new($"{pattern[at - 1]}", []);
        }
    }

    private bool Begins(params string[] texts)
    {
        var begins = texts.FirstOrDefault(text => string.CompareOrdinal(pattern, at, text, 0, text.Length) == 0);
        at += begins?.Length ?? 0;
        return begins is not null;
    }

    // The characters that an escape stands for, of those that can be printed.
    private string Escape()
    {
        var from = at - 1;
        var letter = at < pattern.Length ? pattern[at++] : throw Unreadable(from);
        switch (letter)
        {
            case 'd':
                return Digits;
            case 'w':
                return Digits + Letters + "_";
            case 's':
                return " ";
            case 'D' or 'S' or 'W':
                return letter == 'S' ? Printable(_ => true) : letter == 'D' ? Letters : "!";
            case 't' or 'n' or 'r' or 'f' or 'v':
                return letter switch { 't' => "\t", 'n' => "\n", 'r' => "\r", 'f' => "\f", _ => "\v" };
            case 'p' or 'P':
                at = pattern.IndexOf('}', at) + 1;
                return Printable(character => EcmaPattern.IsMatch(pattern[from..at], $"{character}")) is { Length: > 0 } all ? all : throw Unreadable(from);
            case 'x' or 'u' when at < pattern.Length:
                var isBraced = pattern[at] == '{';
                var end = isBraced ? pattern.IndexOf('}', at) : at + (letter == 'x' ? 2 : 4);
                var code = int.Parse(pattern[(isBraced ? at + 1 : at)..end], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                at = isBraced ? end + 1 : end;
                return code is < char.MaxValue and (< 0xD800 or > 0xDFFF) ? $"{(char)code}" : throw Unreadable(from);
            case 'k' or 'c' or (>= '0' and <= '9'):
                throw Unreadable(from);
            default:
                return $"{letter}";
        }
    }

    private string Class()
    {
        var isNegated = pattern[at] == '^';
        at += isNegated ? 1 : 0;
        var characters = "";
        while (pattern[at] != ']')
        {
            var first = One();
            if (first.Length == 1 && pattern[at] == '-' && pattern[at + 1] != ']')
            {
                at++;
                characters += Range(first[0], One()[0]);
            }
            else
            {
                characters += first;
            }
        }

        at++;
        return isNegated ? Printable(character => !characters.Contains(character, StringComparison.Ordinal)) : characters;
    }

    private string One() => pattern[at++] == '\\' ? Escape() : $"{pattern[at - 1]}";

    private Part Repeated(Part part)
    {
        const int endless = 1_000_000;
        var character = at < pattern.Length ? pattern[at] : ' ';
        switch (character)
        {
            case '?' or '*' or '+':
                at++;
                part = part with { Least = character == '+' ? 1 : 0, Most = character == '?' ? 1 : endless };
                break;
            case '{':
                var end = pattern.IndexOf('}', at);
                var counts = pattern[(at + 1)..end].Split(',');
                at = end + 1;
                var least = int.Parse(counts[0], CultureInfo.InvariantCulture);
                part = part with { Least = least, Most = counts is [_] ? least : counts[1] is "" ? endless : int.Parse(counts[1], CultureInfo.InvariantCulture) };
                break;
            default:
                return part;
        }

        // As few as possible is as good.
        _ = Begins("?");
        return part;
    }

    private FormatException Unreadable(int from) => new($"The tests cannot read the pattern {pattern} from '{pattern[from..]}' on.");

    private static string Range(char first, char last) => string.Concat(Enumerable.Range(first, last - first + 1).Select(code => (char)code));

    private static string Printable(Func<char, bool> isIn) => string.Concat(Range('!', '~').Where(isIn));

    private sealed record Part(string Characters, IReadOnlyList<IReadOnlyList<Part>> Group, int Least = 1, int Most = 1)
    {
        public int Shortest => Group is [var first, ..] ? Math.Max(1, first.Sum(part => part.Shortest * part.Least)) : 1;
    }
}
