using System.Buffers;
using System.Text.RegularExpressions;

namespace Golden.Templates.Combinations;

/// <summary>Commands of a shell: which of their words look like paths.</summary>
static partial class CommandText
{
    static readonly SearchValues<char> NotInPaths = SearchValues.Create("\"'`$*?@=<>{}[]%^!\\,");

    /// <summary>The references in a text whose first line has the given number, and which starts in the given folder.</summary>
    public static IEnumerable<Reference> References(OutputFile file, string text, int line, string folder)
    {
        // What stands in quotes is data more often than a path; its line breaks still count.
        var plain = Quoted().Replace(Comment().Replace(text, ""), quoted => "\"" + new string('\n', quoted.Value.Count(letter => letter == '\n')));
        foreach (var command in plain.Split('\n'))
        {
            var words = Separator().Split(command);
            for (var index = 0; index < words.Length; index++)
            {
                var (before, word) = (index == 0 ? "" : words[index - 1], words[index]);
                if (before == "--file" && !word.AsSpan().ContainsAny(NotInPaths))
                {
                    yield return file.Reference(line, folder, word);
                }
                else if ((LooksLikePath(word) || IsProject(word)) && !IsOutputOption(before))
                {
                    yield return file.Reference(line, folder, word, ReferenceKind.Command);
                }

                if (before == "cd")
                {
                    if (word.AsSpan().ContainsAny(NotInPaths) || word.StartsWith('/'))
                    {
                        yield break;
                    }

                    folder = SolutionPath.Resolve(folder, word);
                }
            }

            line += line == 0 ? 0 : 1;
        }
    }

    public static bool LooksLikePath(string word) =>
        word.Contains('/') && word[0] is not ('-' or '/' or '~') && !word.Contains("://", StringComparison.Ordinal) && !word.AsSpan().ContainsAny(NotInPaths);

    /// <summary>What `dotnet` takes wherever it lies.</summary>
    public static bool IsProject(string word) =>
        word[(word.LastIndexOf('.') + 1)..] is "slnx" or "csproj" or "proj" && !word.StartsWith('/') && !word.AsSpan().ContainsAny(NotInPaths);

    static bool IsOutputOption(string word) => word is "-o" or "--output" or "--output-dir" or "--results-directory" or ">" or ">>";

    [GeneratedRegex(@"'[^']*'|""[^""]*""")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"(?<=^|\s)#.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"[\s;|&()]+")]
    private static partial Regex Separator();
}
