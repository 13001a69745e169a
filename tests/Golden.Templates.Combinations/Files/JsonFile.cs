using System.Text.Json;

namespace Golden.Templates.Combinations;

/// <summary>JSON, read as strictly as the strictest of its readers; and what package.json names.</summary>
static class JsonFile
{
    static readonly string[] PackageMembers = ["main", "module", "types", "files", "bin"];

    public static bool Is(OutputFile file) => file.Ends(".json", ".nswag");

    public static IEnumerable<Finding> Findings(OutputFile file)
    {
        try
        {
            using var document = Parse(file);
            return [];
        }
        catch (JsonException problem)
        {
            return [file.Finding((int)(problem.LineNumber + 1 ?? 0), $"This is not JSON: {problem.Message}")];
        }
    }

    public static IEnumerable<Reference> References(OutputFile file)
    {
        if (file.Name != "package.json" || Findings(file).Any())
        {
            return [];
        }

        using var document = Parse(file);
        var package = document.RootElement.Clone();
        return [
            .. PackageMembers.SelectMany(member => Strings(package, member)).Select(path => file.Reference(0, file.Folder, path)),
            .. Strings(package, "scripts").SelectMany(command => CommandText.References(file, command, 0, file.Folder)),
        ];
    }

    static JsonDocument Parse(OutputFile file) => JsonDocument.Parse(file.Text, new JsonDocumentOptions
    {
        AllowDuplicateProperties = false,
        CommentHandling = file.Name.StartsWith("tsconfig", StringComparison.Ordinal) || file.Path.StartsWith(".vscode/", StringComparison.Ordinal)
            ? JsonCommentHandling.Skip
            : JsonCommentHandling.Disallow,
    });

    static IEnumerable<string> Strings(JsonElement element, string member) =>
        element.ValueKind is not JsonValueKind.Object || !element.TryGetProperty(member, out var value) ? [] : value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Array => value.EnumerateArray().Where(item => item.ValueKind is JsonValueKind.String).Select(item => item.GetString()!),
            JsonValueKind.Object => value.EnumerateObject().Where(item => item.Value.ValueKind is JsonValueKind.String).Select(item => item.Value.GetString()!),
            _ => [],
        };
}
