// Makes code of a contract: checks that it keeps to the subset of OpenAPI 3.0 that the code can honour, runs NSwag, and puts its
// output in place. The build starts it (contract.proj) when something changed: once for the operations of a service (server), once
// for each client (client, typescript).
#:package YamlDotNet
#:property PublishAot=false
#:property ImplicitUsings=enable

using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

var (nswag, kind, contract, codeNamespace, runtimeNamespace, code, record) = (args[0], args[1], args[2], args[3], args[4], args[5], args[6]);

var findings = Subset.Check(contract, isOurs: kind == "server");
foreach (var finding in findings)
{
    Console.WriteLine($"{contract}({finding.Line},{finding.Column}): error CONTRACT004: {finding.Place}: {finding.Text}");
}

if (findings.Count > 0)
{
    return 1;
}

// Several builds may run at once, each in a process of its own.
var scratch = $"obj/{Environment.ProcessId}";
Directory.CreateDirectory(scratch);
try
{
    if (!await NSwag(nswag, scratch, $"{kind}.nswag", contract, codeNamespace))
    {
        return 1;
    }

    var made = File.ReadAllText($"{scratch}/code.txt");
    foreach (var (name, text) in kind == "server" ? Files(made) : [(Path.GetFileName(code), made)])
    {
        Put(
            Path.Combine(Path.GetDirectoryName(code)!, name),
            text.Replace("From openapi.yaml", $"From {Path.GetFileName(contract)}", StringComparison.Ordinal).Replace("%RUNTIME%", $"global::{runtimeNamespace}", StringComparison.Ordinal));
    }

    // Last, so that a run that is cut off is made again.
    var inputs = File.ReadAllLines(record).OrderBy(line => line[line.IndexOf(' ')..], StringComparer.Ordinal);
    Put(Path.Combine(Path.GetDirectoryName(code)!, "contract.lock"), string.Join('\n', inputs));
    return 0;
}
finally
{
    Directory.Delete(scratch, recursive: true);
}

static async Task<bool> NSwag(string program, string scratch, string settings, string contract, string codeNamespace)
{
    var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
    start.ArgumentList.Add(program);
    start.ArgumentList.Add("run");
    start.ArgumentList.Add(settings);
    start.ArgumentList.Add($"/variables:Contract={contract},Namespace={codeNamespace},Scratch={scratch}");
    using var process = Process.Start(start)!;
    var outputs = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
    await process.WaitForExitAsync();
    if (process.ExitCode == 0)
    {
        return true;
    }

    var lines = string.Concat(outputs).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    var output = lines.FirstOrDefault(line => line.Contains("Exception: ", StringComparison.Ordinal)) ?? lines.LastOrDefault() ?? "it said nothing";
    Console.WriteLine($"{contract}(1,1): error CONTRACT005: NSwag could not generate code from the contract: {output}");
    return false;
}

// The Liquid files write all files of the server in one stream, each under a line "//// name".
static IEnumerable<(string Name, string Code)> Files(string stream) => Regex.Split(stream, "^//// ", RegexOptions.Multiline)
    .Skip(1)
    .Select(part => part.Split('\n', 2))
    .Select(part => (part[0].Trim(), part[1]));

// A file that would be the same is left alone, so that nothing is compiled for its sake; another is replaced in one step.
static void Put(string path, string text)
{
    var lines = text.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd());
    var tidy = Regex.Replace(string.Join('\n', lines), @"\n{3,}", "\n\n").Replace("\n\n}", "\n}", StringComparison.Ordinal).Trim() + "\n";
    if (File.Exists(path) && File.ReadAllText(path).ReplaceLineEndings("\n") == tidy)
    {
        return;
    }

    Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
    var temporary = $"{path}.{Environment.ProcessId}";
    File.WriteAllText(temporary, tidy);
    File.Move(temporary, path, overwrite: true);
}

sealed record Finding(long Line, long Column, string Place, string Text);

