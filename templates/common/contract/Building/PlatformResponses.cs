namespace ContractCompiler.Building;

using System;
using System.Collections.Generic;
using System.Linq;
using ContractCompiler.Model;
using ContractCompiler.Reading;

/// <summary>
/// What the platform returns and a contract need not say: the responses before or around an operation, their problem documents
/// (RFC 9457), and the headers Trace-Id and Retry-After. They are added where the contract does not have them.
/// </summary>
sealed class PlatformResponses(Documents documents, Findings findings)
{
    private const string ProblemJson = "application/problem+json";

    private const string Schemas = """
        Problem:
          type: object
          description: What went wrong (RFC 9457).
          required: [type, title, status, traceId]
          properties: &problem
            type:
              type: string
              description: A URI that names the kind of problem.
            title:
              type: string
              description: The kind of problem, in words.
            status:
              type: integer
              format: int32
              description: The HTTP status code.
            detail:
              type: string
              description: What went wrong this time, and the remedy.
            instance:
              type: string
              description: The path of the request.
            traceId:
              type: string
              description: The W3C trace id of the request.
            traceUrl:
              type: string
              description: Where the trace of the request can be seen, in Development.
        ValidationProblem:
          type: object
          description: What in a request does not keep to the contract (RFC 9457).
          required: [type, title, status, traceId, errors]
          properties:
            <<: *problem
            errors:
              type: object
              description: For each field, by its name in the request, the rules that it breaks.
              additionalProperties:
                type: array
                items:
                  type: string
        TraceId:
          description: The W3C trace id of the request.
          schema:
            type: string
        WwwAuthenticate:
          description: How to authenticate (RFC 9110, section 11.6.1).
          schema:
            type: string
        RetryAfter:
          description: How many seconds to wait before the next try.
          schema:
            type: integer
            format: int32
        """;

    private static readonly (string Status, string Name, string Description)[] Responses = [
        ("400", "BadRequest", "The request does not keep to this contract; errors says where and how."),
        ("401", "Unauthorized", "There is no valid token."),
        ("403", "Forbidden", "The token lacks the scope."),
        ("408", "RequestTimeout", "The body came too slowly."),
        ("413", "ContentTooLarge", "The body is larger than the service accepts."),
        ("415", "UnsupportedMediaType", "The body is not of a media type that the operation takes."),
        ("429", "TooManyRequests", "The caller is over its limit."),
        ("500", "InternalServerError", "The service has failed."),
        ("503", "ServiceUnavailable", "The service cannot do this now."),
    ];

    private readonly HashSet<Position> ownBodies = [];
    private readonly HashSet<Node> added = [];
    private readonly HashSet<Node> addedContents = [];
    private Node? problem;
    private Node? validationProblem;

    /// <summary>Whether a response or a header is one that the contract does not have.</summary>
    public bool IsAdded(Node node) => added.Contains(node);

    /// <summary>The schemas of the platform's problem documents, by their names in code.</summary>
    public IReadOnlyDictionary<Node, string> ProblemSchemas => new (Node? Schema, string Name)[] { (problem, "Problem"), (validationProblem, "ValidationProblem") }
        .Where(one => one.Schema is not null)
        .ToDictionary(one => one.Schema!, one => one.Name);

    public bool IsProblem(Node response) => Is(response, problem);

    public bool IsValidationProblem(Node response) => Is(response, validationProblem);

    /// <summary>The content of a response that the contract itself has.</summary>
    public Node? OwnContent(Node response) => response["content"] is { } content && content[ProblemJson] is { } media && addedContents.Contains(media)
        ? Node.Map(content.At, content.Members.Where(member => member.Key != ProblemJson).Select(member => (member.Key, member.Value)))
        : response["content"];

    /// <summary>Of a contract of others nothing is added; its problem documents are recognized.</summary>
    public void Recognize(Node root)
    {
        var schemas = root["components"]?["schemas"];
        problem = Compatible(schemas?["Problem"], "status");
        validationProblem = Compatible(schemas?["ValidationProblem"], "errors");
    }

