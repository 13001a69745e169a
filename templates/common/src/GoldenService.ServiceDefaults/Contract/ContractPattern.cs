namespace GoldenService.ServiceDefaults;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

/// <summary>
/// Patterns of contracts: ECMA-262 in Unicode mode, on well-formed Unicode. Its words mean other things in .NET (\d has 680 digits
/// there, $ matches before a last newline, a character beyond U+FFFF is two), so a pattern is written over into a regular expression
/// of .NET that matches the same. It depends on nothing else here: the contract's compiler uses it too.
/// </summary>
public sealed class ContractPattern
{
    private const int MaxRepetitions = 100_000;

    private static readonly TimeSpan MatchTime = TimeSpan.FromMilliseconds(250);

    private readonly string pattern;
    private readonly List<string?> groups;
    private readonly bool hasReferences;
    private int at;
    private int group;

    private ContractPattern(string pattern)
    {
        this.pattern = pattern;
        (groups, hasReferences) = Scan();
    }

    /// <summary>A test of texts. Text on which a pattern with look-around or references takes 250 ms does not match; others take linear time.</summary>
    /// <exception cref="ArgumentException">The pattern is none of ECMA-262.</exception>
    /// <exception cref="NotSupportedException">The pattern is one, and cannot be matched here.</exception>
    public static Func<string, bool> Compile(string pattern) => Compile(pattern, out _);

