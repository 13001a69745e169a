using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Golden.Templates.Combinations;

/// <summary>contract.lock, beside the generated code of each project: the hash and the path of each file that the code was made of, as the template's contract.proj compares them.</summary>
static partial class ContractLock
{
    const string Name = "contract.lock";

    // What shapes the code of every contract.
    const string Pipeline = "contract/";

    static readonly ConditionalWeakTable<OutputFile, string> Hashes = [];

    /// <summary>What a build server would refuse to build: that step of the build is the one that is left out here.</summary>
    public static IEnumerable<Finding> Findings(IReadOnlyDictionary<string, OutputFile> files)
    {
        var contracts = files.Values.Where(file => file.Ends(".csproj")).SelectMany(Declared).ToDictionary();
        foreach (var (path, contract) in contracts.Where(declared => !files.ContainsKey(declared.Key)))
        {
            yield return new(path, 0, $"There is no {Name} beside the code of {contract}.");
        }

        foreach (var record in files.Values.Where(file => file.Name == Name))
        {
            if (!contracts.TryGetValue(record.Path, out var contract))
            {
                yield return record.Finding(0, "No project has a contract whose code is here.");
                continue;
            }

            foreach (var (line, hash, name) in Entries(record))
            {
                var isContract = name == contract[(contract.LastIndexOf('/') + 1)..];
                var path = isContract ? contract : Pipeline + name;
                if (!files.TryGetValue(path, out var input))
                {
                    // Where the contract is missing, the project says so.
                    if (!isContract)
                    {
                        yield return record.Finding(line, $"There is no {path} in the solution.");
                    }
                }
                else if (Hashes.GetValue(input, Hash) != hash)
                {
                    yield return record.Finding(line, $"The generated code was made of another {name}: make it anew.");
                }
            }
        }
    }

    /// <summary>By the lock that belongs to its code, each contract that the project declares.</summary>
    static IEnumerable<(string Lock, string Contract)> Declared(OutputFile project) =>
        from declaration in Declaration().Matches(project.Text)
        let code = declaration.Groups["code"] is { Success: true } given ? given.Value : declaration.Groups["service"] is { Success: true } service ? $"{service.Value}/Generated/" : "Generated/"
        select (SolutionPath.Resolve(project.Folder, code[..(code.LastIndexOf('/') + 1)] + Name), SolutionPath.Resolve(project.Folder, declaration.Groups["contract"].Value));

    static IEnumerable<(int Line, string Hash, string Name)> Entries(OutputFile file) =>
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

    [GeneratedRegex("""<Contract(?:Client|Gateway)? Include="(?<contract>[^"]+)"(?: Service="(?<service>[^"]+)")?(?: Kind="[^"]*")?(?: Code="(?<code>[^"]+)")?(?: Foreign="true")? />""")]
    private static partial Regex Declaration();

    [GeneratedRegex("^(?<hash>[0-9a-f]{64}) (?<path>.+)$")]
    private static partial Regex Entry();

    [GeneratedRegex(@"^ *#[^\n]*\n", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
