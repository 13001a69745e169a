using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Golden.Templates.Net;

/// <summary>contract.lock, and one for each client in another language: the hash and the path of each file that the generated code was made of, as the template's contract.proj compares them.</summary>
static partial class ContractLock
{
    static readonly ConditionalWeakTable<OutputFile, string> Hashes = [];

    public static bool Is(OutputFile file) => file.Ends(".lock");

    public static IEnumerable<Reference> References(OutputFile file) => Entries(file).Select(entry => file.Reference(entry.Line, file.Folder, entry.Path));

    /// <summary>What a build server would refuse to build: that step of the build is the one that the net leaves out.</summary>
    public static IEnumerable<Finding> Findings(IReadOnlyDictionary<string, OutputFile> files) =>
        from record in files.Values
        where Is(record)
        from entry in Entries(record)
        where files.TryGetValue(SolutionPath.Resolve(record.Folder, entry.Path), out var input) && Hashes.GetValue(input, Hash) != entry.Hash
        select record.Finding(entry.Line, $"The generated code was made of another {entry.Path}: make it anew.");

    static IEnumerable<(int Line, string Hash, string Path)> Entries(OutputFile file) =>
        from line in file.Lines.Index()
        let entry = Entry().Match(line.Item)
        where entry.Success
        select (line.Index + 1, entry.Groups["hash"].Value, entry.Groups["path"].Value);

    // Neither line endings nor the comments of a contract count.
    static string Hash(OutputFile input)
    {
        var text = input.Text.Replace("\r", "", StringComparison.Ordinal);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(YamlFile.Is(input) ? Comment().Replace(text, "") : text)));
    }

    [GeneratedRegex("^(?<hash>[0-9a-f]{64}) (?<path>.+)$")]
    private static partial Regex Entry();

    [GeneratedRegex(@"^ *#[^\n]*\n", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
