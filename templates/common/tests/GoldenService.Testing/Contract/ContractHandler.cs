namespace GoldenService.Testing;

using System;
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

/// <summary>Holds every response that a test gets against the contract: the status, the headers, the content type, the body.</summary>
public sealed class ContractHandler : DelegatingHandler
{
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
                : [.. contract.Failures(contract.Named("PlatformProblem") ?? contract.Named("Problem"), JsonElement.Parse(body))];
        }

        if (Declared(operation, status) is not { } declared)
        {
            return ["the status is not declared"];
        }

        var headers = (declared["headers"]?.AsObject() ?? []).SelectMany(header => HeaderFailures(contract, header.Key, contract.Resolve(header.Value!), response));
        var contents = ContractMedia.In(contract, declared).ToList();
        return request.Method == HttpMethod.Head ? [.. headers]
            : contents is [] ? [.. headers, .. body.Length > 0 ? ["there is a body"] : Array.Empty<string>()]
            : contents.Find(content => content.Takes(type)) is { } content ? [.. headers, .. content is { IsJson: true, Schema: { } schema } ? contract.Failures(schema, JsonElement.Parse(body)) : []]
            : [.. headers, $"the content type is {type}"];
    }

    // The status itself, its range, or what stands for all others.
    private static JsonObject? Declared(ContractOperation operation, int status) =>
        new[] { status.ToString(CultureInfo.InvariantCulture), $"{status / 100}XX", "DEFAULT" }.Select(key => operation.Responses.GetValueOrDefault(key)).FirstOrDefault(response => response is not null);

    private static IEnumerable<string> HeaderFailures(ContractDocument contract, string name, JsonObject header, HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues(name, out var values) && !response.Content.Headers.TryGetValues(name, out values))
        {
            return (bool?)header["required"] == true ? [$"the header {name} is missing"] : [];
        }

        var schema = header["schema"];
        var read = contract.Read(schema);
        var text = string.Join(", ", values);
        return (read.Is("object") || header.ContainsKey("content") ? []
            : read.Is("array") ? text.Split(',').SelectMany(item => contract.Failures(read.Items, Value(contract.Read(read.Items), item.Trim())))
            : contract.Failures(schema, Value(read, text))).Select(failure => $"the header {name}: {failure}");
    }

    // Digits are a string where a string is due.
    private static JsonElement Value(ContractSchema schema, string text)
    {
        try
        {
            return schema.Types.Contains("string") ? JsonSerializer.SerializeToElement(text) : JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(text);
        }
    }
}
