namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;

/// <summary>A media type of a body, in lower case and without parameters, and what the contract says of it.</summary>
public sealed record ContractMedia(string Type, JsonObject Node)
{
    /// <summary>A type that it stands for, where it is a range.</summary>
    public string Sent => Type switch
    {
        "*/*" when IsJson => "application/json",
        "*/*" => "application/octet-stream",
        [.. var kind, '/', '*'] => kind switch
        {
            "application" => IsJson ? "application/json" : "application/octet-stream",
            "text" => "text/plain",
            "image" => "image/png",
            _ => $"{kind}/octet-stream",
        },
        _ => Type,
    };

    public JsonNode? Schema => Node["schema"];

    public bool IsJson => Type is "application/json" or "text/json" || Type.EndsWith("+json", StringComparison.Ordinal) || (Type is "*/*" or "application/*" && Schema is not null && (string?)Schema["format"] != "binary");

    public bool IsForm => Type == "application/x-www-form-urlencoded";

    public bool IsMultipart => Type.StartsWith("multipart/", StringComparison.Ordinal);

    public bool IsText => Type != "text/event-stream" && (Type.StartsWith("text/", StringComparison.Ordinal) || Type == "application/xml" || Type.EndsWith("+xml", StringComparison.Ordinal)) && !IsJson;

    /// <summary>The media types of a body or a response; none without one.</summary>
    public static IEnumerable<ContractMedia> In(ContractDocument contract, JsonObject? holder) =>
        (holder?["content"]?.AsObject() ?? []).Select(content => new ContractMedia(content.Key.Split(';')[0].Trim().ToLowerInvariant(), contract.Resolve(content.Value ?? new JsonObject())));

    /// <summary>Whether a body of a type is one of this.</summary>
    public bool Takes(string? sent) => sent is not null && (Type == "*/*" || sent.Equals(Type, StringComparison.OrdinalIgnoreCase) || (Type.EndsWith("/*", StringComparison.Ordinal) && sent.StartsWith(Type[..^1], StringComparison.OrdinalIgnoreCase)));
}
