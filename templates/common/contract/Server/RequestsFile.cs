namespace ContractCompiler.Server;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ContractCompiler.Model;

/// <summary>Readers of requests.</summary>
static class RequestsFile
{
    public static string Write(ContractModel model, FileContext file)
    {
        var body = new Code();
        body.Summary("Reads requests as the contract says, and reports everything that is wrong with one at once.");
        body.Open("internal static class ContractRequests");
        body.Separated(model.Operations, operation => Request(body, operation));
        foreach (var declaration in model.Declarations.Where(declaration => declaration.InRequest))
        {
            body.Line();
            switch (declaration)
            {
                case ObjectDeclaration one:
                    Object(body, one);
                    break;
                case EnumDeclaration one:
                    Enumeration(body, one);
                    break;
                case UnionDeclaration one:
                    Union(body, one);
                    break;
            }
        }

        body.Close();
        var text = Conditions(body.ToString(), model);
        var code = file.Start(
            "System.Threading.Tasks",
            text.Contains("Patch<", StringComparison.Ordinal) ? "System" : "",
            text.Contains("IReadOnly", StringComparison.Ordinal) ? "System.Collections.Generic" : "",
            text.Contains("JsonElement", StringComparison.Ordinal) ? "System.Text.Json" : "",
            $"global::{file.Runtime}");
        code.Line(text.TrimEnd('\n'));
        return code.ToString();
    }

    private static void Request(Code code, Operation operation)
    {
        var isAsync = operation.Body is { } body && !(body.Required && body.Media.All(media => media.Kind is MediaKind.Binary or MediaKind.Events));
        code.Open($"public static {(isAsync ? "async " : "")}ValueTask<{operation.RequestName}> Read{operation.RequestName}(RequestReader reader)");
        if (QueryNames(operation) is { } names)
        {
            code.Line($"reader.RejectOtherQueryParameters({string.Join(", ", names.Select(Code.Quote))});");
        }

        if (operation.Parameters.Count == 0 && operation.Body is null)
        {
            code.Line($"var request = new {operation.RequestName}();");
        }
        else
        {
            code.Open($"var request = new {operation.RequestName}");
            foreach (var parameter in operation.Parameters)
            {
                code.Line($"{parameter.Name} = {Parameter(parameter)},");
            }

            if (operation.Body is not null)
            {
                code.Line($"Body = {Body(operation.Body)},");
            }

            code.Close(";");
        }

        code.Line($"reader.Check(request{(RulesFile.HasRules(operation) ? $", {operation.RequestName}Rules.Instance" : "")});");
        if (operation.Body is { } checkedBody)
        {
            foreach (var media in checkedBody.Media)
            {
                if (media.Use?.Type is DeclaredType { Declaration: ObjectDeclaration declaration })
                {
                    code.Line($"reader.Check({(checkedBody.Name is null ? "request.Body" : $"(request.Body as {checkedBody.Name}.Of{media.Name})?.Value")}, {declaration.Name}Rules.Instance);");
                }
            }
        }

        code.Line(isAsync ? "return request;" : "return ValueTask.FromResult(request);");
        code.Close();
    }

    // The conditions that the readers name, above them.
    private static string Conditions(string readers, ContractModel model)
    {
        var code = new Code();
        foreach (var condition in model.Conditions.Where(condition => ModelsFile.Uses(readers, $"({condition.Name})", $", {condition.Name})", $", {condition.Name}, ")))
        {
            code.Line($"    private static readonly JsonCondition {condition.Name} = new({Code.Quote(condition.Rule)}, {Code.Quote(condition.Message)}, \"\"\"{condition.Schema}\"\"\");");
        }

        var begin = readers.IndexOf("{\n", StringComparison.Ordinal) + 2;
        return code.ToString() is { Length: > 0 } fields ? $"{readers[..begin]}{fields}\n{readers[begin..]}" : readers;
    }

    // The query parameters that there can be; null where any can.
    private static List<string>? QueryNames(Operation operation)
    {
        var names = operation.Security.SelectMany(requirement => requirement.Schemes).Where(one => one.Scheme.Kind == SchemeKind.QueryKey).Select(one => one.Scheme.Key).Distinct().ToList();
        foreach (var parameter in operation.Parameters.Where(parameter => parameter.Place == Place.Query))
        {
            switch (parameter)
            {
                case { Style: Style.DeepObject }:
                    names.Add(parameter.Json + "[");
                    break;
                case { Style: Style.Form, Explode: true } when TakesAnyName(parameter.Use.Type):
                    return null;
                case { Style: Style.Form, Explode: true, Use.Type: DeclaredType { Declaration: ObjectDeclaration declaration } }:
                    names.AddRange(declaration.Members.Select(member => member.Json));
                    break;
                default:
                    names.Add(parameter.Json);
                    break;
            }
        }

        return names;
    }

    // Members of an object are parameters of their own; of alternatives, the request says which names those are.
    private static bool TakesAnyName(TypeModel type) => type switch
    {
        MapType or DeclaredType { Declaration: ObjectDeclaration { Others: not null } } => true,
        DeclaredType { Declaration: UnionDeclaration union } => union.Cases.Exists(one => one.Use.Type is DeclaredType { Declaration: ObjectDeclaration } || TakesAnyName(one.Use.Type)),
        _ => false,
    };

