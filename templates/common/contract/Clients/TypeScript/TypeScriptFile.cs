namespace ContractCompiler.Clients;

using System.Linq;
using System.Text.RegularExpressions;
using ContractCompiler.Model;

/// <summary>The file of a client in TypeScript: what NSwag wrote, and the types of the contract.</summary>
static class TypeScriptFile
{
    private static readonly string[] Imports = ["Api", "type ApiResponse", "type ApiResponses", "type ClientOptions", "styled"];

    public static string Write(ContractModel model, string operations, string contractFileName)
    {
        var bodies = new Code();
        foreach (var operation in model.Operations.Where(operation => operation.Body?.Name is not null).DistinctBy(operation => operation.Body!.Name))
        {
            TypeScriptTypes.WriteBody(bodies, operation);
            bodies.Line();
        }

        var imports = Imports.Where(import => Regex.IsMatch(operations, $@"\b{import.Split(' ')[^1]}[<(;) ]")).ToList();
        return $"""
            // From {contractFileName} by NSwag. To change this file, change the contract and build.
            {(imports.Count == 0 ? "" : $"import {{ {string.Join(", ", imports)} }} from \"../api.js\";")}

            {operations.Trim()}

            {bodies.ToString().Trim()}

            {TypeScriptTypes.Write(model).Trim()}
            """;
    }
}
