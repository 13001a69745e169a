namespace GoldenService.Testing;

using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;
using Xunit;

/// <summary>Holds every answer that a test is given against the contract: the status, the headers, the content type, the body.</summary>
public sealed class ContractHandler : DelegatingHandler
{
    private static readonly JsonNode Problem = new JsonObject { ["$ref"] = "#/components/schemas/Problem" };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        await response.Content.LoadIntoBufferAsync(cancellationToken);
        var failures = Failures(ContractDocument.Current, request, response, await response.Content.ReadAsStringAsync(cancellationToken));
        Assert.True(failures is [], $"{request.Method} {request.RequestUri} was answered {(int)response.StatusCode}, not as the contract says: {string.Join("; ", failures)}");
        return response;
    }

    public static IReadOnlyList<string> Failures(ContractDocument contract, HttpRequestMessage request, HttpResponseMessage response, string body)
    {
        var type = response.Content.Headers.ContentType?.MediaType;
        var status = (int)response.StatusCode;
        if (contract.Find(request.Method.Method, request.RequestUri!.AbsolutePath) is not { } operation)
        {
            // Outside the contract, errors are problem documents all the same. An answer to HEAD has no body.
            return status < 400 || request.Method == HttpMethod.Head ? []
                : type != "application/problem+json" ? [$"the content type is {type}"]
                : [.. contract.Failures(Problem, JsonElement.Parse(body))];
        }

        if (!operation.Responses.TryGetValue(status.ToString(CultureInfo.InvariantCulture), out var declared))
        {
            return ["the status is not declared"];
        }

        var headers = declared["headers"]?.AsObject().SelectMany(header => HeaderFailures(contract, header.Key, contract.Resolve(header.Value!), response)) ?? [];
        return (declared["content"]?.AsObject(), type) switch
        {
            (null, _) => [.. headers, .. body.Length > 0 ? ["there is a body"] : System.Array.Empty<string>()],
            ({ } content, { } given) when content[given]?["schema"] is { } schema => [.. headers, .. contract.Failures(schema, JsonElement.Parse(body))],
            _ => [.. headers, $"the content type is {type}"],
        };
    }

    private static IEnumerable<string> HeaderFailures(ContractDocument contract, string name, JsonObject header, HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues(name, out var values) && !response.Content.Headers.TryGetValues(name, out values))
        {
            return (bool?)header["required"] == true ? [$"the header {name} is missing"] : [];
        }

        var value = string.Join(", ", values);
        var isText = ContractSchemas.Is(contract.Resolve(header["schema"]!), "string");
        return contract.Failures(header["schema"]!, isText ? JsonSerializer.SerializeToElement(value) : JsonElement.Parse(value)).Select(failure => $"the header {name}: {failure}");
    }
}
