namespace ContractCompiler;

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

/// <summary>contract.lock, which says what the code beside it was made of. The build compares it with what there is (contract.proj).</summary>
static partial class LockFile
{
    /// <param name="path">The file.</param>
    /// <param name="record">A file of the lines that the build has made: those of the compiler and of the contract itself.</param>
    /// <param name="contract">The contract.</param>
    /// <param name="files">The files that were read, the contract among them.</param>
    public static void Put(string path, string record, string contract, IEnumerable<string> files)
    {
        contract = Path.GetFullPath(contract);
        var others = files.Where(file => file != contract).Select(file => $"{Hash(file)} {Path.GetRelativePath(Path.GetDirectoryName(contract)!, file).Replace('\\', '/')} of {Path.GetFileName(contract)}");
        var lines = File.ReadAllLines(record).Concat(others).OrderBy(line => line[line.IndexOf(' ', StringComparison.Ordinal)..], StringComparer.Ordinal);
        OutputFile.Put(path, string.Join('\n', lines) + "\n");
    }

    // As contract.proj does: MSBuild's StableStringHash, over the text without comments.
    private static string Hash(string file) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Comment().Replace(File.ReadAllText(file).Replace("\r", "", StringComparison.Ordinal), ""))));

    [GeneratedRegex(@"^ *#[^\n]*\n", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
