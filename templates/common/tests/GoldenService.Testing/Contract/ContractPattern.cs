namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

/// <summary>Writes texts that match a pattern of the contract: plain characters, classes, groups, alternatives and repetition.</summary>
public sealed class ContractPattern
{
    private readonly string pattern;
    private readonly List<IReadOnlyList<Part>> alternatives;
    private int at;

    public ContractPattern(string anchored)
    {
        pattern = anchored[1..^1];
        alternatives = Alternatives();
        if (at < pattern.Length)
        {
            throw new FormatException($"The tests cannot read the pattern {anchored} from '{pattern[at..]}' on.");
        }
    }

    public int Shortest => alternatives[0].Sum(part => part.Shortest * part.Least);

    /// <summary>A text that matches, of this length if the first alternative can be as long; another for each number, while there are any.</summary>
    public string Text(int length, int number)
    {
        var extra = length - Shortest;
        return Text(alternatives[0], ref extra, ref number);
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
                parts.Add(Repeated(Single()));
            }

            all.Add(parts);
        }
        while (at < pattern.Length && pattern[at] == '|' && ++at > 0);

        return all;
    }

    private Part Single()
    {
        switch (pattern[at++])
        {
            case '(':
                var group = Alternatives();
                at++;
                return new("", group);
            case '[':
                return new(Class(), []);
            case '.':
                return new(Printable(_ => true), []);
            case '\\':
                return new($"{pattern[at++]}", []);
            default:
                return new($"{pattern[at - 1]}", []);
        }
    }

    private string Class()
    {
        var isNegated = pattern[at] == '^';
        at += isNegated ? 1 : 0;
        var characters = "";
        while (pattern[at] != ']')
        {
            at += pattern[at] == '\\' ? 1 : 0;
            var first = pattern[at++];
            if (pattern[at] == '-' && pattern[at + 1] != ']')
            {
                characters += string.Concat(Enumerable.Range(first, pattern[at + 1] - first + 1).Select(code => (char)code));
                at += 2;
            }
            else
            {
                characters += first;
            }
        }

        at++;
        return isNegated ? Printable(character => !characters.Contains(character, StringComparison.Ordinal)) : characters;
    }

    private Part Repeated(Part part)
    {
        const int endless = 1_000_000;
        switch (at < pattern.Length ? pattern[at] : ' ')
        {
            case '?':
                at++;
                return part with { Least = 0, Most = 1 };
            case '*':
                at++;
                return part with { Least = 0, Most = endless };
            case '+':
                at++;
                return part with { Most = endless };
            case '{':
                var end = pattern.IndexOf('}', at);
                var counts = pattern[(at + 1)..end].Split(',');
                at = end + 1;
                var least = int.Parse(counts[0], CultureInfo.InvariantCulture);
                return part with { Least = least, Most = counts is [_] ? least : counts[1] is "" ? endless : int.Parse(counts[1], CultureInfo.InvariantCulture) };
            default:
                return part;
        }
    }

    private static string Printable(Func<char, bool> isIn) => string.Concat(Enumerable.Range('!', '~' - '!' + 1).Select(code => (char)code).Where(isIn));

    private sealed record Part(string Characters, IReadOnlyList<IReadOnlyList<Part>> Group, int Least = 1, int Most = 1)
    {
        public int Shortest => Group is [var first, ..] ? Math.Max(1, first.Sum(part => part.Shortest * part.Least)) : 1;
    }
}