/// <summary>
/// The subset of OpenAPI 3.0 that the code honours, stated as what is allowed: whatever is not named here is an error
/// with its place, and never silently dropped.
/// </summary>
sealed class Subset(bool isOurs)
{
    // Answered before an operation runs, or when it fails; the rest is what an implementation may return.
    static readonly string[] PlatformStatuses = ["401", "403", "408", "413", "415", "429", "500", "503"];
    static readonly string[] OutcomeStatuses = ["200", "201", "202", "204", "400", "404", "409", "410", "412", "422", "428"];

    static readonly string[] Numbers = ["minimum", "maximum", "multipleOf", "default"];

    // Names of types that the generated code uses or declares.
    static readonly HashSet<string> TakenNames = [
        "Contract", "ContractJson", "ContractLimits", "ContractPaths", "ContractRequests", "ContractValidator", "CancellationToken",
        "DateOnly", "DateTimeOffset", "Guid", "InputMembers", "InputPath", "InputValue", "Operation", "OperationOutcome", "OperationResult",
        "Program", "Problems", "RequestFailures", "RequestReader", "Task", "Type", "Uri", "ValueTask", "ApiException", "ApiResponse", "System"];

    readonly List<Finding> findings = [];
    readonly HashSet<string> operationIds = [];
    readonly HashSet<string> requestSchemas = [];
    Dictionary<string, YamlNode> components = [];
    Dictionary<string, YamlNode> schemas = [];

    public static List<Finding> Check(string path, bool isOurs)
    {
        var stream = new YamlStream();
        try
        {
            using var reader = new StreamReader(path);
            stream.Load(reader);
        }
        catch (YamlException exception)
        {
            return [new(exception.Start.Line, exception.Start.Column, "the file", $"is not YAML: {exception.Message.ReplaceLineEndings(" ")}")];
        }

        if (stream.Documents.Count != 1)
        {
            return [new(1, 1, "the file", "must hold one document")];
        }

        var subset = new Subset(isOurs);
        subset.Document(stream.Documents[0].RootNode);
        return [.. subset.findings.OrderBy(finding => finding.Line).ThenBy(finding => finding.Column)];
    }

    void Document(YamlNode node)
    {
        var document = Map(node, "the contract", ["openapi", "info", "paths", "components"], ["servers", "tags", "security"]);
        if (document.TryGetValue("openapi", out var version) && !Text(version).StartsWith("3.0.", StringComparison.Ordinal))
        {
            Report(version, "openapi", $"must be 3.0.x, not '{Text(version)}'");
        }

        Map(document.GetValueOrDefault("info"), "info", ["title", "version"], ["description", "contact", "license", "termsOfService"]);
        foreach (var server in Items(document.GetValueOrDefault("servers"), "servers"))
        {
            Map(server, "servers", ["url"], ["description"]);
        }

        foreach (var tag in Items(document.GetValueOrDefault("tags"), "tags"))
        {
            Map(tag, "tags", ["name"], ["description"]);
        }

        components = Map(document.GetValueOrDefault("components"), "components", ["schemas", "responses"], ["parameters", "headers", "requestBodies", "securitySchemes"]);
        schemas = Entries(components.GetValueOrDefault("schemas"), "components.schemas");
        foreach (var (name, problem) in new[] { ("Problem", "every error is one"), ("ValidationProblem", "a 400 is one") })
        {
            if (!schemas.ContainsKey(name))
            {
                Report(components.GetValueOrDefault("schemas") ?? node, "components.schemas", $"needs a schema '{name}' (RFC 9457): {problem}");
            }
        }

        foreach (var (path, item) in Entries(document.GetValueOrDefault("paths"), "paths"))
        {
            PathItem(path, item);
        }

        foreach (var (name, parameter) in Entries(components.GetValueOrDefault("parameters"), "components.parameters"))
        {
            Parameter(parameter, $"components.parameters.{name}");
        }

        foreach (var (name, body) in Entries(components.GetValueOrDefault("requestBodies"), "components.requestBodies"))
        {
            RequestBody(body, $"components.requestBodies.{name}");
        }

        foreach (var (name, response) in Entries(components.GetValueOrDefault("responses"), "components.responses"))
        {
            Response(response, $"components.responses.{name}");
        }

        foreach (var (name, header) in Entries(components.GetValueOrDefault("headers"), "components.headers"))
        {
            Header(header, $"components.headers.{name}");
        }

        foreach (var (name, scheme) in Entries(components.GetValueOrDefault("securitySchemes"), "components.securitySchemes"))
        {
            var members = Map(scheme, $"components.securitySchemes.{name}", ["type", "scheme"], ["bearerFormat", "description"]);
            OneOf(members, "type", $"components.securitySchemes.{name}", "http");
            OneOf(members, "scheme", $"components.securitySchemes.{name}", "bearer");
        }

        Security(document.GetValueOrDefault("security"), "security");
        foreach (var (name, schema) in schemas)
        {
            NamedSchema(name, schema);
            NoCycle(name, schema, []);
        }

        foreach (var name in requestSchemas)
        {
            Closed(name);
        }
    }

