namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using global::GoldenService.ServiceDefaults;

/// <summary>A request to an operation: the values of its parameters, by "in name", and that of its body, as JSON whatever its media type.</summary>
public sealed record ContractRequest(ContractOperation Operation, ImmutableSortedDictionary<string, JsonNode?> Parameters, string? Json)
{
    public string MoreQuery { get; init; } = "";

    /// <summary>The media type of the body.</summary>
    public ContractMedia? Media { get; init; }

    private ImmutableList<ContractParameter> Declared { get; init; } = [];

    /// <summary>The request that the examples of the contract make; where it has none, the least that keeps to the contract.</summary>
    public static ContractRequest Example(ContractDocument contract, ContractOperation operation) => Example(contract, operation, operation.Bodies is [var media, ..] ? media : null);

    /// <inheritdoc cref="Example(ContractDocument, ContractOperation)"/>
    public static ContractRequest Example(ContractDocument contract, ContractOperation operation, ContractMedia? media)
    {
        var declared = operation.Parameters.Select(parameter => new ContractParameter(contract, parameter)).ToImmutableList();
        var parameters = declared.Where(parameter => parameter.IsRequired).ToImmutableSortedDictionary(
            parameter => parameter.Key,
            parameter => parameter.Example(operation));
        var body = media is null ? null : BodyExample(contract, operation, media);
        return new(operation, parameters, media is null ? null : body?.ToJsonString() ?? "null") { Media = media, Declared = declared };
    }

    /// <summary>A value as a text: strings without their quotes, and everything else as JSON.</summary>
    public static string Text(JsonNode value) => value is JsonValue text && text.TryGetValue<string>(out var characters) ? characters : value.ToJsonString();

    public HttpRequestMessage ToMessage()
    {
        var given = Declared.Where(parameter => Parameters.ContainsKey(parameter.Key)).ToLookup(parameter => parameter.Where);
        var path = given["path"].Aggregate(Operation.Path, (path, parameter) => path.Replace($"{{{parameter.Name}}}", parameter.Text(Parameters[parameter.Key]), StringComparison.Ordinal));
        var query = string.Join('&', given["query"].SelectMany(parameter => parameter.Pairs(Parameters[parameter.Key])).Append(MoreQuery).Where(pair => pair != ""));
        var message = new HttpRequestMessage(new HttpMethod(Operation.Method), new Uri($"{path}?{query}".TrimEnd('?'), UriKind.Relative));
        foreach (var parameter in given["header"])
        {
            message.Headers.TryAddWithoutValidation(parameter.Name, parameter.Text(Parameters[parameter.Key]));
        }

        if (given["cookie"].Any())
        {
            message.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", given["cookie"].SelectMany(parameter => parameter.Pairs(Parameters[parameter.Key]))));
        }

        message.Content = Content();
        return message;
    }

    private static JsonNode? BodyExample(ContractDocument contract, ContractOperation operation, ContractMedia media) =>
        ContractValues.TryExample(contract, media.Node, out var example) ? example
        : media.Schema is { } schema ? ContractValues.Sample(contract, schema, operation, $"the body ({media.Type})")
        : "a";

    private HttpContent? Content()
    {
        if (Json is null)
        {
            return null;
        }

        if (Media is null or { IsJson: true })
        {
            return new StringContent(Json, Encoding.UTF8, Media?.Sent ?? "application/json");
        }

        var value = JsonNode.Parse(Json);
        if (Media.IsForm)
        {
            return new FormUrlEncodedContent(Fields(value).Select(field => KeyValuePair.Create(field.Name, Text(field.Value))));
        }

        if (Media.IsMultipart)
        {
            return Multipart(value);
        }

        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(value is null ? "" : Text(value)));
        content.Headers.ContentType = new MediaTypeHeaderValue(Media.Sent);
        return content;
    }

    private MultipartFormDataContent Multipart(JsonNode? value)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, field) in Fields(value))
        {
            if (IsFile(name))
            {
                form.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(Text(field))), $"\"{name}\"", "file.bin");
            }
            else
            {
                form.Add(new StringContent(Text(field)), $"\"{name}\"");
            }
        }

        return form;
    }

    // A list is several fields of one name.
    private static IEnumerable<(string Name, JsonNode Value)> Fields(JsonNode? value) =>
        from member in value as JsonObject ?? []
        from one in member.Value is JsonArray list ? list.AsEnumerable() : [member.Value]
        where one is not null
        select (member.Key, one!);

    private bool IsFile(string name)
    {
        var form = ContractDocument.Current.Read(Media!.Schema);
        var field = form.Properties.TryGetValue(name, out var schema) ? ContractDocument.Current.Read(schema) : null;
        var one = field?.Items is { } items ? ContractDocument.Current.Read(items) : field;
        return one?.Format == "binary" || one?.Is("file") == true;
    }
}
