namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;

/// <summary>A parameter of the contract, which writes its values in its style (OpenAPI 3.1, "Style Values"; RFC 6570).</summary>
public sealed class ContractParameter
{
    private readonly ContractDocument contract;
    private readonly JsonObject node;
    private readonly string style;
    private readonly bool isExploded;

    public ContractParameter(ContractDocument contract, JsonObject node)
    {
        (this.contract, this.node) = (contract, node);
        var content = ContractMedia.In(contract, node).FirstOrDefault();
        IsJson = content is not null;
        Schema = (content is null ? node["schema"] : content.Schema) ?? new JsonObject { ["type"] = "string" };
        style = (string?)node["style"] ?? (Where is "query" or "cookie" ? "form" : "simple");
        isExploded = node["explode"] is { } explode ? ContractSchema.IsTrue(explode) : style is "form" or "deepObject";
    }

    public string Name => (string)node["name"]!;

    /// <summary>path, query, header or cookie.</summary>
    public string Where => (string)node["in"]!;

    /// <summary>What requests have it under.</summary>
    public string Key => $"{Where} {Name}";

    public JsonNode Schema { get; }

    /// <summary>Whether it is written as JSON.</summary>
    public bool IsJson { get; }

    public bool IsRequired => Where == "path" || ContractSchema.IsTrue(node["required"]);

    /// <summary>Whether a list or the members of an object are parameters of their own.</summary>
    public bool IsSeveral => !IsJson && Where is "query" or "cookie" && (style == "deepObject" || isExploded);

    /// <summary>Whether members of an object have names of their own among all parameters.</summary>
    public bool IsSpread => IsSeveral && style == "form";

    /// <summary>The example of the contract, or the least that keeps to it.</summary>
    public JsonNode? Example(ContractOperation operation) => ContractValues.TryExample(contract, node, out var example) ? example : ContractValues.Sample(contract, Schema, operation, $"the parameter '{Name}' in {Where}");

    /// <summary>Parts of a query or a cookie: name=value.</summary>
    public IEnumerable<string> Pairs(JsonNode? value)
    {
        var separator = style switch
        {
            "spaceDelimited" => "%20",
            "pipeDelimited" => "|",
            _ => ",",
        };
        return value switch
        {
            JsonArray list when IsSeveral => list.Select(item => $"{Encode(Name)}={Encode(item)}"),
            JsonObject members when IsSeveral => members.SelectMany(member => (member.Value is JsonArray several ? several.AsEnumerable() : [member.Value]).Select(one =>
                $"{(style == "deepObject" ? $"{Encode(Name)}%5B{Encode(member.Key)}%5D" : Encode(member.Key))}={Encode(one)}")),
            JsonArray or JsonObject when !IsJson => [$"{Encode(Name)}={string.Join(separator, Items(value).Select(Encode))}"],
            _ => [$"{Encode(Name)}={(IsJson ? Uri.EscapeDataString(value?.ToJsonString() ?? "null") : Encode(value))}"],
        };
    }

    /// <summary>A header, or a part of a path; the parts of a path are encoded.</summary>
    public string Text(JsonNode? value)
    {
        Func<JsonNode?, string> encode = Where == "path" ? Encode : item => ContractRequest.Text(item!);
        var separator = (style, isExploded) switch
        {
            ("label", true) => ".",
            ("matrix", true) => ";",
            _ => ",",
        };
        var items = value switch
        {
            JsonObject members when isExploded => members.Select(member => $"{encode(member.Key)}={encode(member.Value)}"),
            JsonArray list when isExploded && style == "matrix" => list.Select(item => $"{Name}={encode(item)}"),
            _ => Items(value).Select(encode),
        };
        var begin = style switch
        {
            "label" => ".",
            "matrix" => isExploded && value is JsonArray or JsonObject ? ";" : $";{Name}=",
            _ => "",
        };
        return IsJson ? Where == "path" ? Uri.EscapeDataString(value?.ToJsonString() ?? "null") : value?.ToJsonString() ?? "null" : begin + string.Join(separator, items);
    }

    /// <summary>Whether the style can write a value, so that it is read as it was. A path has no empty segments; a header has printable ASCII, and no blanks around it.</summary>
    public bool Takes(JsonNode? value)
    {
        if (IsJson)
        {
            return Where is not "header" || (value?.ToJsonString() ?? "null").All(char.IsAscii);
        }

        if (value is JsonArray or JsonObject)
        {
            var items = Items(value).ToList();
            var isPlain = value is JsonArray list ? list.All(item => item is JsonValue) : value.AsObject().All(member => member.Value is JsonValue || (IsSeveral && member.Value is JsonArray several && several.Count > 0 && several.All(item => item is JsonValue)));
            return isPlain
                && items.Count > 0
                && !(items is [var only] && Text(only) is "" && !IsSeveral)
                && (IsSeveral || items.TrueForAll(item => !ContractRequest.Text(item!).Any(character => character is ',' or '.' or ';' or '=' or '|' or ' ')))
                && items.TrueForAll(item => Where == "query" || Where == "cookie" || TakesText(ContractRequest.Text(item!)));
        }

        return value is not null && TakesText(ContractRequest.Text(value)) && !(style == "label" && Where == "path" && ContractRequest.Text(value).Contains('.', StringComparison.Ordinal));
    }

    private bool TakesText(string text) => Where switch
    {
        "path" => text.Length > 0 && !text.Contains('/', StringComparison.Ordinal) && text is not ("." or ".."),
        "header" => text.All(character => character is >= ' ' and <= '~') && text.Trim() == text && !(text is "" && TestedService.Current.IsSignature(Name)),
        _ => true,
    };

    // The items of a list, and the names and values of an object in turn.
    private static IEnumerable<JsonNode?> Items(JsonNode? value) => value switch
    {
        JsonArray list => list,
        JsonObject members => members.SelectMany(member => new JsonNode?[] { member.Key, member.Value }),
        _ => [value],
    };

    private static string Encode(JsonNode? value) => Uri.EscapeDataString(value is null ? "" : ContractRequest.Text(value));
}
