using System.Text.RegularExpressions;

namespace Golden.Templates.Combinations;

/// <summary>What belongs to the template and not to what it makes: directives and tokens.</summary>
static partial class Leftovers
{
    public static readonly IReadOnlyList<string> Tokens = ["GoldenService", "golden-service", "localhost:5170", "localhost:5180", "localhost:5190", ".template.config"];

    public static IEnumerable<Finding> Findings(OutputFile file, IReadOnlyList<string> tokens) =>
        [.. NamesOfTheTemplate(file, tokens), .. Directives(file), .. file.Ends(".cs") ? CompilerDirectives(file) : []];

    static IEnumerable<Finding> NamesOfTheTemplate(OutputFile file, IReadOnlyList<string> tokens)
    {
        foreach (var token in tokens)
        {
            if (file.Path.Contains(token, StringComparison.Ordinal))
            {
                yield return file.Finding(0, $"The path has {token}, which is the template's: add a rename to template.json.");
            }

            if (file.Text.Contains(token, StringComparison.Ordinal))
            {
                var line = Array.FindIndex(file.Lines, line => line.Contains(token, StringComparison.Ordinal)) + 1;
                yield return file.Finding(line, $"The text has {token}, which is the template's: template.json does not replace it here.");
            }
        }
    }

    static IEnumerable<Finding> Directives(OutputFile file)
    {
        var directive = file.Ends(".cs") ? CommentedDirective() : Directive();
        var lines = file.Lines;
        for (var index = 0; index < lines.Length; index++)
        {
            // Few lines have what every directive has, and only these are worth the expression.
            if (lines[index].AsSpan().ContainsAny("#:") && directive.Match(lines[index]) is { Success: true } match)
            {
                yield return file.Finding(index + 1, $"A directive of the template is left: {match.Value.Trim()}. The engine has no such form for this file.");
            }
        }
    }

    /// <summary>Only a symbol in capitals is one of the compiler: the template's are written otherwise.</summary>
    static IEnumerable<Finding> CompilerDirectives(OutputFile file)
    {
        var lines = file.Lines;
        var open = new Stack<int>();
        for (var index = 0; index < lines.Length; index++)
        {
            if (CompilerDirective().Match(lines[index]) is not { Success: true } match)
            {
                continue;
            }

            var word = match.Groups["word"].Value;
            var symbol = Symbol().Matches(match.Groups["condition"].Value).FirstOrDefault(symbol => symbol.Value is not ("true" or "false"));
            if (symbol is not null)
            {
                yield return file.Finding(index + 1, $"A directive of the template is left: #{word} {symbol.Value}. The compiler's have capitals only.");
            }

            if (word == "if")
            {
                open.Push(index + 1);
            }
            else if (open.Count == 0)
            {
                yield return file.Finding(index + 1, $"A directive of the template is left: #{word} without its #if.");
            }
            else if (word == "endif")
            {
                open.Pop();
            }
        }

        foreach (var line in open)
        {
            yield return file.Finding(line, "A directive of the template is left: #if without its #endif.");
        }
    }

    [GeneratedRegex(@"(?:^\s*(?:(?://+|--|/\*|@\*|rem )\s*)?|<!--\s*)#+(?:if|elseif|elif|else|endif)\b.*|(?://|#|--|/\*)\s*[-+]:cnd\b.*")]
    private static partial Regex Directive();

    [GeneratedRegex(@"^\s*(?:(?://+|/\*)\s*#+(?:if|elseif|elif|else|endif)|#+elseif|##+(?:if|elif|else|endif))\b.*|//\s*[-+]:cnd\b.*")]
    private static partial Regex CommentedDirective();

    [GeneratedRegex(@"^\s*#\s*(?<word>if|elif|else|endif)\b(?<condition>(?:(?!//).)*)")]
    private static partial Regex CompilerDirective();

    [GeneratedRegex(@"\b(?![A-Z0-9_]+\b)\w+")]
    private static partial Regex Symbol();
}
