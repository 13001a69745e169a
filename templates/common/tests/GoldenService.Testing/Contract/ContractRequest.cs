namespace GoldenService.Testing;

using System;
using System.Collections.Immutable;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Text.Json.Nodes;
using global::GoldenService.ServiceDefaults;

/// <summary>A request to an operation: the texts of its parameters, by "in name", and its body.</summary>
public sealed record ContractRequest(ContractOperation Operation, ImmutableSortedDictionary<string, string> Parameters, string? Json)
{
    public string MoreQuery { get; init; } = "";

    /// <summary>The request that the examples of the contract make; where it has none, the least that keeps to the contract.</summary>
    public static ContractRequest Example(ContractDocument contract, ContractOperation operation)
    {
        var parameters =
            from parameter in operation.Parameters
            where (bool?)parameter["required"] == true
            let value = parameter["example"] ?? ContractValues.Sample(contract, parameter["schema"]!)
            select (Name: $"{parameter["in"]} {parameter["name"]}", Text: Text(value));
        var body = operation.RequestBody?["content"]!["application/json"]!;
        return new(
            operation,
            parameters.ToImmutableSortedDictionary(parameter => parameter.Name, parameter => parameter.Text),
            body is null ? null : (body["example"] ?? ContractValues.Sample(contract, body["schema"]!)).ToJsonString());
    }

    public static string Text(JsonNode value) => value is JsonValue text && text.TryGetValue<string>(out var characters) ? characters : value.ToJsonString();

    public HttpRequestMessage ToMessage()
    {
        var path = Parameters.Where(parameter => parameter.Key.StartsWith("path ", StringComparison.Ordinal))
            .Aggregate(Operation.Path, (path, parameter) => path.Replace($"{{{parameter.Key[5..]}}}", Uri.EscapeDataString(parameter.Value), StringComparison.Ordinal));
        var query = string.Join('&', Parameters.Where(parameter => parameter.Key.StartsWith("query ", StringComparison.Ordinal))
            .Select(parameter => $"{parameter.Key[6..]}={Uri.EscapeDataString(parameter.Value)}").Append(MoreQuery).Where(pair => pair != ""));
        var message = new HttpRequestMessage(new HttpMethod(Operation.Method), new Uri($"{path}?{query}".TrimEnd('?'), UriKind.Relative));
        foreach (var (name, value) in Parameters.Where(parameter => parameter.Key.StartsWith("header ", StringComparison.Ordinal)))
        {
            message.Headers.TryAddWithoutValidation(name[7..], value);
        }

        message.Content = Json is null ? null : new StringContent(Json, Encoding.UTF8, "application/json");
        return message;
    }
}
