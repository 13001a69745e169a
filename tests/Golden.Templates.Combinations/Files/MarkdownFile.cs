using System.Text;
using System.Text.RegularExpressions;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Golden.Templates.Combinations;

/// <summary>A page of Markdown: its links, its commands, the paths that it mentions, and the anchors of its headings.</summary>
static partial class MarkdownFile
{
    static readonly MarkdownPipeline Extensions = new MarkdownPipelineBuilder().UsePreciseSourceLocation().UsePipeTables().Build();

    public static bool Is(OutputFile file) => file.Ends(".md");

    public static IEnumerable<Reference> References(OutputFile file)
    {
        var page = Markdown.Parse(file.Text, Extensions);

        // A walk has files to write, which are not there yet.
        var written = Written().Matches(file.Text).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        IEnumerable<Reference> references =
        [
            .. page.Descendants<LinkInline>().SelectMany(link => Link(file, link)),
            .. page.Descendants<FencedCodeBlock>().Where(IsCommands).SelectMany(block => CommandText.References(file, Text(block), block.Line + 2, "")),
            .. page.Descendants<CodeInline>().SelectMany(code => Mention(file, code)),
        ];
        return references.Where(reference => !written.Contains(reference.Target));
    }

    /// <summary>The anchors, as GitHub makes them: of headings, and of elements that have an id.</summary>
    public static IReadOnlySet<string> Anchors(OutputFile file)
    {
        var anchors = new HashSet<string>(StringComparer.Ordinal);
        if (!Is(file))
        {
            return anchors;
        }

        foreach (var heading in Markdown.Parse(file.Text, Extensions).Descendants<HeadingBlock>())
        {
            var slug = Slug(heading);
            var (anchor, number) = (slug, 0);
            while (!anchors.Add(anchor))
            {
                anchor = $"{slug}-{++number}";
            }
        }

        anchors.UnionWith(Id().Matches(file.Text).Select(match => match.Value));
        return anchors;
    }

    static IEnumerable<Reference> Link(OutputFile file, LinkInline link)
    {
        if (link.Url is not { Length: > 0 } url || Scheme().IsMatch(url))
        {
            yield break;
        }

        var (path, anchor) = url.IndexOf('#') is var mark and >= 0 ? (url[..mark], url[(mark + 1)..]) : (url, "");
        path = Uri.UnescapeDataString(path);
        var target = path.Length == 0 ? file.Path : SolutionPath.Resolve(path[0] == '/' ? "" : file.Folder, path);
        if (path.Length > 0)
        {
            yield return file.Reference(link.Line + 1, "", target);
        }

        if (anchor.Length > 0 && target.EndsWith(".md", StringComparison.OrdinalIgnoreCase))
        {
            yield return new(file.Path, link.Line + 1, $"{target}#{anchor}", ReferenceKind.Anchor);
        }
    }

    static IEnumerable<Reference> Mention(OutputFile file, CodeInline code)
    {
        if (code.Content.Contains(' '))
        {
            return CommandText.References(file, code.Content, code.Line + 1, "");
        }

        var isName = code.Content.EndsWith(".cs", StringComparison.Ordinal) || code.Content.EndsWith(".csproj", StringComparison.Ordinal);
        if (!CommandText.LooksLikePath(isName ? "./" + code.Content : code.Content))
        {
            return [];
        }

        // With a slash at its end it can only be a folder.
        var target = SolutionPath.Resolve("", code.Content) + (code.Content.EndsWith('/') ? "/" : "");
        return [new(file.Path, code.Line + 1, target, ReferenceKind.Mention)];
    }

    static bool IsCommands(FencedCodeBlock block) => block.Info is null or "" or "sh" or "bash" or "shell" or "console";

    static string Text(LeafBlock block) => string.Join('\n', block.Lines.Lines.Take(block.Lines.Count).Select(line => line.Slice.ToString()));

    static string Slug(HeadingBlock heading)
    {
        var slug = new StringBuilder();
        foreach (var inline in heading.Inline?.Descendants() ?? [])
        {
            var text = inline switch { LiteralInline literal => literal.Content.ToString(), CodeInline code => code.Content, LineBreakInline => " ", _ => "" };
            foreach (var letter in text)
            {
                if (char.IsLetterOrDigit(letter) || letter is '_' or '-' or ' ')
                {
                    slug.Append(letter == ' ' ? '-' : char.ToLowerInvariant(letter));
                }
            }
        }

        return slug.ToString();
    }

    [GeneratedRegex("^(?:[A-Za-z][A-Za-z0-9+.-]*:|//)")]
    private static partial Regex Scheme();

    [GeneratedRegex("^File: `([^`]+)`$", RegexOptions.Multiline)]
    private static partial Regex Written();

    [GeneratedRegex(@"(?<=<[^>]*\b(?:id|name)="")[^""]+")]
    private static partial Regex Id();
}
