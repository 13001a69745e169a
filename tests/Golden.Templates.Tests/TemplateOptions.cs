using System.Text.Json;
using System.Text.Json.Nodes;

namespace Golden.Templates.Tests;

/// <summary>An option by its name at the prompt.</summary>
sealed record TemplateOption(string Name, string? Default, Option Values);

/// <summary>The options of a template that what is written depends on.</summary>
static class TemplateOptions
{
    // Whether to restore is no property of what was written.
    const string SkipRestore = "skipRestore";

    static readonly JsonDocumentOptions WithComments = new() { CommentHandling = JsonCommentHandling.Skip };

    public static IReadOnlyList<TemplateOption> Of(string template)
    {
        var names = Read(template, "dotnetcli.host.json")["symbolInfo"]!.AsObject().ToDictionary(symbol => symbol.Key, symbol => (string)symbol.Value!["longName"]!);
        return
        [
            .. Read(template, "template.json")["symbols"]!.AsObject()
                .Where(symbol => (string?)symbol.Value!["type"] == "parameter" && symbol.Key != SkipRestore)
                .Select(symbol => ToOption(names.GetValueOrDefault(symbol.Key, symbol.Key), symbol.Value!)),
        ];
    }

    static TemplateOption ToOption(string name, JsonNode symbol)
    {
        string[] choices = [.. symbol["choices"]?.AsArray().Select(choice => (string)choice!["choice"]!) ?? []];
        return new(name, (string?)symbol["defaultValue"], Option.Of(name, (string)symbol["datatype"]!, choices, (bool?)symbol["allowMultipleValues"] is true, isAside: false));
    }

    static JsonNode Read(string template, string file) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "templates", template, ".template.config", file)), documentOptions: WithComments)!;
}