    /// <inheritdoc cref="Compile(string)"/>
    /// <param name="pattern">The pattern.</param>
    /// <param name="isLinear">Whether its time is linear in the length of any text.</param>
    public static Func<string, bool> Compile(string pattern, out bool isLinear)
    {
        var translated = Translate(pattern);
        try
        {
            // No limit of time: on a busy machine it would reject what matches.
            var linear = new Regex(translated, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            isLinear = true;
            return linear.IsMatch;
        }
        catch (NotSupportedException)
        {
            // Look-around, references, and repetitions that would make too large an automaton.
            isLinear = false;
        }

        var regex = new Regex(translated, RegexOptions.CultureInvariant, MatchTime);
        return text =>
        {
            try
            {
                return regex.IsMatch(text);
            }
            catch (RegexMatchTimeoutException)
            {
                return false;
            }
        };
    }

    /// <summary>The same pattern in the language of .NET.</summary>
    /// <inheritdoc cref="Compile(string)"/>
    public static string Translate(string pattern)
    {
        var translation = new ContractPattern(pattern);
        var text = translation.Alternatives();
        return translation.at == pattern.Length ? text : throw translation.Wrong("has a ) without its (");
    }

    private bool Accept(string text)
    {
        if (string.CompareOrdinal(pattern, at, text, 0, text.Length) != 0)
        {
            return false;
        }

        at += text.Length;
        return true;
    }

    private string Alternatives()
    {
        var text = new StringBuilder();
        while (at < pattern.Length && pattern[at] != ')')
        {
            text.Append(Accept("|") ? "|" : Term());
        }

        return text.ToString();
    }

    private string Term()
    {
        if (Accept("^"))
        {
            return Unrepeated("^");
        }

        if (Accept("$"))
        {
            return Unrepeated(@"\z");
        }

        if (Accept(@"\b"))
        {
            return Unrepeated("(?:(?<=[0-9A-Za-z_])(?![0-9A-Za-z_])|(?<![0-9A-Za-z_])(?=[0-9A-Za-z_]))");
        }

        if (Accept(@"\B"))
        {
            return Unrepeated("(?:(?<=[0-9A-Za-z_])(?=[0-9A-Za-z_])|(?<![0-9A-Za-z_])(?![0-9A-Za-z_]))");
        }

        return Atom() + Repetition();
    }

    private string Unrepeated(string assertion) =>
        at < pattern.Length && pattern[at] is '*' or '+' or '?' ? throw Wrong($"repeats what has no width, at '{pattern[at..]}'") : assertion;

    private string Atom()
    {
        if (Accept("("))
        {
            return Group();
        }

        if (Accept("["))
        {
            return Text(Class());
        }

        if (Accept("."))
        {
            return Text(CodePoints.LineEnds.Complement());
        }

        if (pattern[at] is '*' or '+' or '?')
        {
            throw Wrong($"has nothing to repeat before '{pattern[at..]}'");
        }

        if (pattern[at] != '\\')
        {
            return Text(CodePoints.Of(CodePoint()));
        }

        return Reference() ?? Text(Escape(isInClass: false));
    }

    private string Group()
    {
        var begin = "(?:";
        if (Accept("?"))
        {
            if (pattern.AsSpan(at) is ['<', not ('=' or '!'), ..])
            {
                at = pattern.IndexOf('>', at) + 1; // Scan has seen it.
                begin = Capture();
            }
            else
            {
                string[] kinds = [":", "=", "!", "<=", "<!"];
                begin = Array.Find(kinds, Accept) is { } kind ? $"(?{kind}" : throw Wrong($"has a group that ECMA-262 has not, '(?{(at < pattern.Length ? pattern[at] : "")}'");
            }
        }
        else
        {
            begin = Capture();
        }

        var content = Alternatives();
        return Accept(")") ? $"{begin}{content})" : throw Wrong("has a ( without its )");
    }

    // Nobody reads what a group matches, except a reference to it.
    private string Capture()
    {
        group++;
        return hasReferences ? $"(?<{group}>" : "(?:";
    }

    private string? Reference()
    {
        var number = 0;
        var begin = at;
        if (Accept(@"\k<"))
        {
            var end = pattern.IndexOf('>', at);
            var name = end < 0 ? "" : pattern[at..end];
            number = groups.IndexOf(name) + 1;
            at = end + 1;
        }
        else if (pattern.AsSpan(at) is ['\\', >= '1' and <= '9', ..])
        {
            for (at++; at < pattern.Length && char.IsAsciiDigit(pattern[at]) && number < MaxRepetitions; at++)
            {
                number = (number * 10) + (pattern[at] - '0');
            }
        }
        else
        {
            return null;
        }

        // What a group without a match refers to is empty.
        return number >= 1 && number <= groups.Count ? $@"(?({number})\k<{number}>)" : throw Wrong($"refers to a group that it has not, at '{pattern[begin..]}'");
    }

    private string Repetition()
    {
        var text = "";
        if (Accept("*") || Accept("+") || Accept("?"))
        {
            text = $"{pattern[at - 1]}";
        }
        else if (Regex.Match(pattern[at..], @"^\{([0-9]+)(,)?([0-9]*)\}") is { Success: true } match && (match.Groups[2].Success || match.Groups[3].Length == 0))
        {
            at += match.Length;
            var least = Repetitions(match.Groups[1].Value);
            var most = match.Groups[3].Length > 0 ? Repetitions(match.Groups[3].Value) : int.MaxValue;
            text = least <= most ? match.Value : throw Wrong($"repeats {match.Value}, which is no range");
        }

        if (text.Length == 0)
        {
            return "";
        }

        text += Accept("?") ? "?" : "";
        return at < pattern.Length && pattern[at] is '*' or '+' or '?' ? throw Wrong($"has nothing to repeat before '{pattern[at..]}'") : text;
    }

    private int Repetitions(string digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= MaxRepetitions ? count : throw Unsupported($"repeats more than {MaxRepetitions} times");

    private CodePoints Class()
    {
        var isNegated = Accept("^");
        var all = CodePoints.None;
        while (!Accept("]"))
        {
            var first = ClassAtom();
            if (pattern.AsSpan(at) is ['-', not ']', ..] && at++ > 0)
            {
                var last = ClassAtom();
                all = first.Single is { } from && last.Single is { } to && from <= to ? all.With(CodePoints.Of(from, to)) : throw Wrong($"has a range without order before '{pattern[at..]}'");
            }
            else
            {
                all = all.With(first);
            }
        }

        return isNegated ? all.Complement() : all;
    }

    private CodePoints ClassAtom() =>
        at >= pattern.Length ? throw Wrong("has a [ without its ]")
        : pattern[at] == '\\' ? Escape(isInClass: true)
        : CodePoints.Of(CodePoint());

    private CodePoints Escape(bool isInClass)
    {
        at++;
        if (at >= pattern.Length)
        {
            throw Wrong("ends with a \\");
        }

        var character = pattern[at++];
        switch (character)
        {
            case 'd':
                return CodePoints.Digits;
            case 'D':
                return CodePoints.Digits.Complement();
            case 'w':
                return CodePoints.Words;
            case 'W':
                return CodePoints.Words.Complement();
            case 's':
                return CodePoints.Spaces;
            case 'S':
                return CodePoints.Spaces.Complement();
            case 'p' or 'P':
                var property = Accept("{") && pattern.IndexOf('}', at) is > 0 and var end ? pattern[at..end] : throw Wrong($@"has \{character} without a property in braces");
                at += property.Length + 1;
                var members = CodePoints.OfProperty(property) ?? throw Unsupported($@"uses \{character}{{{property}}}, which is not supported (general categories, ASCII and Any are): write its ranges");
                return character == 'p' ? members : members.Complement();
            case 'b' when isInClass:
                return CodePoints.Of('\b');
            case 't':
                return CodePoints.Of('\t');
            case 'n':
                return CodePoints.Of('\n');
            case 'v':
                return CodePoints.Of('\v');
            case 'f':
                return CodePoints.Of('\f');
            case 'r':
                return CodePoints.Of('\r');
            case '0' when at >= pattern.Length || !char.IsAsciiDigit(pattern[at]):
                return CodePoints.Of(0);
            case 'c' when at < pattern.Length && char.IsAsciiLetter(pattern[at]):
                return CodePoints.Of(pattern[at++] % 32);
            case 'x':
                return CodePoints.Of(Hex(2));
            case 'u':
                return CodePoints.Of(UnicodeEscape());
            default:
                // Unicode mode escapes only what has a meaning; many documents escape more.
                at--;
                return char.IsAsciiLetterOrDigit(character) ? throw Wrong($@"has the escape \{character}, which ECMA-262 has not") : CodePoints.Of(CodePoint());
        }
    }

    private int UnicodeEscape()
    {
        if (Accept("{"))
        {
            var end = pattern.IndexOf('}', at);
            var code = end > 0 && int.TryParse(pattern[at..end], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 0x10FFFF ? value : throw Wrong(@"has \u{ without the number of a character");
            at = end + 1;
            return code;
        }

        var high = Hex(4);
        var back = at;
        if (char.IsHighSurrogate((char)high) && Accept(@"\u") && !(at < pattern.Length && pattern[at] == '{') && Hex(4) is var low && char.IsLowSurrogate((char)low))
        {
            return char.ConvertToUtf32((char)high, (char)low);
        }

        at = char.IsHighSurrogate((char)high) ? back : at;
        return high;
    }

    private int Hex(int length)
    {
        var code = at + length <= pattern.Length && int.TryParse(pattern.AsSpan(at, length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? value : throw Wrong($"has an escape without its {length} hexadecimal digits");
        at += length;
        return code;
    }

    private int CodePoint()
    {
        var isPair = at + 1 < pattern.Length && char.IsSurrogatePair(pattern[at], pattern[at + 1]);
        var code = isPair ? char.ConvertToUtf32(pattern[at], pattern[at + 1]) : pattern[at];
        at += isPair ? 2 : 1;
        return code;
    }

    /// <summary>Finds the groups, to which a reference may stand before them.</summary>
    private (List<string?> Groups, bool HasReferences) Scan()
    {
        var found = new List<string?>();
        var references = false;
        var isInClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var rest = pattern.AsSpan(i);
            if (rest is ['\\', ..])
            {
                references |= !isInClass && rest is ['\\', 'k' or (>= '1' and <= '9'), ..];
                i++;
            }
            else if (rest is ['[', ..] or [']', ..])
            {
                isInClass = rest[0] == '[';
            }
            else if (!isInClass && rest is ['(', '?', '<', not ('=' or '!'), ..])
            {
                var end = rest.IndexOf('>');
                var name = end < 0 ? "" : rest[3..end].ToString();
                found.Add(Regex.IsMatch(name, @"^[\p{L}\p{Nl}$_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}$_]*\z") && !found.Contains(name) ? name : throw Wrong($"has a group with the name '{name}', which is no name or taken"));
            }
            else if (!isInClass && rest is ['('] or ['(', not '?', ..])
            {
                found.Add(null);
            }
        }

        return (found, references);
    }

    private ArgumentException Wrong(string what) => new($"The pattern {pattern} {what}.");

    private NotSupportedException Unsupported(string what) => new($"The pattern {pattern} {what}.");

    private static string Text(CodePoints characters)
    {
        var parts = new List<string>();
        List<(int First, int Last)> low = [.. characters.Within(0, 0xD7FF), .. characters.Within(0xE000, 0xFFFF)]; // No surrogates: half a pair is no character.
        if (low.Count > 0)
        {
            parts.Add(low is [var (first, last)] && first == last ? Unit(first) : $"[{Ranges(low)}]");
        }

        // Pairs of surrogates, together where they differ in the second half only.
        var pairs = new SortedDictionary<int, List<(int First, int Last)>>();
        var whole = new List<(int First, int Last)>();
        foreach (var (first, last) in characters.Within(0x10000, 0x10FFFF))
        {
            for (var high = first >> 10; high <= last >> 10; high++)
            {
                var from = Math.Max(first, high << 10) & 0x3FF;
                var to = Math.Min(last, (high << 10) | 0x3FF) & 0x3FF;
                if (from == 0 && to == 0x3FF)
                {
                    whole.Add((high - 0x40 + 0xD800, high - 0x40 + 0xD800));
                }
                else
                {
                    pairs.TryAdd(high - 0x40 + 0xD800, []);
                    pairs[high - 0x40 + 0xD800].Add((from + 0xDC00, to + 0xDC00));
                }
            }
        }

        parts.AddRange(pairs.Select(pair => $"{Unit(pair.Key)}[{Ranges(pair.Value)}]"));
        if (whole.Count > 0)
        {
            parts.Add($@"[{Ranges(CodePoints.Of(whole).Within(0, 0xFFFF))}][\uDC00-\uDFFF]");
        }

        return parts switch
        {
            [] => @"[^\u0000-\uFFFF]",
            [var part] when pairs.Count + whole.Count == 0 => part,
            _ => $"(?:{string.Join('|', parts)})",
        };
    }

    private static string Ranges(IEnumerable<(int First, int Last)> ranges) =>
        string.Concat(ranges.Select(range => range.First == range.Last ? Unit(range.First) : $"{Unit(range.First)}-{Unit(range.Last)}"));

    private static string Unit(int code) => code < 128 && char.IsAsciiLetterOrDigit((char)code) ? $"{(char)code}" : $@"\u{code:X4}";

    /// <summary>A set of characters: ranges in order that do not touch.</summary>
    private sealed class CodePoints
    {
        public static readonly CodePoints None = Of([]);
        public static readonly CodePoints Digits = Of('0', '9');
        public static readonly CodePoints Words = Of([('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]);
        public static readonly CodePoints Spaces = Of([('\t', '\r'), (' ', ' '), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF)]);
        public static readonly CodePoints LineEnds = Of([('\n', '\n'), ('\r', '\r'), (0x2028, 0x2029)]);

        // In the order of UnicodeCategory.
        private static readonly string[] Categories =
        [
            "Lu Uppercase_Letter", "Ll Lowercase_Letter", "Lt Titlecase_Letter", "Lm Modifier_Letter", "Lo Other_Letter",
            "Mn Nonspacing_Mark", "Mc Spacing_Mark", "Me Enclosing_Mark", "Nd Decimal_Number digit", "Nl Letter_Number", "No Other_Number",
            "Zs Space_Separator", "Zl Line_Separator", "Zp Paragraph_Separator", "Cc Control cntrl", "Cf Format", "Cs Surrogate", "Co Private_Use",
            "Pc Connector_Punctuation", "Pd Dash_Punctuation", "Ps Open_Punctuation", "Pe Close_Punctuation", "Pi Initial_Punctuation", "Pf Final_Punctuation", "Po Other_Punctuation",
            "Sm Math_Symbol", "Sc Currency_Symbol", "Sk Modifier_Symbol", "So Other_Symbol", "Cn Unassigned",
        ];

        private static readonly string[] Groups = ["L Letter", "M Mark Combining_Mark", "N Number", "Z Separator", "C Other", "P Punctuation punct", "S Symbol"];

        private readonly List<(int First, int Last)> ranges;

        private CodePoints(List<(int First, int Last)> ranges) => this.ranges = ranges;

        /// <summary>The only one.</summary>
        public int? Single => ranges is [var (first, last)] && first == last ? first : null;

        public static CodePoints Of(int code) => Of(code, code);

        public static CodePoints Of(int first, int last) => Of([(first, last)]);

        public static CodePoints Of(List<(int First, int Last)> ranges)
        {
            var merged = new List<(int First, int Last)>();
            foreach (var (first, last) in ranges.Order())
            {
                if (merged is [.., var before] && before.Last >= first - 1)
                {
                    merged[^1] = (before.First, Math.Max(before.Last, last));
                }
                else
                {
                    merged.Add((first, last));
                }
            }

            return new(merged);
        }

        public static CodePoints? OfProperty(string property)
        {
            var name = property.StartsWith("gc=", StringComparison.Ordinal) || property.StartsWith("General_Category=", StringComparison.Ordinal) ? property[(property.IndexOf('=', StringComparison.Ordinal) + 1)..] : property;
            return name switch
            {
                "Any" => Of(0, 0x10FFFF),
                "ASCII" => Of(0, 0x7F),
                "LC" or "Cased_Letter" => OfCategories(0, 1, 2),
                _ when Array.FindIndex(Categories, names => names.Split(' ').Contains(name)) is >= 0 and var category => OfCategories(category),
                _ when Array.Find(Groups, names => names.Split(' ').Contains(name)) is { } group => OfCategories([.. Enumerable.Range(0, Categories.Length).Where(category => Categories[category][0] == group[0])]),
                _ => null,
            };
        }

        public CodePoints With(CodePoints others) => Of([.. ranges, .. others.ranges]);

        public CodePoints Complement()
        {
            var gaps = new List<(int First, int Last)>();
            var next = 0;
            foreach (var (first, last) in ranges)
            {
                if (first > next)
                {
                    gaps.Add((next, first - 1));
                }

                next = last + 1;
            }

            if (next <= 0x10FFFF)
            {
                gaps.Add((next, 0x10FFFF));
            }

            return new(gaps);
        }

        /// <summary>Those between two.</summary>
        public IEnumerable<(int First, int Last)> Within(int least, int most)
        {
            foreach (var (first, last) in ranges)
            {
                var (from, to) = (Math.Max(first, least), Math.Min(last, most));
                if (from <= to)
                {
                    yield return (from, to);
                }
            }
        }

        private static CodePoints OfCategories(params int[] categories)
        {
            var ranges = new List<(int First, int Last)>();
            for (var code = 0; code <= 0x10FFFF; code++)
            {
                if (categories.Contains((int)CharUnicodeInfo.GetUnicodeCategory(code)))
                {
                    if (ranges is [.., var before] && before.Last == code - 1)
                    {
                        ranges[^1] = (before.First, code);
                    }
                    else
                    {
                        ranges.Add((code, code));
                    }
                }
            }

            return new(ranges);
        }
    }
}
