namespace ContractCompiler.Clients;

using System.Collections.Generic;
using System.Linq;
using ContractCompiler.Model;

/// <summary>What a client's method does, in the words of both languages.</summary>
static class Calls
{
    /// <summary>What counts as a success: the 2xx, or default where there is none.</summary>
    public static IReadOnlyList<Outcome> Successes(Operation operation)
    {
        var successes = operation.Outcomes.Where(outcome => outcome.IsSuccess).ToList();
        return successes.Count > 0 ? successes : [.. operation.Outcomes.Where(outcome => outcome.Status == "default" && !outcome.IsPlatform)];
    }

    /// <summary>What the successes hold, each kind of body once. Of several media types the first is typed, JSON before others; null is no body.</summary>
    public static IReadOnlyList<(Outcome Outcome, Media? Media)> Results(Operation operation) => operation.Method == "HEAD"
        ? []
        : [.. Successes(operation).Select(outcome => (outcome, Typed(outcome.Media))).DistinctBy(result => (result.Item2?.Kind, result.Item2?.Use?.Type, result.Item2?.Use?.Nullable))];

    /// <summary>The media type whose body has a type.</summary>
    public static Media? Typed(IReadOnlyList<Media> media) => media.FirstOrDefault(item => item.Kind == MediaKind.Json) ?? (media.Count > 0 ? media[0] : null);

    /// <summary>The value of Accept, where it is not that of JSON and problems.</summary>
    public static string? Accept(Operation operation)
    {
        var typed = Results(operation).Select(result => result.Media?.Type).OfType<string>();
        var others = Successes(operation).Concat(operation.Outcomes).SelectMany(outcome => outcome.Media).SelectMany(media => media.Also.Prepend(media.Type));
        var all = typed.Select(type => (Type: type, Typed: true)).Concat(others.Select(type => (Type: type, Typed: false))).DistinctBy(item => item.Type).ToList();
        return all.All(item => item.Type is "application/json" or "application/problem+json")
            ? null
            : string.Join(", ", all.Append(("application/problem+json", false)).DistinctBy(item => item.Item1).Select(item => item.Item2 || item.Item1.EndsWith("json", System.StringComparison.Ordinal) ? item.Item1 : $"{item.Item1};q=0.5"));
    }

    /// <summary>The errors of the contract's own, by type.</summary>
    public static IEnumerable<(Use Use, bool IsProblem, IReadOnlyList<string> Statuses)> Errors(Operation operation) => operation.Outcomes
        .Except(Successes(operation))
        .Where(outcome => !outcome.IsProblem && !outcome.IsValidationProblem && operation.Method != "HEAD")
        .SelectMany(outcome => outcome.Media.Where(media => media is { Kind: MediaKind.Json, Use: not null }).Select(media => (outcome.Status, Media: media)))
        .GroupBy(error => (error.Media.Use!.Type, IsProblem: error.Media.Type == "application/problem+json"))
        .Select(errors => (errors.First().Media.Use!, errors.Key.IsProblem, (IReadOnlyList<string>)[.. errors.Select(error => error.Status).Distinct()]));

    /// <summary>How a parameter is written where it is no plain value; null for one that is.</summary>
    public static string? Style(Parameter parameter)
    {
        var isPlain = parameter.Use.Type is ScalarType { Kind: not Scalar.Bytes } or DeclaredType { Declaration: EnumDeclaration };
        return isPlain && parameter.Style is Model.Style.Simple or Model.Style.Form or Model.Style.SpaceDelimited or Model.Style.PipeDelimited && isPlain
            ? null
            : (parameter.Style, parameter.Explode) switch
            {
                (Model.Style.Simple or Model.Style.Form or Model.Style.Label or Model.Style.Matrix, true) => $"{parameter.Style}Exploded",
                (Model.Style.SpaceDelimited or Model.Style.PipeDelimited, true) => "FormExploded",
                _ => parameter.Style.ToString(),
            };
    }

    /// <summary>The path from the base address on. A first segment with a colon would be a scheme.</summary>
    public static string RelativePath(Operation operation)
    {
        var path = operation.Path.StartsWith('/') ? operation.Path[1..] : operation.Path;
        return path.StartsWith('/') || path.Split('/')[0].Contains(':', System.StringComparison.Ordinal) ? $"./{path}" : path;
    }

    /// <summary>The media type that a body is sent as: a range has no form on the wire.</summary>
    public static string ContentType(Media media) => media.Type.Contains('*', System.StringComparison.Ordinal)
        ? media.Kind switch
        {
            MediaKind.Json => "application/json",
            MediaKind.Text => "text/plain",
            _ => "application/octet-stream",
        }
        : media.Type;
}