    void PathItem(string path, YamlNode node)
    {
        var place = $"paths.{path}";
        if (!Regex.IsMatch(path, @"^(/([A-Za-z0-9._~-]+|\{[a-z][A-Za-z0-9]*\}))+$"))
        {
            Report(node, place, "must consist of plain segments and whole segments in braces, as in /v1/things/{thingId}");
        }

        string[] methods = ["get", "put", "post", "delete", "patch"];
        var item = Map(node, place, [], [.. methods, "parameters"]);
        var shared = Parameters(item.GetValueOrDefault("parameters"), place);
        foreach (var method in methods.Where(item.ContainsKey))
        {
            Operation(item[method], $"{place}.{method}", path, method, shared);
        }
    }

    void Operation(YamlNode node, string place, string path, string method, List<(string Name, string In)> shared)
    {
        var operation = Map(node, place, ["tags", "operationId", "summary", "responses"], ["description", "security", "parameters", "requestBody", "deprecated"]);
        if (operation.TryGetValue("tags", out var tags) && Items(tags, $"{place}.tags") is not [YamlScalarNode])
        {
            Report(tags, place, "must have exactly one tag: it names the interface that the operation belongs to");
        }
        else if (tags is not null && !Regex.IsMatch(Text(Items(tags, place)[0]), "^[A-Z][A-Za-z0-9]*$"))
        {
            Report(tags, place, "needs a tag that can name an interface, as in 'Things'");
        }

        if (operation.TryGetValue("operationId", out var id))
        {
            if (!Regex.IsMatch(Text(id), "^[a-z][A-Za-z0-9]*$"))
            {
                Report(id, place, $"needs an operationId that can name a method, as in 'getThing', not '{Text(id)}'");
            }
            else if (!operationIds.Add(Text(id)))
            {
                Report(id, place, $"has the operationId '{Text(id)}' of another operation");
            }
        }

        var parameters = Parameters(operation.GetValueOrDefault("parameters"), place).Concat(shared).ToList();
        foreach (var twice in parameters.GroupBy(parameter => parameter.Name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            Report(node, place, $"has more than one parameter '{twice.Key}'");
        }

        var inPath = Regex.Matches(path, @"\{(.+?)\}").Select(match => match.Groups[1].Value).ToHashSet();
        if (!inPath.SetEquals(parameters.Where(parameter => parameter.In == "path").Select(parameter => parameter.Name)))
        {
            Report(node, place, "must declare as path parameters exactly what the path has in braces");
        }

        if (operation.TryGetValue("requestBody", out var body))
        {
            if (method is "get" or "delete")
            {
                Report(body, place, $"a {method} has no request body (RFC 9110)");
            }

            RequestBody(body, $"{place}.requestBody");
        }

        Security(operation.GetValueOrDefault("security"), $"{place}.security");
        var responses = Entries(operation.GetValueOrDefault("responses"), $"{place}.responses");
        foreach (var (status, response) in responses)
        {
            if (!PlatformStatuses.Contains(status) && !OutcomeStatuses.Contains(status))
            {
                Report(response, $"{place}.responses.{status}", $"is not a supported status: use {string.Join(", ", OutcomeStatuses.Concat(PlatformStatuses).Order())}");
            }

            if (Reference(response, "responses", $"{place}.responses.{status}") is { } target)
            {
                Content(target, status, $"{place}.responses.{status}");
            }
        }

        if (!responses.Keys.Any(status => status.StartsWith('2')))
        {
            Report(node, $"{place}.responses", "declares no success");
        }

        // What the service may answer before or around an operation is declared too, or a client meets a status it does not know.
        string[] always = ["400", "500", "503"];
        string[] withBody = operation.ContainsKey("requestBody") ? ["408", "413", "415"] : [];
        string[] withSecurity = components.ContainsKey("securitySchemes") && !IsOpen(operation) ? ["401", "403"] : [];
        var missing = always.Concat(withBody).Concat(withSecurity).Except(responses.Keys).Order().ToList();
        if (isOurs && missing.Count > 0)
        {
            Report(node, $"{place}.responses", $"must declare {string.Join(", ", missing)}: the service may answer so");
        }
    }

    bool IsOpen(Dictionary<string, YamlNode> operation) => operation.TryGetValue("security", out var security) && Items(security, "security") is [];

    // What the body of a response is depends on the status that it is used for.
    void Content(YamlNode response, string status, string place)
    {
        var content = Members(response).GetValueOrDefault("content");
        var isError = status[0] is '4' or '5';
        var expected = status == "204" ? null : isError ? "application/problem+json" : "application/json";
        var types = content is null ? [] : Members(content);
        if (expected is null ? types.Count > 0 : isError && types.Count == 0 || types.Keys.Any(type => type != expected))
        {
            Report(response, place, expected is null ? "has no body" : $"must have the content {expected} and no other");
        }

        if (isError && types.TryGetValue("application/problem+json", out var media))
        {
            var problem = status == "400" ? "ValidationProblem" : "Problem";
            if (Text(Members(Members(media).GetValueOrDefault("schema")).GetValueOrDefault("$ref")) != $"#/components/schemas/{problem}")
            {
                Report(response, place, $"must have the schema {problem}");
            }
        }

        if (OutcomeStatuses.Contains(status))
        {
            foreach (var (name, header) in Members(Members(response).GetValueOrDefault("headers")))
            {
                var target = Members(header).ContainsKey("$ref") ? Reference(header, "headers", place) : header;
                if (Text(Members(Members(target).GetValueOrDefault("schema")).GetValueOrDefault("type")) != "string")
                {
                    Report(header, $"{place}.headers.{name}", "must be a string");
                }
            }
        }
    }

    void Response(YamlNode node, string place)
    {
        var response = Map(node, place, ["description"], ["headers", "content"]);
        foreach (var (name, header) in Entries(response.GetValueOrDefault("headers"), $"{place}.headers"))
        {
            if (Members(header).ContainsKey("$ref"))
            {
                Reference(header, "headers", $"{place}.headers.{name}");
            }
            else
            {
                Header(header, $"{place}.headers.{name}");
            }
        }

        foreach (var (type, media) in Entries(response.GetValueOrDefault("content"), $"{place}.content"))
        {
            if (type is not ("application/json" or "application/problem+json"))
            {
                Report(media, $"{place}.content.{type}", "is not supported: a body is application/json or application/problem+json");
            }

            MediaType(media, $"{place}.content.{type}");
        }
    }

    void RequestBody(YamlNode node, string place)
    {
        if (Members(node).ContainsKey("$ref"))
        {
            Reference(node, "requestBodies", place);
            return;
        }

        var body = Map(node, place, ["required", "content"], ["description"]);
        OneOf(body, "required", place, "true");
        foreach (var (type, media) in Entries(body.GetValueOrDefault("content"), $"{place}.content"))
        {
            if (type != "application/json")
            {
                Report(media, $"{place}.content.{type}", "is not supported: a request body is application/json");
            }

            if (MediaType(media, $"{place}.content.{type}") is { } schema)
            {
                Use(schema);
            }
        }
    }

    // A request's schema, and what it is made of.
    void Use(string schema)
    {
        if (schemas.TryGetValue(schema, out var node) && requestSchemas.Add(schema))
        {
            foreach (var name in References(node))
            {
                Use(name);
            }
        }
    }

    // The name of the schema.
    string? MediaType(YamlNode node, string place)
    {
        var media = Map(node, place, ["schema"], ["example"]);
        if (!media.TryGetValue("schema", out var schema) || Reference(schema, "schemas", $"{place}.schema") is not { } target)
        {
            return null;
        }

        if (Text(Members(target).GetValueOrDefault("type")) != "object")
        {
            Report(schema, $"{place}.schema", "must be an object, so that it can grow");
        }

        return Text(Members(schema)["$ref"]).Split('/')[^1];
    }

    List<(string Name, string In)> Parameters(YamlNode? node, string place)
    {
        var parameters = new List<(string, string)>();
        foreach (var item in Items(node, $"{place}.parameters"))
        {
            var target = Members(item).ContainsKey("$ref") ? Reference(item, "parameters", $"{place}.parameters") : item;
            if (target is null)
            {
                continue;
            }

            var name = Text(Members(target).GetValueOrDefault("name"));
            if (target == item)
            {
                Parameter(item, $"{place}.parameters.{name}");
            }

            parameters.Add((name, Text(Members(target).GetValueOrDefault("in"))));
        }

        return parameters;
    }

    void Parameter(YamlNode node, string place)
    {
        var parameter = Map(node, place, ["name", "in", "schema"], ["required", "description", "example", "deprecated"]);
        OneOf(parameter, "in", place, "path", "query", "header");
        var position = Text(parameter.GetValueOrDefault("in"));
        if (position == "path" && Text(parameter.GetValueOrDefault("required")) != "true")
        {
            Report(node, place, "is in the path, so it must be required");
        }

        var name = Text(parameter.GetValueOrDefault("name"));
        if (!Regex.IsMatch(name, position == "header" ? "^[A-Za-z][A-Za-z0-9-]*$" : "^[a-z][A-Za-z0-9]*$"))
        {
            Report(node, place, $"needs a name that can name a property in code, not '{name}'");
        }

        if (!parameter.TryGetValue("schema", out var schema))
        {
            return;
        }

        if (Members(schema).ContainsKey("$ref"))
        {
            if (Reference(schema, "schemas", $"{place}.schema") is { } target && !Members(target).ContainsKey("enum"))
            {
                Report(schema, $"{place}.schema", "must be a plain value or an enumeration");
            }
        }
        else if (Text(Members(schema).GetValueOrDefault("type")) is "array" or "object")
        {
            Report(schema, $"{place}.schema", "must be a plain value: arrays and objects are not supported in parameters");
        }
        else
        {
            Value(schema, $"{place}.schema", "default");
            if (Members(schema).ContainsKey("default") && Text(parameter.GetValueOrDefault("required")) == "true")
            {
                Report(schema, $"{place}.schema.default", "says nothing where the parameter is required");
            }
        }
    }

    void Header(YamlNode node, string place)
    {
        var header = Map(node, place, ["schema"], ["description", "required", "example"]);
        if (header.TryGetValue("schema", out var schema))
        {
            OneOf(Map(schema, $"{place}.schema", ["type"], ["format"]), "type", $"{place}.schema", "string", "integer");
        }
    }

    void Security(YamlNode? node, string place)
    {
        var requirements = Items(node, place);
        if (requirements.Count > 1 || requirements.Any(requirement => Entries(requirement, place).Count != 1))
        {
            Report(node!, place, "must be one requirement of one scheme, as in '- bearer: [things:read]', or [] for an operation that is open to everybody");
        }

        foreach (var requirement in requirements)
        {
            foreach (var (scheme, _) in Entries(requirement, place))
            {
                if (!Members(components.GetValueOrDefault("securitySchemes")).ContainsKey(scheme))
                {
                    Report(requirement, place, $"names '{scheme}', which components.securitySchemes does not have");
                }
            }
        }
    }

    void NamedSchema(string name, YamlNode node)
    {
        var place = $"components.schemas.{name}";
        if (!Regex.IsMatch(name, "^[A-Z][A-Za-z0-9]*$") || TakenNames.Contains(name) || Regex.IsMatch(name, "(Request|Result|Rules|Operations|Client)$") && operationIds.Contains(LowerFirst(Regex.Replace(name, "(Request|Result|Rules|Operations|Client)$", ""))))
        {
            Report(node, place, "is not a name that a type can have beside the others: choose another, as in 'Thing'");
        }

        var type = Text(Members(node).GetValueOrDefault("type"));
        if (type == "string" && Members(node).TryGetValue("enum", out var values))
        {
            Map(node, place, ["type", "enum"], ["description", "example"]);
            var members = Items(values, $"{place}.enum");
            if (members.Count == 0 || members.Select(value => Regex.Replace(Text(value), "[_-]", "").ToUpperInvariant()).Distinct().Count() < members.Count)
            {
                Report(values, $"{place}.enum", "must have values, and none that differ from another only in case, - and _");
            }

            foreach (var value in members.Where(value => !Regex.IsMatch(Text(value), "^[A-Za-z][A-Za-z0-9_-]*$")))
            {
                Report(value, $"{place}.enum", $"has the value '{Text(value)}', which cannot name a member in code");
            }

            return;
        }

        if (type != "object")
        {
            Report(node, place, "must be an object or an enumeration of strings: write other types where they are used");
            return;
        }

        var schema = Map(node, place, ["type", "properties"], ["description", "required", "additionalProperties", "example"]);
        var properties = Entries(schema.GetValueOrDefault("properties"), $"{place}.properties");
        foreach (var (property, value) in properties)
        {
            if (!Regex.IsMatch(property, "^[a-z][A-Za-z0-9]*$") || string.Equals(property, name, StringComparison.OrdinalIgnoreCase))
            {
                Report(value, $"{place}.properties.{property}", "is not a name that a property in code can have there: use camelCase, and not the schema's own name");
            }

            Property(value, $"{place}.properties.{property}");
        }

        foreach (var required in Items(schema.GetValueOrDefault("required"), $"{place}.required"))
        {
            if (!properties.ContainsKey(Text(required)))
            {
                Report(required, $"{place}.required", $"names '{Text(required)}', which is not among the properties");
            }
        }

        if (schema.TryGetValue("additionalProperties", out var additional) && Text(additional) != "false")
        {
            Report(additional, $"{place}.additionalProperties", "must be false: a named schema is no map");
        }
    }

    void Property(YamlNode node, string place)
    {
        if (Members(node).ContainsKey("$ref"))
        {
            Reference(node, "schemas", place);
            return;
        }

        switch (Text(Members(node).GetValueOrDefault("type")))
        {
            case "array":
                var array = Map(node, place, ["type", "items"], ["description", "minItems", "maxItems", "uniqueItems", "example", "nullable"]);
                WholeNumbers(array, place, "minItems", "maxItems");
                if (array.TryGetValue("items", out var items))
                {
                    if (Text(Members(items).GetValueOrDefault("type")) is "array" or "object")
                    {
                        Report(items, $"{place}.items", "must be a plain value or a named schema");
                    }
                    else
                    {
                        Property(items, $"{place}.items");
                    }
                }

                break;
            case "object" when Members(node).ContainsKey("additionalProperties"):
                var map = Map(node, place, ["type", "additionalProperties"], ["description", "example"]);
                if (map["additionalProperties"] is YamlMappingNode)
                {
                    Property(map["additionalProperties"], $"{place}.additionalProperties");
                }
                else
                {
                    Report(node, place, "must say what its values are");
                }

                break;
            case "object":
                Report(node, place, "must be a named schema: put it into components.schemas and refer to it");
                break;
            default:
                Value(node, place, "nullable");
                break;
        }
    }

    void Value(YamlNode node, string place, params string[] also)
    {
        string[] common = ["description", "example", .. also];
        string[] range = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];
        OneOf(Members(node), "nullable", place, "true", "false");
        switch (Text(Members(node).GetValueOrDefault("type")))
        {
            case "string":
                var text = Map(node, place, ["type"], [.. common, "format", "minLength", "maxLength", "pattern"]);
                OneOf(text, "format", place, "uuid", "date", "date-time");
                WholeNumbers(text, place, "minLength", "maxLength");
                if (text.ContainsKey("format") && text.ContainsKey("default"))
                {
                    Report(node, place, "has a format, for which no default is supported");
                }

                if (text.ContainsKey("format") && (text.ContainsKey("pattern") || text.ContainsKey("minLength") || text.ContainsKey("maxLength")))
                {
                    Report(node, place, "has a format, which fixes its form: it takes no pattern and no length besides");
                }

                if (text.TryGetValue("pattern", out var pattern))
                {
                    Pattern(pattern, place);
                }

                break;
            case "integer":
                var integer = Map(node, place, ["type", "format"], [.. common, .. range]);
                OneOf(integer, "format", place, "int32", "int64");
                var (least, most) = Text(integer.GetValueOrDefault("format")) == "int64" ? (long.MinValue, long.MaxValue) : (int.MinValue, int.MaxValue);
                foreach (var limit in Numbers.Where(integer.ContainsKey))
                {
                    if (!long.TryParse(Text(integer[limit]), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) || value < least || value > most)
                    {
                        Report(integer[limit], $"{place}.{limit}", "does not fit the format");
                    }
                }

                Range(integer, place);
                break;
            case "number":
                var number = Map(node, place, ["type", "format"], [.. common, .. range]);
                OneOf(number, "format", place, "decimal", "double");
                foreach (var limit in Numbers.Where(number.ContainsKey).Where(limit => Number(number, limit) is null))
                {
                    Report(number[limit], $"{place}.{limit}", "must be a decimal number");
                }

                Range(number, place);
                break;
            case "boolean":
                OneOf(Map(node, place, ["type"], common), "default", place, "true", "false");
                break;
            default:
                Report(node, place, "must have one of the types string, integer, number, boolean, array, object");
                break;
        }
    }

