namespace ContractCompiler.Building;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Text.RegularExpressions;
using ContractCompiler.Model;
using ContractCompiler.Reading;

/// <summary>Turns a document into the model. OpenAPI 3.0 and 3.1 differ in here and nowhere else.</summary>
sealed partial class ContractBuilder
{
    // A client sets these by itself (OpenAPI, Parameter Object).
    private static readonly string[] HeadersOfHttp = ["accept", "content-type", "authorization"];

    private readonly Documents documents;
    private readonly Findings findings;
    private readonly PlatformResponses platform;
    private readonly Node root;
    private readonly ContractModel model = new();
    private readonly TypeNames names;
    private readonly SchemaBuilder schemas;
    private readonly SecurityReader security;
    private readonly Dictionary<string, Tag> tags = [];
    private readonly HashSet<string> ids = new(StringComparer.Ordinal);
    private readonly HashSet<string> operationNames = new(StringComparer.OrdinalIgnoreCase);

    private ContractBuilder(Documents documents, Findings findings, PlatformResponses platform, Node root, IEnumerable<string> reservedNames)
    {
        (this.documents, this.findings, this.platform, this.root) = (documents, findings, platform, root);
        names = new(reservedNames);
        schemas = new(documents, findings, names, model);
        security = new(documents, root);
    }

    public static ContractModel Build(Documents documents, Findings findings, PlatformResponses platform, Node root, IEnumerable<string> reservedNames)
    {
        var builder = new ContractBuilder(documents, findings, platform, root, reservedNames);
        builder.Document();
        builder.schemas.Sort();
        Reach.Mark(builder.model);
        return builder.model;
    }

    private void Document()
    {
        foreach (var form in Forms())
        {
            schemas.MarkForm(form);
        }

        schemas.Components(root["components"]?["schemas"], platform.ProblemSchemas);
        foreach (var (schema, name) in platform.ProblemSchemas)
        {
            model.Problems[name] = schemas.DeclarationOf(schema)!;
        }

        model.Schemes.AddRange(security.Schemes);
        var basePath = BasePath();
        foreach (var (path, at, item) in root["paths"]?.OwnMembers ?? [])
        {
            var target = documents.Target(item);
            foreach (var (method, _, operation) in target.OwnMembers.Where(member => Routes.Methods.Contains(member.Key)))
            {
                Operation(basePath, $"{(path is ['/', ..] ? "" : "/")}{path}", at, method, operation, target);
            }
        }

        Routes.Check(model, root["paths"], findings);
        if (model.Operations.Count == 0)
        {
            findings.Warning(root["paths"]?.At ?? root.At, "operations", "the contract has no operation, so the service has none");
        }
    }

