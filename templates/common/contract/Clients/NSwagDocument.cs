namespace ContractCompiler.Clients;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using ContractCompiler.Model;

/// <summary>What a method of a client says in its language.</summary>
/// <param name="Parameters">In the contract's order; the body is the last one.</param>
/// <param name="Extensions">What the Liquid file of the language reads: x-….</param>
sealed record OperationCode(IReadOnlyList<ParameterCode> Parameters, IReadOnlyDictionary<string, object?> Extensions);

/// <param name="Parameter">Null for the body.</param>
/// <param name="Extensions">What the Liquid file of the language reads: x-….</param>
sealed record ParameterCode(Parameter? Parameter, IReadOnlyDictionary<string, string> Extensions);

/// <summary>
/// The document that NSwag writes the operations of a client from. Its types are opaque: names and types of the language stand in
/// extensions, so that NSwag neither names nor resolves anything.
/// </summary>
static class NSwagDocument
{
    public static string Write(ContractModel model, Func<Operation, OperationCode> code)
    {
        var paths = new JsonObject();
        foreach (var path in model.Operations.GroupBy(operation => operation.Path))
        {
            var item = new JsonObject();
            foreach (var operation in path)
            {
                item[operation.Method.ToLowerInvariant()] = Write(operation, code(operation));
            }

            paths[path.Key] = item;
        }

        var document = new JsonObject
        {
            ["openapi"] = "3.0.3",
            ["info"] = new JsonObject { ["title"] = "API", ["version"] = "1" },
            ["paths"] = paths,
        };
        return document.ToJsonString(new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    private static JsonObject Write(Operation operation, OperationCode code)
    {
        var json = new JsonObject
        {
            ["operationId"] = operation.Name,
            ["tags"] = new JsonArray(operation.Tag.Name),
            ["summary"] = OneLine(operation.Summary) ?? $"{operation.Method} {operation.Path}",
            ["description"] = OneLine(operation.Description),
            ["deprecated"] = operation.Deprecated,
            ["parameters"] = new JsonArray([.. code.Parameters.Where(parameter => parameter.Parameter is not null).Select(Write)]),

            // NSwag makes a method only of an operation with a response.
            ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "" } },
        };
        if (operation.Body is { } body)
        {
            json["requestBody"] = new JsonObject
            {
                ["description"] = OneLine(body.Description),
                ["required"] = body.Required,
                ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = Schema(code.Parameters[^1]) } },
            };
        }

        foreach (var (name, value) in code.Extensions)
        {
            json[name] = value switch
            {
                null => null,
                string text => text,
                bool flag => flag,
                IEnumerable<string> lines => new JsonArray([.. lines.Select(line => (JsonNode)line)]),
                _ => throw new ArgumentException($"A {value.GetType()} has no form in a document.", nameof(code)),
            };
        }

        return json;
    }

    private static JsonObject Write(ParameterCode code) => new()
    {
        // Only what the extensions say is written, and a name that is in several places would be one parameter.
        ["name"] = code.Extensions["x-name"],
        ["in"] = code.Parameter!.Place == Place.Path ? "path" : "query",
        ["required"] = code.Parameter.Required,
        ["description"] = OneLine(code.Parameter.Description ?? code.Parameter.Use.Description),
        ["schema"] = Schema(code),
    };

    private static JsonObject Schema(ParameterCode code)
    {
        var schema = new JsonObject { ["type"] = "string" };
        foreach (var (name, value) in code.Extensions)
        {
            schema[name] = value;
        }

        return schema;
    }

    private static string? OneLine(string? description) => string.IsNullOrWhiteSpace(description) ? null : Code.OneLine(description);
}
