namespace ContractCompiler.Clients;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using ContractCompiler.Building;
using ContractCompiler.Model;
using ContractCompiler.Server;

/// <summary>The operations of a client in C#, and the closed types of bodies and results that have several forms.</summary>
static class CSharpOperations
{
    public static OperationCode Write(Operation operation)
    {
        var (names, body) = ClientNames.Parameters(operation);
        var parameters = operation.Parameters.Zip(names, (parameter, name) => Write(parameter, Names.Camel(name))).ToList();
        if (operation.Body is not null)
        {
            parameters.Add(Write(operation.Body, body));
        }

        var (result, send) = Result(operation);
        List<string> calls =
        [
            .. Calls.Errors(operation).Select(error => $"{(error.IsProblem ? "Problem" : "Error")}<{CSharp.Type(error.Use with { Nullable = false })}>({string.Join(", ", error.Statuses.Select(Code.Quote))})"),
        ];
        if (Calls.Accept(operation) is { } accept)
        {
            calls.Add($"Accept({Code.Quote(accept)})");
        }

        calls.Add(send);
        return new(parameters, new Dictionary<string, object?>
        {
            ["x-client"] = $"{operation.Tag.Name}Client",
            ["x-name"] = $"{operation.Name}Async",
            ["x-method"] = $"HttpMethod.{operation.Method[0]}{operation.Method[1..].ToLowerInvariant()}",
            ["x-path"] = Path(operation, names),
            ["x-result"] = result is null ? "ApiResponse" : $"ApiResponse<{result}>",
            ["x-calls"] = calls,
        });
    }

    /// <summary>The closed types of bodies with several media types, and of results with several bodies.</summary>
    public static string ClosedTypes(ContractModel model)
    {
        var code = new Code();
        var bodies = model.Operations.Where(operation => operation.Body?.Name is not null).DistinctBy(operation => operation.Body!.Name).Select(operation => (Action)(() => ClosedBody(code, operation)));
        var results = model.Operations.Where(operation => Calls.Results(operation).Count(result => result.Media is not null) > 1).Select(operation => (Action)(() => ClosedResult(code, operation)));
        code.Separated(bodies.Concat(results), static write => write());
        return code.ToString();
    }

    private static ParameterCode Write(Parameter parameter, string variable)
    {
        var style = Calls.Style(parameter) is { } name ? $", ApiStyle.{name}" : "";
        return new(parameter, new Dictionary<string, string>
        {
            ["x-name"] = variable,
            ["x-type"] = CSharp.Type(parameter.Use, orNull: !parameter.Required),
            ["x-call"] = parameter.Place == Place.Path ? "" : $"{parameter.Place}({Code.Quote(parameter.Json)}, {variable}{style})",
        });
    }

    private static ParameterCode Write(Body body, string variable) => new(null, new Dictionary<string, string>
    {
        ["x-name"] = variable,
        ["x-type"] = (body.Name ?? Type(body.Media[0])).TrimEnd('?') + (body.Required && body.Media[0].Use?.Nullable != true ? "" : "?"),
        ["x-call"] = body.Name is null ? Send(body.Media[0], variable, body.Required) : $"OneOf({variable})",
    });