    private IEnumerable<Node> Forms() =>
        from item in root["paths"]?.OwnMembers ?? []
        from operation in documents.Target(item.Value).OwnMembers
        let body = operation.Value["requestBody"]
        where body is not null
        from media in documents.Target(body)["content"]?.OwnMembers ?? []
        where media.Key.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) && media.Value.Has("schema")
        select media.Value["schema"];

    // The path of the first server, with the defaults of its variables.
    private string BasePath()
    {
        var server = root["servers"]?.Items.FirstOrDefault();
        var url = server?.TextOf("url") ?? "";
        foreach (var (name, _, variable) in server?["variables"]?.OwnMembers ?? [])
        {
            url = url.Replace($"{{{name}}}", variable.TextOf("default"), StringComparison.Ordinal);
        }

        if (UrlHost().Replace(url, "").TrimEnd('/') is not ['/', ..] path)
        {
            return "";
        }

        if (path.Contains("//", StringComparison.Ordinal))
        {
            findings.Warning(server!["url"]!.At, "paths", $"the URL '{url}' has two slashes in a row, which ASP.NET Core cannot route, so one is left");
        }

        return Slashes().Replace(path, "/");
    }

    private void Operation(string basePath, string path, Position at, string method, Node node, Node item)
    {
        var id = node.TextOf("operationId");
        if (id is not null && !ids.Add(id))
        {
            findings.Warning(node["operationId"]!.At, "operationIds", $"another operation has the operationId '{id}', so this one is named by its path");
            id = null;
        }

        var name = OperationName(id ?? $"{method} {Routes.Parameter().Replace(path, " by $1 ")}");
        var operation = new Operation
        {
            Id = id ?? Names.Camel(name).TrimStart('@'),
            Name = name,
            Method = method.ToUpperInvariant(),
            Path = basePath + path,
            Tag = TagOf(node),
            RequestName = names.Take(name + "Request", ""),
            ResultName = names.Take(name + "Result", ""),
            Summary = node.TextOf("summary"),
            Description = node.TextOf("description"),
            Deprecated = node.IsTrue("deprecated"),
        };
        Parameters(operation, node, item, at);
        Body(operation, node);
        foreach (var (status, _, response) in node["responses"]?.OwnMembers ?? [])
        {
            Outcome(operation, status, response);
        }

        operation.Security.AddRange(security.Of(node));
        model.Operations.Add(operation);
    }

    // A client's method is the operation's name with Async after it.
    private string OperationName(string id)
    {
        var name = Names.Pascal(id, "Operation");
        for (var number = 2; operationNames.Contains(name) || operationNames.Contains(name + "Async"); number++)
        {
            name = Names.Pascal(string.Create(CultureInfo.InvariantCulture, $"{id} {number}"), "Operation");
        }

        operationNames.Add(name);
        operationNames.Add(name + "Async");
        return name;
    }

    private Tag TagOf(Node operation)
    {
        var text = operation["tags"]?.Items.FirstOrDefault()?.Text ?? "Default";
        if (!tags.TryGetValue(text, out var tag))
        {
            var description = root["tags"]?.Items.Find(item => item.TextOf("name") == text)?.TextOf("description");
            var name = Names.Pascal(text, "Default");
            var free = names.Take(name, "Operations", "Client");
            tags[text] = tag = new(text, free, description);
            model.Tags.Add(tag);
        }

        return tag;
    }

    private void Parameters(Operation operation, Node node, Node item, Position at)
    {
        var parameters = new Dictionary<(string, string), (Node Node, Position At)>();
        foreach (var raw in (item["parameters"]?.Items ?? []).Concat(node["parameters"]?.Items ?? []))
        {
            var parameter = documents.Target(raw);
            parameters[(parameter.TextOf("in") ?? "", parameter.TextOf("name") ?? "")] = (parameter, raw.At);
        }

        var taken = Names.MembersOf(operation.RequestName);
        taken.Add("Body");
        foreach (var ((place, name), (parameter, parameterAt)) in parameters)
        {
            if (!Enum.TryParse<Place>(place, ignoreCase: true, out var where) || !place.All(char.IsLower))
            {
                findings.Error(parameterAt, "parameters", $"the parameter '{name}' must be in path, query, header or cookie, not '{place}'");
            }
            else if (where == Place.Header && HeadersOfHttp.Contains(name.ToLowerInvariant()))
            {
                findings.Warning(parameterAt, "headers of HTTP", $"OpenAPI ignores the parameter '{name}': media types and security say it");
            }
            else
            {
                operation.Parameters.Add(Parameter(parameter, where, name, Names.Member(name, operation.RequestName, taken), operation.Name));
            }
        }

        var inPath = Routes.Parameter().Matches(operation.Path).Select(match => match.Groups[1].Value).ToList();
        foreach (var missing in inPath.Except(operation.Parameters.Where(parameter => parameter.Place == Place.Path).Select(parameter => parameter.Json)))
        {
            findings.Warning(at, "path parameters", $"the path has '{{{missing}}}' and {operation.Method} does not declare it, so it is a string");
            operation.Parameters.Add(new()
            {
                Json = missing,
                Name = Names.Member(missing, operation.RequestName, taken),
                Place = Place.Path,
                Style = Style.Simple,
                Explode = false,
                Required = true,
                Use = new(new ScalarType(Scalar.String)),
            });
        }

        foreach (var unused in operation.Parameters.Where(parameter => parameter.Place == Place.Path && !inPath.Contains(parameter.Json)).ToList())
        {
            findings.Warning(at, "path parameters", $"{operation.Method} declares '{unused.Json}' in the path, which does not have it, so nothing is read");
            operation.Parameters.Remove(unused);
        }
    }

    private Parameter Parameter(Node node, Place place, string json, string name, string operation)
    {
        var content = node["content"]?.OwnMembers.FirstOrDefault();
        var style = Enum.TryParse<Style>(node.TextOf("style"), ignoreCase: true, out var given) ? given : place is Place.Query or Place.Cookie ? Style.Form : Style.Simple;
        return new()
        {
            Json = json,
            Name = name,
            Place = place,
            Style = content?.Value is null ? style : Style.Json,
            Explode = node["explode"] is { } explode ? explode.Text == "true" : style is Style.Form or Style.DeepObject,
            Required = place == Place.Path || node.IsTrue("required"),
            Use = schemas.Build(content?.Value is { } media ? media["schema"] : node["schema"] ?? StringSchema, operation + Names.Pascal(json, "Parameter")),
            Description = node.TextOf("description"),
        };
    }

    private static Node StringSchema { get; } = Node.Map(default, ("type", Node.String(default, "string")));

    private void Body(Operation operation, Node node)
    {
        if (node["requestBody"] is not { } raw || documents.Target(raw) is not { } body || Contents(body["content"], operation.Name + "Body") is not { Count: > 0 } media)
        {
            return;
        }

        operation.Body = new(body.IsTrue("required"), media.Count > 1 ? names.Take(operation.Name + "Body", "", "Rules") : null, body.TextOf("description"), media);
        if (operation.Method == "PATCH" || media.Exists(one => one.Type.Contains("merge-patch", StringComparison.Ordinal)))
        {
            foreach (var declaration in media.Select(one => (one.Use?.Type as DeclaredType)?.Declaration).OfType<ObjectDeclaration>())
            {
                declaration.IsPatch = true;
            }
        }
    }

    private void Outcome(Operation operation, string status, Node raw)
    {
        var response = documents.Target(raw);
        var name = StatusName(status);
        if (name is null)
        {
            findings.Error(raw.At, "statuses", $"'{status}' is no status: use one of three digits, 4XX or default");
            return;
        }

        var outcome = new Outcome
        {
            Status = status.ToUpperInvariant() is "DEFAULT" ? "default" : status.ToUpperInvariant(),
            Name = name,
            Description = response.TextOf("description"),
            IsPlatform = platform.IsAdded(raw),
            IsProblem = platform.IsProblem(response),
            IsValidationProblem = platform.IsValidationProblem(response),
        };
        outcome.Media.AddRange(Contents(platform.OwnContent(response), operation.Name + name));
        var arguments = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "Body", "Status", "Detail", "Field", "Message", "ContentType" };
        foreach (var (header, _, node) in response["headers"]?.Members ?? [])
        {
            if (!header.Equals("Content-Type", StringComparison.OrdinalIgnoreCase) && !platform.IsAdded(node))
            {
                outcome.Headers.Add(Parameter(documents.Target(node), Place.Header, header, Names.Unique(Names.Pascal(header, "Header"), arguments), operation.Name + name));
            }
        }

        operation.Outcomes.Add(outcome);
    }

    private List<Media> Contents(Node? content, string hint)
    {
        var contents = new List<Media>();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (text, at, node) in content?.OwnMembers ?? [])
        {
            var type = text.Split(';')[0].Trim().ToLowerInvariant();
            if (!MediaType().IsMatch(type))
            {
                findings.Warning(at, "media types", $"'{text}' is no media type, so it stands for application/json");
                type = "application/json";
            }

            var schema = node["schema"];
            var kind = KindOf(type, schema);
            var use = kind is MediaKind.Json or MediaKind.Form or MediaKind.Multipart
                ? schemas.Build(schema, hint + (contents.Count == 0 ? "" : Names.Pascal(type, "Body")))
                : null;
            if (kind == MediaKind.Json && contents.Find(one => one.Kind == kind && one.Use == use) is { } same)
            {
                same.Also.Add(type);
                continue;
            }

            contents.Add(new(type == "*/*" && kind == MediaKind.Json ? "application/json" : type, kind, Names.Unique(Names.Pascal(MediaPrefix().Replace(type, "").Replace('*', ' '), "Any"), taken), use));
        }

        return contents;
    }

    private MediaKind KindOf(string type, Node? schema) => type switch
    {
        "application/json" or "text/json" => MediaKind.Json,
        "application/x-www-form-urlencoded" => MediaKind.Form,
        "text/event-stream" => MediaKind.Events,
        _ when type.EndsWith("+json", StringComparison.Ordinal) => MediaKind.Json,
        _ when type.StartsWith("multipart/", StringComparison.Ordinal) => MediaKind.Multipart,
        _ when type.StartsWith("text/", StringComparison.Ordinal) || type is "application/xml" || type.EndsWith("+xml", StringComparison.Ordinal) => MediaKind.Text,
        "*/*" or "application/*" when schema is not null && documents.Target(schema).TextOf("format") != "binary" => MediaKind.Json,
        _ => MediaKind.Binary,
    };

    private static string? StatusName(string status) => status.ToUpperInvariant() switch
    {
        "DEFAULT" => "Default",
        "1XX" => "Informational",
        "2XX" => "Success",
        "3XX" => "Redirection",
        "4XX" => "ClientError",
        "5XX" => "ServerError",
        "200" => "Ok",
        "413" => "ContentTooLarge",
        "422" => "UnprocessableContent",
        ['1' or '2' or '3' or '4' or '5', >= '0' and <= '9', >= '0' and <= '9'] =>
            Enum.GetName((HttpStatusCode)int.Parse(status, CultureInfo.InvariantCulture)) ?? $"Status{status}",
        _ => null,
    };

    [GeneratedRegex("/{2,}")]
    private static partial Regex Slashes();

    [GeneratedRegex(@"^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/]*|\.(?=/))")]
    private static partial Regex UrlHost();

    [GeneratedRegex("^[a-z0-9!#$&^_.+*-]+/[a-z0-9!#$&^_.+*-]+$", RegexOptions.NonBacktracking)]
    private static partial Regex MediaType();

    [GeneratedRegex(@"^application/(x-)?|^text/")]
    private static partial Regex MediaPrefix();
}
