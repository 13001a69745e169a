using System.Text.RegularExpressions;

namespace Golden.Templates.Combinations;

/// <summary>What holds of the lines of every file: its format, and no gaps where a block of the template was taken out.</summary>
static partial class TextRules
{
    public static IEnumerable<Finding> Findings(OutputFile file, FileFormat format)
    {
        if (string.IsNullOrWhiteSpace(file.Text))
        {
            return [file.Finding(0, "The file is empty: leave it out with a condition in template.json.")];
        }

        var lines = file.Lines;
        // What a template of another engine leaves blank is for its own output.
        return [.. Format(file, format, lines), .. file.Ends(".liquid") ? [] : Gaps(file, lines)];
    }

    static IEnumerable<Finding> Format(OutputFile file, FileFormat format, string[] lines)
    {
        if (format.Charset == "utf-8" && file.Text[0] == '\uFEFF')
        {
            yield return file.Finding(1, "The file begins with a byte order mark, and .editorconfig says utf-8 without one.");
        }

        if (format.EndOfLine == "lf" && file.Text.IndexOf('\r') is var carriage and >= 0)
        {
            yield return file.Finding(file.Text.AsSpan(0, carriage).Count('\n') + 1, "The line ends with CR LF, and .editorconfig says lf.");
        }

        if (format.InsertFinalNewline && !file.Text.EndsWith('\n'))
        {
            yield return file.Finding(lines.Length, "The last line has no newline at its end.");
        }

        var isTabless = YamlFile.Is(file) || (format.IndentStyle == "space" && (XmlFile.Is(file) || file.Ends(".cs", ".json", ".ts")));
        for (var index = 0; index < lines.Length; index++)
        {
            if (format.TrimTrailingWhitespace && lines[index].Length > 0 && char.IsWhiteSpace(lines[index][^1]))
            {
                yield return file.Finding(index + 1, "The line ends with whitespace.");
            }

            if (isTabless && lines[index].Contains('\t'))
            {
                yield return file.Finding(index + 1, "The line has a tab; use spaces.");
            }
        }
    }

    static IEnumerable<Finding> Gaps(OutputFile file, string[] lines)
    {
        var hasBraces = file.Ends(".cs", ".json", ".ts");
        for (var index = 0; index < lines.Length; index++)
        {
            if (!string.IsNullOrWhiteSpace(lines[index]))
            {
                continue;
            }

            var next = index + 1 < lines.Length ? lines[index + 1] : null;
            if (index == 0)
            {
                yield return file.Finding(1, "The file begins with a blank line.");
            }
            else if (next is null)
            {
                yield return file.Finding(index + 1, "The file ends with a blank line.");
            }
            else if (string.IsNullOrWhiteSpace(next))
            {
                // The last of a run says it for all.
                if (index + 2 >= lines.Length || !string.IsNullOrWhiteSpace(lines[index + 2]))
                {
                    yield return file.Finding(index + 1, "There is more than one blank line: move one into the block of the template that it belongs to.");
                }
            }
            else if (hasBraces && lines[index - 1].EndsWith('{'))
            {
                yield return file.Finding(index + 1, "A blank line follows an opening brace.");
            }
            else if (hasBraces && ClosingBrace().IsMatch(next))
            {
                yield return file.Finding(index + 1, "A blank line precedes a closing brace.");
            }
        }
    }

    [GeneratedRegex(@"^\s*\}[\])};,]*$")]
    private static partial Regex ClosingBrace();
}