    private static string Parameter(Parameter parameter)
    {
        var name = Code.Quote(parameter.Json);
        var style = StyleArgument(parameter);
        var call = parameter.Place == Place.Path ? $"reader.Path({name}{style})" : $"reader.{(parameter.Required ? "Required" : "Optional")}{parameter.Place}({name}{style})";
        var isOptional = !parameter.Required && parameter.Place != Place.Path;
        var initial = isOptional ? CSharp.Value(parameter.Use.Default, parameter.Use.Type) : null;
        return $"{call}{(isOptional ? "?" : "")}{Read(parameter.Use with { Nullable = false }, 0)}{(initial is null ? "" : $" ?? {initial}")}";
    }

    private static string StyleArgument(Parameter parameter)
    {
        var isPlain = parameter.Use.Type is ScalarType or AnyType or DeclaredType { Declaration: EnumDeclaration };
        var isDefault = parameter.Style is Style.Simple or Style.Form or Style.SpaceDelimited or Style.PipeDelimited or Style.DeepObject;
        var canExplode = parameter is { Explode: true, Style: Style.Simple or Style.Form or Style.Label or Style.Matrix };
        var isListOfValues = parameter is { Explode: true, Style: Style.SpaceDelimited or Style.PipeDelimited };
        if (isPlain && isDefault)
        {
            return "";
        }

        // The members of such an object are parameters of their own.
        var members = parameter is { Style: Style.Form, Explode: true, Use.Type: DeclaredType { Declaration: ObjectDeclaration declaration } }
            ? string.Concat(declaration.Members.Select(member => $", {Code.Quote(member.Json)}"))
            : "";
        return $", ParameterStyle.{(isListOfValues ? "Form" : parameter.Style)}{(canExplode || isListOfValues ? "Exploded" : "")}{members}";
    }

    private static string Body(Body body)
    {
        if (body.Name is null)
        {
            return Media(body.Media[0], body.Required);
        }

        var types = string.Join(", ", body.Media.Select(media => Code.Quote(media.Type)));
        var cases = body.Media.Index().Select(one => $"    {(one.Index == body.Media.Count - 1 ? "_" : one.Index.ToString(CultureInfo.InvariantCulture))} => new {body.Name}.Of{one.Item.Name}({Media(one.Item, isRequired: true, RulesFile.RulesOf(one.Item, body))}),");
        return $"{(body.Required ? "" : "!await reader.HasBody() ? null : ")}reader.ContentType({types}) switch\n{{\n{string.Join('\n', cases)}\n}}";
    }

