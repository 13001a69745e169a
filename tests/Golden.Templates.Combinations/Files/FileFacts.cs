using System.Text.RegularExpressions;

namespace Golden.Templates.Combinations;

/// <summary>What the checks of a whole solution know of a file; it depends on the file alone, so that it is found once for each.</summary>
sealed partial record FileFacts(IReadOnlyList<Reference> References, IReadOnlySet<string> Mentions, IReadOnlySet<string> Anchors)
{
    public static FileFacts Of(OutputFile file) => new(Golden.Templates.Combinations.References.Of(file), MentionsOf(file.Text), MarkdownFile.Anchors(file));

    /// <summary>The paths and the names of files in a text: "a/b.c" and "b.c"; a folder alone keeps its slash, to differ from a word.</summary>
    static HashSet<string> MentionsOf(string text)
    {
        var mentions = new HashSet<string>(StringComparer.Ordinal);
        var words = mentions.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var match in Word().EnumerateMatches(text))
        {
            var word = text.AsSpan(match.Index, match.Length).TrimEnd(".-");
            while (word.StartsWith("../") || word.StartsWith("./") || word.StartsWith('/'))
            {
                word = word[(word.IndexOf('/') + 1)..];
            }

            var path = word.TrimEnd('/');
            var name = path[(path.LastIndexOf('/') + 1)..];
            if (word.Contains('/'))
            {
                words.Add(path.Contains('/') ? path : word);
            }

            // A name in a program goes on in capitals after its dot.
            if (name.LastIndexOf('.') is var dot and >= 0 && dot < name.Length - 1 && char.IsAsciiLetterLower(name[dot + 1]))
            {
                words.Add(name);
            }
        }

        return mentions;
    }

    [GeneratedRegex(@"[\w./-]*[./][\w./-]*")]
    private static partial Regex Word();
}