    public void AddTo(Node root)
    {
        var own = YamlReader.Read(Schemas, root.At.File);
        var components = Member(root, "components");
        var schemas = Member(components, "schemas");
        problem = Compatible(schemas["Problem"], "status");
        validationProblem = Compatible(schemas["ValidationProblem"], "errors");
        var problemName = problem is null ? Add(schemas, "Problem", own["Problem"]!) : "Problem";
        var validationName = validationProblem is null ? Add(schemas, "ValidationProblem", own["ValidationProblem"]!) : "ValidationProblem";
        problem ??= own["Problem"]!;
        validationProblem ??= own["ValidationProblem"]!;

        var headers = Member(components, "headers");
        var traceId = Reference("headers", Add(headers, "TraceId", own["TraceId"]!), root.At);
        var retryAfter = Reference("headers", headers.Has("RetryAfter") ? "RetryAfter" : Add(headers, "RetryAfter", own["RetryAfter"]!), root.At);
        var authenticate = Reference("headers", Add(headers, "WwwAuthenticate", own["WwwAuthenticate"]!), root.At);
        var responses = Member(components, "responses");
        var security = new SecurityReader(documents, root);
        var hasSecrets = security.Schemes.Any(scheme => scheme.HasSecrets);
        var named = new Dictionary<string, Node>();
        foreach (var (status, name, description) in Responses)
        {
            var text = status == "401" && hasSecrets ? "There are no valid credentials." : description;
            (string, Node)[] header = status switch
            {
                "401" => [("WWW-Authenticate", authenticate)],
                "429" or "503" => [("Retry-After", retryAfter)],
                _ => [],
            };
            var response = Node.Map(root.At, ("description", Node.String(root.At, text)), ("headers", Node.Map(root.At, header)));
            response.Set("content", Content(status == "400" ? validationName : problemName, root.At));
            named[status] = Reference("responses", Add(responses, name, response), root.At);
            added.Add(named[status]);
        }

        added.UnionWith([traceId, authenticate, retryAfter]);
        foreach (var (path, _, raw) in root["paths"]?.OwnMembers ?? [])
        {
            var item = documents.Target(raw);
            foreach (var operation in Routes.Methods.Select(method => item[method]).OfType<Node>())
            {
                AddTo(operation, [.. security.Of(operation)], named, problemName, validationName);
                foreach (var response in operation["responses"]!.OwnMembers.Select(member => documents.Target(member.Value)).Where(response => !Member(response, "headers").Has("Trace-Id")))
                {
                    Member(response, "headers").Set("Trace-Id", traceId);
                }
            }
        }

        if (ownBodies.Count > 0)
        {
            findings.Warning(ownBodies.First(), "error bodies", $"{(ownBodies.Count == 1 ? "this error has" : $"this and {ownBodies.Count - 1} other errors have")} a body of the contract's own; where the platform itself returns that status, the body is a problem document (RFC 9457), which is added beside it");
        }
    }

    private void AddTo(Node operation, List<SecurityRequirement> security, Dictionary<string, Node> named, string problemName, string validationName)
    {
        var responses = Member(operation, "responses");
        foreach (var (status, at, raw) in responses.OwnMembers.ToList())
        {
            var response = documents.Target(raw);
            var isError = status is ['4' or '5', ..] or "default";
            var schema = status == "400" ? validationName : problemName;
            if (isError && response["content"] is not { Members.Count: > 0 })
            {
                response.Set("content", Content(schema, response.At));
            }
            else if (named.ContainsKey(status) && !response["content"]!.Has(ProblemJson))
            {
                var media = Content(schema, response.At)[ProblemJson]!;
                addedContents.Add(media);
                response["content"]!.Set(ProblemJson, media);
                ownBodies.Add(at);
            }
        }

        var isClosed = security is not [] && security.TrueForAll(requirement => requirement.Schemes.Count > 0);
        var hasTokens = isClosed && security.Exists(requirement => requirement.Schemes.Any(one => one.Scheme.Kind == SchemeKind.Token));
        foreach (var (status, response) in named.Where(one => !responses.Has(one.Key)))
        {
            var isReturned = status switch
            {
                "401" => isClosed,
                "403" => hasTokens,
                "408" or "413" or "415" => operation.Has("requestBody"),
                _ => true,
            };
            if (isReturned)
            {
                responses.Set(status, response);
            }
        }
    }

    // A schema of that name that takes what the platform writes.
    private static Node? Compatible(Node? schema, string member) =>
        schema?["properties"] is { } properties
        && properties.Has(member) && properties.Has("title") && properties.Has("detail")
        && (schema["required"]?.Items ?? []).TrueForAll(required => required.Text is "type" or "title" or "status" or "traceId" or "errors")
            ? schema
            : null;

    private bool Is(Node response, Node? schema) => schema is not null
        && response["content"] is { Members: [{ Key: ProblemJson } media] }
        && media.Value["schema"] is { } used
        && ReferenceEquals(documents.Target(used), schema);

    private static Node Content(string schema, Position at) =>
        Node.Map(at, (ProblemJson, Node.Map(at, ("schema", Reference("schemas", schema, at)))));

    private static Node Reference(string section, string name, Position at) => Node.Map(at, ("$ref", Node.String(at, $"#/components/{section}/{name}")));

    private static Node Member(Node map, string key)
    {
        if (map[key] is not { Kind: NodeKind.Map })
        {
            map.Set(key, Node.Map(map.At));
        }

        return map[key]!;
    }

    // The name itself, or one that the contract does not use.
    private static string Add(Node section, string name, Node node)
    {
        var free = name;
        for (var number = 1; section.Has(free); number++)
        {
            free = $"Platform{name}{(number == 1 ? "" : number)}";
        }

        section.Set(free, node);
        return free;
    }
}