    private static string Media(Media media, bool isRequired, string? rules = null)
    {
        var types = string.Join(", ", media.Also.Prepend(media.Type).Select(Code.Quote));
        var optional = isRequired ? "" : "Optional";
        return media.Kind switch
        {
            MediaKind.Text => $"await reader.{optional}TextBody({types})",
            MediaKind.Binary or MediaKind.Events => $"{(isRequired ? "" : "await ")}reader.{optional}BinaryBody({types})",
            MediaKind.Form => $"await reader.{optional}FormBody({Reader(media.Use!)})",
            MediaKind.Multipart => $"await reader.{optional}MultipartBody({Reader(media.Use!)})",
            _ => $"await reader.{optional}JsonBody({(rules is null ? Reader(media.Use!) : $"static value => value.As({Reader(media.Use!)}, {rules})")}{(types == "\"application/json\"" ? "" : $", {types}")})",
        };
    }

    // A function that reads the value.
    private static string Reader(Use use) => use is { Nullable: false, Const: null, Conditions.Count: 0, Type: DeclaredType declared }
        ? $"Read{declared.Declaration.Name}"
        : $"static value => value{Value(use, 0)}";

    // How an InputValue becomes the type, from its dot on.
    private static string Read(Use use, int depth)
    {
        var constant = use.Const is { } value ? $".Const({(value.IsString ? Code.Quote(value.Text) : value.Text)})" : "";
        return Must(use.Conditions) + constant + use.Type switch
        {
            ScalarType scalar => scalar.Kind switch
            {
                Scalar.Date => ".AsDateOnly()",
                Scalar.DateTime => ".AsDateTimeOffset()",
                var kind => $".As{kind}()",
            },
            ListType list => $".AsList({Item(list.Item, depth)}{(use.Limits.MaxItems is { } most ? $", maxItems: {most}" : "")})",
            MapType map => $".AsMap({Item(map.Value, depth)}{(use.Limits.MaxProperties is { } most ? $", maxProperties: {most}" : "")})",
            DeclaredType declared => $".As(Read{declared.Declaration.Name})",
            _ => ".AsJson()",
        };
    }

    private static string Must(IEnumerable<Condition> conditions) => string.Concat(conditions.Select(condition => $".Must({condition.Name})"));

    private static string Value(Use use, int depth) =>
        !use.Nullable ? Read(use, depth)
        : IsAnyValue(use) ? $"{Must(use.Conditions)}.OrNull()?.AsJson()"
        : $".OrNull()?{Read(use, depth)}";

    // Only its conditions say whether it may be null.
    private static bool IsAnyValue(Use use) => use is { Type: AnyType, Const: null, Conditions.Count: > 0 };

    private static string Item(Use use, int depth)
    {
        var name = depth == 0 ? "item" : string.Create(CultureInfo.InvariantCulture, $"item{depth + 1}");
        return $"static {name} => {name}{Value(use, depth + 1)}";
    }

    private static void Object(Code code, ObjectDeclaration declaration)
    {
        var names = string.Join(", ", declaration.Members.Select(member => Code.Quote(member.Json)));
        code.Open($"public static {declaration.Name} Read{declaration.Name}(InputValue value)");
        var limits = new[] { ("minProperties", declaration.Limits.MinProperties), ("maxProperties", declaration.Limits.MaxProperties) }.Where(limit => limit.Item2 is not null).Select(limit => $"{limit.Item1}: {limit.Item2}").ToList();
        code.Line($"{(declaration.Members.Count == 0 && declaration.Others is null && limits.Count == 0 ? "" : "var members = ")}value{Must(declaration.Conditions)}.As{(declaration.Closed ? "" : "Open")}Members({names});");
        if (limits.Count > 0)
        {
            code.Line($"members.Limit({string.Join(", ", limits)});");
        }

        if (declaration.Members.Count == 0 && declaration.Others is null)
        {
            code.Line($"return new {declaration.Name}();");
        }
        else
        {
            code.Open($"return new {declaration.Name}");
            foreach (var member in declaration.Members)
            {
                code.Line($"{member.Name} = {Member(member, declaration)},");
            }

            if (declaration.Others is { } others)
            {
                code.Line($"{CSharp.OthersName(declaration)} = members.Others({(others.Type is AnyType ? "" : Item(others, 0))}),");
            }

            code.Close(";");
        }

        code.Close();
    }

    private static string Member(Member member, ObjectDeclaration declaration)
    {
        var name = Code.Quote(member.Json);
        if (CSharp.IsPatched(member, declaration))
        {
            return $"members.Patch<{CSharp.Type(member.Use, orNull: true)}>({name}, static value => value{Read(member.Use, 0)})";
        }

        var isRequired = member.Required && !member.Use.ReadOnly;
        var call = $"members.{(isRequired ? "Required" : "Optional")}{(member.Use.Nullable ? "Nullable" : "")}";
        if (member.Use.Nullable && IsAnyValue(member.Use))
        {
            return $"{call}({name}, {string.Join(", ", member.Use.Conditions.Select(condition => condition.Name))})?.AsJson()";
        }

        var initial = CSharp.InitialValue(member);
        return $"{call}({name}){(member.Use.Nullable || !isRequired ? "?" : "")}{Read(member.Use, 0)}{(initial is null || isRequired ? "" : $" ?? {initial}")}";
    }

    private static void Enumeration(Code code, EnumDeclaration declaration)
    {
        string Value(string value) => declaration.IsInteger ? value : Code.Quote(value);
        code.Open($"public static {declaration.Name} Read{declaration.Name}(InputValue value) => value{Must(declaration.Conditions)}.As{(declaration.IsInteger ? "Int64" : "String")}() switch");
        foreach (var (name, value) in declaration.Values)
        {
            code.Line($"{Value(value)} => {declaration.Name}.{name},");
        }

        code.Line($"var other => value.Reject<{declaration.Name}>(other, {string.Join(", ", declaration.Values.Select(value => Value(value.Value)))}),");
        code.Close(";");
    }

    private static void Union(Code code, UnionDeclaration union)
    {
        string Make(Case one) => $"static value => new {union.Name}.{one.Name}({(RulesFile.RulesOf(one.Use, union.Name, one.Name) is { } rules ? $"value.As({Reader(one.Use)}, {rules})" : $"value{Read(one.Use, 0)}")})";
        if (union.Discriminator is { } discriminator)
        {
            code.Open($"public static {union.Name} Read{union.Name}(InputValue value) => value{Must(union.Conditions)}.Discriminator({Code.Quote(discriminator)}) switch");
            var known = new HashSet<string>(StringComparer.Ordinal);
            foreach (var one in union.Cases)
            {
                var values = one.Values.Where(known.Add).Select(Code.Quote).ToList();
                if (values.Count > 0)
                {
                    code.Line($"{string.Join(" or ", values)} => value.As<{union.Name}>({Make(one)}),");
                }
            }

            code.Line($"var other => value.RejectDiscriminator<{union.Name}>({Code.Quote(discriminator)}, other, {string.Join(", ", known.Select(Code.Quote))}),");
            code.Close(";");
            return;
        }

        code.Line($"public static {union.Name} Read{union.Name}(InputValue value) => value{Must(union.Conditions)}.{(union.IsAnyOf ? "AnyOf" : "OneOf")}<{union.Name}>(\n    {string.Join(",\n    ", union.Cases.Select(Make))});");
    }
}
