// Compiles a contract: contract.dll <kind> <contract> <namespace> <namespace of the runtime> <file of code> <nswag.dll> [record]
// kind: server, gateway, client or typescript; foreign-client and foreign-typescript are clients of a service that is not built on this platform. The build
// starts it when something changed (contract.proj), with the hashes of its inputs in the record. contract.dll keywords writes the table of docs/contract.md.
namespace ContractCompiler;

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using ContractCompiler.Building;
using ContractCompiler.Clients;
using ContractCompiler.Model;
using ContractCompiler.Reading;
using ContractCompiler.Server;

static class Program
{
    private const int MostFindings = 200;
    private const string Foreign = "foreign-";

    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is ["keywords"])
        {
            Console.Write(KeywordDocument.Write());
            return 0;
        }

        if (arguments is not [var kind, var contract, var @namespace, var runtime, var code, var nswag, ..])
        {
            Console.Error.WriteLine("Usage: contract <kind> <contract> <namespace> <namespace of the runtime> <file of code> <nswag.dll> [record]");
            return 2;
        }

        var isForeign = kind.StartsWith(Foreign, StringComparison.Ordinal);
        var documents = new Documents();
        var findings = new Findings();
        var compiled = Compile(documents, contract, isForeign, findings);
        Report(findings, contract);
        if (compiled is not var (model, root) || findings.HasErrors)
        {
            return 1;
        }

        try
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(code))!;
            if (kind is "server" or "gateway")
            {
                var file = new FileContext(Path.GetFileName(contract), @namespace, runtime);
                foreach (var (name, text) in kind == "server" ? ServerFiles.Write(model, root, file) : GatewayFiles.Write(model, file))
                {
                    OutputFile.Put(Path.Combine(folder, name), text);
                }
            }
            else if (await ClientWriter.RunAsync(model, kind.EndsWith("typescript", StringComparison.Ordinal) ? "typescript" : "client", nswag, contract, @namespace, code) is var exitCode and not 0)
            {
                return exitCode;
            }

            // Last, so that a run that is cut off is repeated.
            if (arguments.ElementAtOrDefault(6) is { } record)
            {
                LockFile.Put(Path.Combine(folder, "contract.lock"), record, contract, documents.Files);
            }

            return 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Console.WriteLine($"{code}: error CONTRACT003: the code of the contract cannot be written: {exception.Message}");
            return 1;
        }
    }

    private static (ContractModel Model, Node Root)? Compile(Documents documents, string contract, bool isForeign, Findings findings)
    {
        try
        {
            var root = documents.Load(contract);
            Bundle.Make(documents, findings, root);
            new KeywordCheck(documents, findings).Check(root);
            if (findings.HasErrors)
            {
                return null;
            }

            var platform = new PlatformResponses(documents, findings);
            if (isForeign)
            {
                platform.Recognize(root);
            }
            else
            {
                new SecurityReader(documents, root).Check(findings);
                platform.AddTo(root);
            }

            return (ContractBuilder.Build(documents, findings, platform, root, ReservedNames.Types), root);
        }
        catch (UnreadableException exception)
        {
            findings.Error(exception.At, "files", exception.Message);
            return null;
        }
    }

    // As the compiler of C# writes them, which MSBuild and editors take for their own.
    private static void Report(Findings findings, string contract)
    {
        var all = findings.All.ToList();
        foreach (var finding in all.Take(MostFindings))
        {
            var isError = finding.Severity == Severity.Error;
            Console.WriteLine($"{finding.At.File}({finding.At.Line},{finding.At.Column}): {(isError ? "error CONTRACT004" : "warning CONTRACT006")}: {finding.Text}");
        }

        if (all.Count > 10)
        {
            var kinds = all.CountBy(finding => finding.Kind).OrderByDescending(kind => kind.Value).Select(kind => $"{kind.Value} of {kind.Key}");
            Console.WriteLine($"{contract}: {all.Count} findings: {string.Join(", ", kinds)}{(all.Count > MostFindings ? $"; the first {MostFindings} are listed" : "")}");
        }
    }
}
