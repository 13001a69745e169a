namespace ContractCompiler.Clients;

using System;
using System.Collections.Generic;
using System.Linq;
using ContractCompiler.Building;
using ContractCompiler.Model;

/// <summary>Names of methods and parameters of clients.</summary>
static class ClientNames
{
    // What a method of a client calls something itself; in TypeScript a class has a constructor.
    private static readonly HashSet<string> Taken = ["http", "cancellationToken", "constructor"];

    /// <summary>The names of an operation's parameters, in their order, and of its body.</summary>
    public static (IReadOnlyList<string> Parameters, string Body) Parameters(Operation operation)
    {
        var taken = new HashSet<string>(Taken);
        if (operation.Body is not null)
        {
            taken.Add("body");
        }

        return ([.. operation.Parameters.Select(parameter => Names.Unique(Camel(parameter.Name), taken))], "body");
    }

    /// <summary>The names of operations in camel case, each once in a client.</summary>
    public static Dictionary<Operation, string> Methods(IEnumerable<Operation> operations)
    {
        var names = new Dictionary<Operation, string>();
        foreach (var client in operations.GroupBy(operation => operation.Tag.Name))
        {
            var taken = new HashSet<string>(Taken);
            foreach (var operation in client)
            {
                names.Add(operation, Names.Unique(Camel(operation.Name), taken));
            }
        }

        return names;
    }

    /// <summary>In camel case, a keyword of C# too.</summary>
    public static string Camel(string pascal) => Names.Camel(pascal).TrimStart('@');
}