    // The call that puts a body into the request.
    private static string Send(Media media, string variable, bool required)
    {
        var type = Code.Quote(Calls.ContentType(media));
        return media.Kind switch
        {
            MediaKind.Json => $"{(required ? "" : "Optional")}Body({variable}{(type == "\"application/json\"" ? "" : $", {type}")})",
            MediaKind.Form => $"Form({variable})",
            MediaKind.Multipart when media.Use?.Type is DeclaredType { Declaration: ObjectDeclaration form } => Multipart(form, variable, required, type),
            MediaKind.Multipart => $"Multipart({variable}, {type}).Parts({variable})",
            MediaKind.Text => $"Text({variable}, {type})",
            _ => $"Binary({variable}, {type})",
        };
    }

    private static string Multipart(ObjectDeclaration form, string variable, bool required, string type)
    {
        var member = required ? variable : $"{variable}?";
        var parts = form.Members.Select(part => $".Part({Code.Quote(part.Json)}, {member}.{part.Name})");
        var others = form.Others is null ? "" : $".Parts({member}.{CSharp.OthersName(form)})";
        return $"Multipart({variable}, {type}){string.Concat(parts)}{others}";
    }

    private static (string? Type, string Send) Result(Operation operation)
    {
        var results = Calls.Results(operation);
        var bodies = results.Where(result => result.Media is not null).ToList();
        if (bodies.Count == 0)
        {
            return (null, "SendAsync(http, cancellationToken)");
        }

        if (bodies.Count > 1)
        {
            return (operation.ResultName, $"SendAsync(http, {operation.ResultName}.ReadAsync, cancellationToken)");
        }

        var media = bodies[0].Media!;
        var type = Type(media);
        return (results.Count > 1 || media.Use?.Nullable == true, media.Kind) switch
        {
            (false, MediaKind.Json) => (type, $"SendAsync<{type}>(http, cancellationToken)"),
            (true, MediaKind.Json) => ($"{type.TrimEnd('?')}?", $"SendAsync(http, ApiRequest.ReadJsonOrNullAsync<{type.TrimEnd('?')}?>, cancellationToken)"),
            _ => (type, $"SendAsync(http, {Reader(media)}, cancellationToken)"),
        };
    }

    private static string Reader(Media media) => media.Kind switch
    {
        MediaKind.Json => $"ApiRequest.ReadJson{(media.Use?.Nullable == true ? "OrNull" : "")}Async<{Type(media)}>",
        MediaKind.Text => "ApiRequest.ReadTextAsync",
        _ => "ApiRequest.ReadStreamAsync",
    };

    private static string Type(Media media) => media switch
    {
        { Use: { } use } => CSharp.Type(use),
        { Kind: MediaKind.Json } => "JsonElement",
        { Kind: MediaKind.Text } => "string",
        _ => "Stream",
    };

    private static void ClosedBody(Code code, Operation operation)
    {
        var body = operation.Body!;
        code.Summary(body.Description ?? $"A body of {operation.Id}, of one of its media types.");
        code.Open($"public abstract record {body.Name} : IApiBody");
        code.Line($"private {body.Name}()\n{{\n}}");
        foreach (var media in body.Media)
        {
            code.Line();
            code.Line($"/// <summary>{media.Type}</summary>");
            code.Open($"public sealed record Of{media.Name}({Type(media)} Value) : {body.Name}");
            code.Line($"private protected override ApiRequest AddTo(ApiRequest request) => request.{Send(media, "Value", required: true)};");
            code.Close();
        }

        code.Line();
        code.Line("ApiRequest IApiBody.AddTo(ApiRequest request) => AddTo(request);");
        code.Line();
        code.Line("private protected abstract ApiRequest AddTo(ApiRequest request);");
        code.Close();
    }

    private static void ClosedResult(Code code, Operation operation)
    {
        var successes = Calls.Successes(operation);
        code.Summary($"A success of {operation.Id}, by its status.");
        code.Open($"public abstract record {operation.ResultName}");
        code.Line($"private {operation.ResultName}()\n{{\n}}");
        foreach (var outcome in successes)
        {
            code.Line();
            code.Summary(outcome.Description);
            var value = Calls.Typed(outcome.Media) is { } media ? $"({Type(media)} Value)" : "";
            code.Line($"public sealed record Of{outcome.Name}{value} : {operation.ResultName};");
        }

        code.Line();
        code.Open($"internal static async Task<{operation.ResultName}> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken) => (int)response.StatusCode switch");
        foreach (var outcome in successes.OrderBy(outcome => outcome.Status.EndsWith('X')))
        {
            var read = Calls.Typed(outcome.Media) is { } media ? $"await {Reader(media)}(response, cancellationToken).ConfigureAwait(false)" : "";
            code.Line($"{(int.TryParse(outcome.Status, out _) ? outcome.Status : "< 300")} => new Of{outcome.Name}({read}),");
        }

        code.Line("_ => throw ApiRequest.Unexpected(response),");
        code.Close(";");
        code.Close();
    }

    // An interpolated string where the path has parameters.
    private static string Path(Operation operation, IReadOnlyList<string> names)
    {
        var path = Calls.RelativePath(operation);
        var text = new StringBuilder(Code.Quote(path));
        var parameters = operation.Parameters.Zip(names).Where(pair => pair.First.Place == Place.Path).ToList();
        if (parameters.Count == 0)
        {
            return text.ToString();
        }

        text.Replace("{", "{{").Replace("}", "}}");
        foreach (var (parameter, name) in parameters)
        {
            var token = Code.Quote(parameter.Json)[1..^1];
            var arguments = Calls.Style(parameter) is { } style ? $", ApiStyle.{style}{(style.StartsWith("Matrix", StringComparison.Ordinal) ? $", {Code.Quote(parameter.Json)}" : "")}" : "";
            text.Replace($"{{{{{token}}}}}", $"{{ApiRequest.Segment({Names.Camel(name)}{arguments})}}");
        }

        return $"${text}";
    }
}
