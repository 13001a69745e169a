namespace ContractCompiler.Clients;

using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using ContractCompiler.Model;

/// <summary>Writes a client: NSwag makes its operations, the types are the contract's own.</summary>
static class ClientWriter
{
    /// <summary>Writes the client to <paramref name="outputPath"/>; a file that would be the same is left alone.</summary>
    /// <param name="model">The contract.</param>
    /// <param name="kind">client for C#, or typescript; it names the settings of NSwag, as in client.nswag.</param>
    /// <param name="nswag">The path of dotnet-nswag.dll.</param>
    /// <param name="contract">The path of the contract.</param>
    /// <param name="namespace">The namespace of a client in C#.</param>
    /// <param name="outputPath">The file.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(ContractModel model, string kind, string nswag, string contract, string @namespace, string outputPath)
    {
        var isTypeScript = kind == "typescript";
        var operations = "";
        if (model.Operations.Count > 0)
        {
            var scratch = Directory.CreateTempSubdirectory("contract-").FullName;
            try
            {
                var document = Path.Combine(scratch, "openapi.json");
                var methods = ClientNames.Methods(model.Operations);
                await File.WriteAllTextAsync(document, NSwagDocument.Write(model, operation => isTypeScript ? TypeScriptOperations.Write(operation, methods[operation]) : CSharpOperations.Write(operation)));
                if (await RunNSwagAsync(nswag, Path.Combine(AppContext.BaseDirectory, "Clients", $"{kind}.nswag"), document, scratch) is { } fault)
                {
                    Console.WriteLine($"{contract}(1,1): error CONTRACT005: NSwag could not generate code from the contract: {fault}");
                    return 1;
                }

                operations = await File.ReadAllTextAsync(Path.Combine(scratch, "code.txt"));
            }
            finally
            {
                Directory.Delete(scratch, recursive: true);
            }
        }

        var name = Path.GetFileName(contract);
        OutputFile.Put(Path.GetFullPath(outputPath), Tidy(isTypeScript ? TypeScriptFile.Write(model, operations, name) : CSharpFile.Write(model, operations, name, @namespace)));
        return 0;
    }

    /// <returns>What went wrong, or null.</returns>
    private static async Task<string?> RunNSwagAsync(string nswag, string settings, string document, string scratch)
    {
        // Paths go in as JSON: a variable of NSwag cannot hold a comma or an equals sign.
        var json = JsonNode.Parse(await File.ReadAllTextAsync(settings))!;
        json["documentGenerator"]!["fromDocument"]!["url"] = document;
        foreach (var (_, generator) in json["codeGenerators"]!.AsObject())
        {
            generator!["templateDirectory"] = Path.Combine(Path.GetDirectoryName(settings)!, generator["templateDirectory"]!.GetValue<string>());
            generator["output"] = Path.Combine(scratch, "code.txt");
        }

        var run = Path.Combine(scratch, "run.nswag");
        await File.WriteAllTextAsync(run, json.ToJsonString());
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, ArgumentList = { nswag, "run", run } };
        using var process = Process.Start(start)!;
        var outputs = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode == 0)
        {
            return null;
        }

        var lines = string.Concat(outputs).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

        // The message of an exception can be several lines, before that of its cause and the stack.
        var message = string.Join(' ', lines
            .SkipWhile(line => !line.Contains("Exception: ", StringComparison.Ordinal))
            .TakeWhile(line => !line.StartsWith("at ", StringComparison.Ordinal) && !line.StartsWith("---> ", StringComparison.Ordinal)));
        return message.Length > 0 ? message : lines.LastOrDefault() ?? "it said nothing";
    }

    // NSwag leaves empty lines where a Liquid file writes nothing.
    private static string Tidy(string text)
    {
        var lines = string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd()));
        return Regex.Replace(Regex.Replace(lines, @"\n{3,}", "\n\n"), @"\n\n( *\})", "\n$1").Trim() + "\n";
    }
}
