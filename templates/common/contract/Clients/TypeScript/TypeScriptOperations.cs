namespace ContractCompiler.Clients;

using System.Collections.Generic;
using System.Linq;
using ContractCompiler.Model;

/// <summary>The operations of a client in TypeScript.</summary>
static class TypeScriptOperations
{
    public static OperationCode Write(Operation operation, string method)
    {
        var (names, body) = ClientNames.Parameters(operation);
        var parameters = operation.Parameters.Zip(names, (parameter, name) => new ParameterCode(parameter, new Dictionary<string, string>
        {
            ["x-name"] = name,
            ["x-type"] = TypeScriptTypes.Type(parameter.Use),
        })).ToList();
        if (operation.Body is not null)
        {
            parameters.Add(new(null, new Dictionary<string, string>
            {
                ["x-name"] = body,
                ["x-type"] = operation.Body.Name ?? TypeScriptTypes.Type(operation.Body.Media[0]),
            }));
        }

        return new(parameters, new Dictionary<string, object?>
        {
            ["x-client"] = $"{operation.Tag.Name}Client",
            ["x-name"] = method,
            ["x-request"] = parameters.Count == 0 ? null : operation.RequestName,
            ["x-optional"] = operation.Parameters.All(parameter => !parameter.Required) && operation.Body?.Required != true,
            ["x-method"] = operation.Method,
            ["x-path"] = Code.Quote(Calls.RelativePath(operation)),
            ["x-result"] = Result(operation),
            ["x-lines"] = Lines(operation, names).ToList(),
        });
    }

    // The members of the call, in the order in which a request has them.
    private static IEnumerable<string> Lines(Operation operation, IReadOnlyList<string> names)
    {
        var values = operation.Parameters.Zip(names, (parameter, name) => (parameter.Place, parameter.Json, Value: Value(parameter, name))).ToLookup(parameter => parameter.Place);
        if (values.Contains(Place.Path))
        {
            yield return $"path: {{ {string.Join(", ", values[Place.Path].Select(value => $"{TypeScriptTypes.Key(value.Json)}: {value.Value}"))} }},";
        }

        if (values.Contains(Place.Query))
        {
            yield return "query: {";
            foreach (var value in values[Place.Query])
            {
                yield return $"    {TypeScriptTypes.Key(value.Json)}: {value.Value},";
            }

            yield return "},";
        }

        if (values.Contains(Place.Header))
        {
            yield return $"headers: {{ {string.Join(", ", values[Place.Header].Select(value => $"{Code.Quote(value.Json)}: {value.Value}"))} }},";
        }

        if (values.Contains(Place.Cookie))
        {
            yield return $"cookies: {{ {string.Join(", ", values[Place.Cookie].Select(value => $"{TypeScriptTypes.Key(value.Json)}: {value.Value}"))} }},";
        }

        if (operation.Body is { } body)
        {
            yield return body.Name is null ? "body: request.body," : "...request.body,";
            if (body.Name is null && Calls.ContentType(body.Media[0]) is var type and not "application/json")
            {
                yield return $"type: {Code.Quote(type)},";
            }
        }

        if (Calls.Accept(operation) is { } accept)
        {
            yield return $"accept: {Code.Quote(accept)},";
        }

        if (Read(operation) is { } read)
        {
            yield return $"read: {read},";
        }
    }

    private static string Value(Parameter parameter, string name) =>
        Calls.Style(parameter) is { } style ? $"styled(\"{ClientNames.Camel(style)}\", request.{name})" : $"request.{name}";

    private static string Result(Operation operation)
    {
        var results = Calls.Results(operation);
        var types = results.Select(result => result.Media is null ? "undefined" : TypeScriptTypes.Type(result.Media)).Distinct().ToList();
        if (types.Count == 0 || types is ["undefined"])
        {
            return "ApiResponse<void>";
        }

        var successes = Calls.Successes(operation);
        return results.Count(result => result.Media is not null) > 1 && successes.All(outcome => int.TryParse(outcome.Status, out _))
            ? $"ApiResponses<{{ {string.Join("; ", successes.Select(outcome => $"{outcome.Status}: {(Calls.Typed(outcome.Media) is { } media ? TypeScriptTypes.Type(media) : "undefined")}"))} }}>"
            : $"ApiResponse<{string.Join(" | ", types)}>";
    }

    // How bodies are read that are no JSON, by status where they differ.
    private static string? Read(Operation operation)
    {
        var reads = operation.Method == "HEAD" ? [] : Calls.Successes(operation)
            .Select(outcome => (outcome.Status, Read: Calls.Typed(outcome.Media)?.Kind switch
            {
                null => null,
                MediaKind.Text => "\"text\"",
                MediaKind.Events => "\"stream\"",
                MediaKind.Binary => "\"blob\"",
                _ => "\"json\"",
            }))
            .Where(success => success.Read is not null)
            .ToList();
        return reads.Select(success => success.Read).Distinct().ToList() switch
        {
            [] or ["\"json\""] => null,
            [var read] => read,
            _ => $"{{ {string.Join(", ", reads.Select(success => $"{TypeScriptTypes.Key(success.Status)}: {success.Read}"))} }}",
        };
    }
}
