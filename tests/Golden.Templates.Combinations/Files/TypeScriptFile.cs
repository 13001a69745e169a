using System.Text.RegularExpressions;

namespace Golden.Templates.Combinations;

/// <summary>TypeScript: the files that it imports. The compiler of a generated package sees the rest.</summary>
static partial class TypeScriptFile
{
    public static bool Is(OutputFile file) => file.Ends(".ts");

    /// <summary>An import names the JavaScript that will be made of the file.</summary>
    public static IEnumerable<Reference> References(OutputFile file) =>
        from line in file.Lines.Index()
        let import = Import().Match(line.Item)
        where import.Success
        select file.Reference(line.Index + 1, file.Folder, import.Groups["path"].Value + ".ts");

    [GeneratedRegex("""^(?:import|export|\}).*\bfrom ["'](?<path>\.[^"']*)\.js["']""")]
    private static partial Regex Import();
}