    // A limit that nothing can keep, or a default that breaks one, is a slip.
    void Range(Dictionary<string, YamlNode> members, string place)
    {
        OneOf(members, "exclusiveMinimum", place, "true", "false");
        OneOf(members, "exclusiveMaximum", place, "true", "false");
        var (minimum, maximum) = (Number(members, "minimum") ?? decimal.MinValue, Number(members, "maximum") ?? decimal.MaxValue);
        if (minimum > maximum)
        {
            Report(members["maximum"], $"{place}.maximum", "is less than the minimum");
        }
        else if (Number(members, "default") is { } value && (value < minimum || value > maximum))
        {
            Report(members["default"], $"{place}.default", "is outside the limits");
        }

        if (Number(members, "multipleOf") <= 0)
        {
            Report(members["multipleOf"], $"{place}.multipleOf", "must be more than 0");
        }
    }

    static decimal? Number(Dictionary<string, YamlNode> members, string key) =>
        decimal.TryParse(Text(members.GetValueOrDefault(key)), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    // The engine matches in linear time and by code unit, so a pattern is a whole match over plain characters.
    void Pattern(YamlNode node, string place)
    {
        var pattern = Text(node);
        if (pattern.Length < 2 || pattern[0] != '^' || pattern[^1] != '$' || pattern.EndsWith(@"\$", StringComparison.Ordinal))
        {
            Report(node, $"{place}.pattern", "must match the whole value: begin it with ^ and end it with $");
        }
        else if (Regex.IsMatch(pattern, @"\\[dDwWsSbBpP]|\\[0-9]|\(\?(!|=|<|:)|(?<!\[)(?<!\\)\^(?!.*$)", RegexOptions.None, TimeSpan.FromSeconds(1)) || Regex.IsMatch(pattern[1..^1], @"(?<![\\\[])\^|(?<!\\)\$"))
        {
            Report(node, $"{place}.pattern", @"must do with plain characters, [classes], ( | ) and repetition: \d, \w, \s, look-around, references and inner anchors mean other things elsewhere");
        }
        else
        {
            try
            {
                _ = new Regex(pattern, RegexOptions.NonBacktracking);
            }
            catch (ArgumentException)
            {
                Report(node, $"{place}.pattern", "is not a regular expression");
            }
        }
    }

    // A request is read strictly, so what it may hold is stated.
    void Closed(string name)
    {
        var schema = Members(schemas[name]);
        if (Text(schema.GetValueOrDefault("type")) != "object")
        {
            return;
        }

        if (Text(schema.GetValueOrDefault("additionalProperties")) != "false")
        {
            Report(schemas[name], $"components.schemas.{name}", "is used in a request, so it must say additionalProperties: false");
        }

        foreach (var (property, value) in Members(schema.GetValueOrDefault("properties")))
        {
            if (Text(Members(value).GetValueOrDefault("type")) == "object")
            {
                Report(value, $"components.schemas.{name}.properties.{property}", "is a map, which is not supported in a request");
            }
        }
    }

    void NoCycle(string name, YamlNode node, string[] above)
    {
        if (above.Contains(name))
        {
            if (above[0] == name)
            {
                Report(node, $"components.schemas.{name}", $"contains itself ({string.Join(" > ", [.. above, name])}), which is not supported");
            }

            return;
        }

        foreach (var next in References(node))
        {
            if (schemas.TryGetValue(next, out var target))
            {
                NoCycle(next, target, [.. above, name]);
            }
        }
    }

    static IEnumerable<string> References(YamlNode node) => node.AllNodes
        .OfType<YamlMappingNode>()
        .Select(map => Text(Members(map).GetValueOrDefault("$ref")))
        .Where(reference => reference.Length > 0)
        .Select(reference => reference.Split('/')[^1])
        .Distinct();

    YamlNode? Reference(YamlNode node, string section, string place)
    {
        var members = Members(node);
        var prefix = $"#/components/{section}/";
        if (!members.TryGetValue("$ref", out var reference) || members.Count != 1 || !Text(reference).StartsWith(prefix, StringComparison.Ordinal))
        {
            Report(node, place, $"must be a $ref to {prefix}…, alone");
            return null;
        }

        var name = Text(reference)[prefix.Length..];
        if (Members(components.GetValueOrDefault(section)).TryGetValue(name, out var target))
        {
            return target;
        }

        Report(reference, place, $"refers to '{name}', which components.{section} does not have");
        return null;
    }

    // The members of a mapping that must have some keys, may have others, and has no more; x-… are left to their owners.
    Dictionary<string, YamlNode> Map(YamlNode? node, string place, string[] required, string[] optional)
    {
        var members = Entries(node, place);
        foreach (var (key, value) in members)
        {
            if (!required.Contains(key) && !optional.Contains(key) && !key.StartsWith("x-", StringComparison.Ordinal))
            {
                Report(((YamlMappingNode)node!).Children.Keys.First(candidate => Text(candidate) == key), place, $"'{key}' is not supported here");
            }
        }

        foreach (var key in required.Where(key => !members.ContainsKey(key)))
        {
            Report(node, place, $"lacks '{key}'");
        }

        return members;
    }

    Dictionary<string, YamlNode> Entries(YamlNode? node, string place)
    {
        if (node is not (null or YamlMappingNode))
        {
            Report(node, place, "must be a mapping");
        }

        return Members(node);
    }

    IList<YamlNode> Items(YamlNode? node, string place)
    {
        if (node is not (null or YamlSequenceNode))
        {
            Report(node, place, "must be a list");
        }

        return (node as YamlSequenceNode)?.Children ?? [];
    }

    void OneOf(Dictionary<string, YamlNode> members, string key, string place, params string[] allowed)
    {
        if (members.TryGetValue(key, out var value) && !allowed.Contains(Text(value)))
        {
            Report(value, $"{place}.{key}", $"must be {string.Join(" or ", allowed)}, not '{Text(value)}'");
        }
    }

    void WholeNumbers(Dictionary<string, YamlNode> members, string place, params string[] keys)
    {
        foreach (var key in keys.Where(members.ContainsKey).Where(key => !int.TryParse(Text(members[key]), NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            Report(members[key], $"{place}.{key}", "must be a whole number");
        }
    }

    void Report(YamlNode? node, string place, string text) => findings.Add(new(node?.Start.Line ?? 1, node?.Start.Column ?? 1, place, text));

    static Dictionary<string, YamlNode> Members(YamlNode? node) => node is YamlMappingNode map
        ? map.Children.ToDictionary(pair => Text(pair.Key), pair => pair.Value)
        : [];

    static string Text(YamlNode? node) => (node as YamlScalarNode)?.Value ?? "";

    static string LowerFirst(string name) => name.Length == 0 ? name : char.ToLowerInvariant(name[0]) + name[1..];
}
