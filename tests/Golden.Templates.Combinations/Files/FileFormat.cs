using Microsoft.CodeAnalysis;

namespace Golden.Templates.Combinations;

/// <summary>What .editorconfig says of a file.</summary>
sealed record FileFormat(string? EndOfLine, bool InsertFinalNewline, bool TrimTrailingWhitespace, string? IndentStyle, string? Charset);

/// <summary>The formats of a solution's files, as the compiler reads them from the text of its .editorconfig.</summary>
sealed class FileFormats(string editorConfig)
{
    readonly AnalyzerConfigSet _sections = AnalyzerConfigSet.Create<List<AnalyzerConfig>>([AnalyzerConfig.Parse(editorConfig, "/.editorconfig")]);

    public FileFormat Of(string path)
    {
        var properties = _sections.GetOptionsForSourcePath("/" + path).AnalyzerOptions;
        return new(
            Value("end_of_line"),
            Value("insert_final_newline") == "true",
            Value("trim_trailing_whitespace") == "true",
            Value("indent_style"),
            Value("charset"));

        string? Value(string name) => properties.GetValueOrDefault(name)?.ToLowerInvariant();
    }
}
