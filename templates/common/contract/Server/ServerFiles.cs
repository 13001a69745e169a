namespace ContractCompiler.Server;

using System.Collections.Generic;
using System.Linq;
using ContractCompiler.Model;
using ContractCompiler.Reading;

/// <summary>The files of a service, and the contract as it serves it.</summary>
static class ServerFiles
{
    public static IEnumerable<(string Name, string Text)> Write(ContractModel model, Node root, FileContext file)
    {
        // The platform has its own problem documents.
        var declarations = model.Declarations.Where(declaration => !model.Problems.ContainsValue(declaration)).ToList();
        yield return ("Models.cs", ModelsFile.Write(declarations, file));
        yield return ("Operations.cs", OperationsFile.Write(model, file));
        yield return ("Implementations.cs", OperationsFile.Implementations(model, file));
        yield return ("Requests.cs", RequestsFile.Write(model, file));
        yield return ("Rules.cs", RulesFile.Write(model, file));
        MakeServersRelative(root);
        yield return ("openapi.yaml", $"# From {file.Contract}, with what the platform adds. To change this file, change the contract and build.\n{YamlWriter.Write(root)}");
    }

    /// <summary>
    /// A server is found from the address of the document (OpenAPI, "API Server and Base Path"): with a path that is relative to it, also
    /// where a proxy serves both under a prefix.
    /// </summary>
    private static void MakeServersRelative(Node root)
    {
        var servers = root["servers"]?.Items ?? [];
        if (servers.Count == 0)
        {
            // Without servers, OpenAPI takes "/".
            root.Set("servers", Node.List(root.At, Node.Map(root.At, ("url", Node.String(root.At, "./")))));
        }

        foreach (var server in servers.Where(server => server.TextOf("url") is ['/', not '/', ..] or "/"))
        {
            server.Set("url", Node.String(server.At, $".{server.TextOf("url")}"));
        }
    }
}
