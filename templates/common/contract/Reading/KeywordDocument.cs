namespace ContractCompiler.Reading;

using System;
using System.Linq;

/// <summary>The table of keywords as Markdown, for docs/contract.md.</summary>
static class KeywordDocument
{
    // Which objects stand together under one title, which folds.
    private static readonly (string Title, string[] Objects)[] Groups =
    [
        ("The document, its tags and servers", ["OpenAPI", "Info", "Contact", "License", "Server", "ServerVariable", "Tag", "ExternalDocs", "Components"]),
        ("Paths and operations", ["PathItem", "Operation", "Callback"]),
        ("Parameters and headers", ["Parameter", "Header"]),
        ("Bodies and responses", ["RequestBody", "Response", "MediaType", "Encoding", "Example", "Link"]),
        ("Schemas", ["Schema", "Discriminator", "XML"]),
        ("Security schemes", ["SecurityScheme", "OAuthFlows", "OAuthFlow"]),
    ];

    public static string Write() => string.Join('\n', Groups.Select(group => $"""
        <details>
        <summary>{group.Title}</summary>

        | object | keyword | | |
        |---|---|---|---|
        {string.Join('\n', group.Objects.SelectMany(name => Keywords.Objects[name].Values.Select(keyword => Row(name, keyword))))}

        </details>

        """)).ReplaceLineEndings("\n");

    private static string Row(string name, Keyword keyword) => $"| {name} | `{keyword.Name}` | {Word(keyword)} | {keyword.Remark} |".Replace("|  |", "| |", StringComparison.Ordinal);

    // A keyword without effect on a service that could expect one gets a warning.
    private static string Word(Keyword keyword) => keyword.Support switch
    {
        Support.Used => "supported",
        Support.Documentation when keyword.Remark.Length == 0 => "documentation",
        Support.Rejected => "rejected",
        _ => "warning",
    };
}
