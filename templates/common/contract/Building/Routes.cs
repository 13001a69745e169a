namespace ContractCompiler.Building;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using ContractCompiler.Model;
using ContractCompiler.Reading;

/// <summary>What paths consist of; those that cannot be routes, and those that are the same.</summary>
static partial class Routes
{
    /// <summary>The methods whose operations are compiled, as a path names them.</summary>
    public static readonly string[] Methods = ["get", "put", "post", "delete", "options", "head", "patch"];

    public static void Check(ContractModel model, Node? paths, Findings findings)
    {
        foreach (var (path, at, _) in paths?.OwnMembers ?? [])
        {
            if (path is not ['/', ..])
            {
                findings.Warning(at, "paths", $"the path '{path}' has no slash before it, so one is added");
            }

            if (path.IndexOfAny(['?', '#']) >= 0)
            {
                findings.Error(at, "paths", $"the path '{path}' has a query or a fragment: declare query parameters as such");
            }
            else if (path.Contains("//", StringComparison.Ordinal))
            {
                // A URI may have it (RFC 3986); a route with an empty segment throws when the service starts.
                findings.Error(at, "paths", $"the path '{path}' has two slashes in a row, which ASP.NET Core cannot route: remove one");
            }
            else if (Parameter().Replace(path, "").IndexOfAny(['{', '}']) >= 0)
            {
                findings.Error(at, "paths", $"the path '{path}' has a brace without its partner");
            }
            else if (Parameter().Matches(path).Select(match => match.Groups[1].Value).FirstOrDefault(name => name.Length == 0 || name.IndexOfAny(['/', '?', '*', ':', '=']) >= 0) is { } name)
            {
                findings.Error(at, "paths", $"the path '{path}' has the parameter '{name}', which no route can have: use letters, digits, _ . and -");
            }
            else if (path.Contains("}{", StringComparison.Ordinal))
            {
                findings.Error(at, "paths", $"the path '{path}' has two parameters without a text in between, so nothing says where one ends");
            }
        }

        // To a caller, /a/{x} and /a/{y} are the same.
        var routes = new Dictionary<string, Operation>(StringComparer.OrdinalIgnoreCase);
        foreach (var operation in model.Operations)
        {
            var route = $"{operation.Method} {Parameter().Replace(operation.Path, "{}").TrimEnd('/')}";
            if (!routes.TryAdd(route, operation))
            {
                var at = paths?.OwnMembers.FirstOrDefault(member => operation.Path.EndsWith(member.Key, StringComparison.Ordinal)).At ?? default;
                findings.Error(at, "paths", $"{operation.Method} {operation.Path} and {routes[route].Path} are the same path to a caller: remove one");
            }
        }
    }

    /// <summary>A parameter in a path: its name is the first group.</summary>
    [GeneratedRegex(@"\{([^{}]*)\}")]
    public static partial Regex Parameter();
}
