namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Xunit;

/// <summary>
/// Makes the requests that the examples of the contract make, one after the other, with what earlier responses contained: ids from Location,
/// versions from ETag. Every operation is carried out, and no test needs to name them.
/// </summary>
public sealed class ContractCalls
{
    private const int MostCombined = 7;

    // An id, or a text of another ending; which of them keeps to the contract is tried.
    private static readonly Func<string, string>[] Changes =
    [
        _ => Guid.NewGuid().ToString(),
        text => $"{text}{RandomNumberGenerator.GetInt32(100_000_000)}",
        text => $"{text[..Math.Max(0, text.Length - 8)]}{RandomNumberGenerator.GetInt32(10_000_000, 100_000_000)}",
        text => string.Concat(text.Select(character => char.IsAsciiLetterLower(character) ? (char)RandomNumberGenerator.GetInt32('a', 'z' + 1) : char.IsAsciiLetterUpper(character) ? (char)RandomNumberGenerator.GetInt32('A', 'Z' + 1) : character)),
        text => string.Concat(text.Select(character => char.IsAsciiDigit(character) ? (char)RandomNumberGenerator.GetInt32('1', '9' + 1) : character)),
    ];

    private readonly Service service;
    private readonly HttpClient http;
    private readonly Dictionary<string, string> known;
    private readonly Dictionary<string, string> versions = [];

    private ContractCalls(Service service, HttpClient http, Dictionary<string, string> known) => (this.service, this.http, this.known) = (service, http, known);

    /// <summary>The operations: what makes things before what needs them, what removes them last.</summary>
    public static IEnumerable<ContractOperation> Operations { get; } = ContractDocument.Current.Operations
        .OrderBy(operation => operation.Method == "DELETE" ? 3 : operation.Path.Contains('{', StringComparison.Ordinal) ? 2 : operation.Method == "POST" ? 0 : 1);

    /// <summary>Starts with what the service's tests know, and what its creating operations make.</summary>
    public static async Task<ContractCalls> StartAsync(Service service, HttpClient? http = null)
    {
        var calls = new ContractCalls(service, http ?? service.Http, await TestedService.Current.KnownAsync(service));
        await calls.CreateAsync();
        return calls;
    }

    /// <summary>Has the service do everything that it can, and asserts that it does.</summary>
    public static async Task CallEveryOperationAsync(Service service)
    {
        var calls = await StartAsync(service);
        foreach (var operation in Operations)
        {
            await calls.SucceedAsync(calls.Example(operation));
        }
    }

    /// <summary>Creates again what the contract lets callers create.</summary>
    public async Task CreateAsync()
    {
        foreach (var operation in Operations.Where(operation => operation.Method == "POST" && (operation.Responses.ContainsKey("201") || !operation.Path.Contains('{', StringComparison.Ordinal))))
        {
            await SucceedAsync(Example(operation));
        }
    }

    /// <summary>The example of an operation, for what is known to be there.</summary>
    public ContractRequest Example(ContractOperation operation)
    {
        var request = ContractRequest.Example(ContractDocument.Current, operation);
        return request with { Parameters = request.Parameters.SetItems(request.Parameters.Keys.Where(name => Known(operation, name) is not null).Select(name => KeyValuePair.Create(name, (JsonNode?)Known(operation, name)))) };
    }

    /// <summary>All requests that the example of an operation makes, with and without each parameter that may be left out; with each alone and all of them, where those are many.</summary>
    public IEnumerable<ContractRequest> Examples(ContractOperation operation)
    {
        var example = Example(operation);
        var optional = operation.Parameters.Select(parameter => new ContractParameter(ContractDocument.Current, parameter)).Where(parameter => !parameter.IsRequired)
            .Select(parameter => KeyValuePair.Create(parameter.Key, (JsonNode?)Known(operation, parameter.Key) ?? parameter.Example(operation))).ToList();
        if (optional.Count > MostCombined)
        {
            return [example, .. optional.Select(parameter => With([parameter])), With(optional)];
        }

        IEnumerable<ContractRequest> requests = [example];
        foreach (var parameter in optional)
        {
            requests = requests.SelectMany(request => new[] { request, request with { Parameters = request.Parameters.SetItem(parameter.Key, parameter.Value) } });
        }

        return requests;

        ContractRequest With(IEnumerable<KeyValuePair<string, JsonNode?>> parameters) => example with { Parameters = example.Parameters.SetItems(parameters) };
    }

    /// <summary>Sends a request, which must be carried out. What makes the same again is refused where something in it must be unique: then it is sent with another text.</summary>
    public async Task SucceedAsync(ContractRequest request)
    {
        var (status, text) = await SendAsync(request);
        foreach (var other in status == HttpStatusCode.Conflict ? Others(request) : [])
        {
            var (retried, _) = await SendAsync(other);
            if ((int)retried is >= 200 and < 300)
            {
                return;
            }
        }

        Assert.True(
            (int)status is >= 200 and < 300,
            $"{request.Operation} responded with {(int)status} to the example of the contract: {text} Correct the example, or add what it needs to {TestedService.Current.GetType().Name}.KnownAsync.");
    }

    private async Task<(HttpStatusCode Status, string Text)> SendAsync(ContractRequest request)
    {
        using var message = request.ToMessage();
        using var response = await http.SendAsync(message);
        if (response.IsSuccessStatusCode)
        {
            Learn(request, response);
        }

        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    // The same request with one text of its body exchanged for one that no other request has.
    private static IEnumerable<ContractRequest> Others(ContractRequest request)
    {
        if (request.Json is null || request.Media?.Schema is not { } schema)
        {
            yield break;
        }

        var count = Texts(JsonNode.Parse(request.Json)).Count();
        for (var index = 0; index < count; index++)
        {
            foreach (var change in Changes)
            {
                var body = JsonNode.Parse(request.Json)!;
                var text = Texts(body).ElementAt(index);
                var changed = change(text.GetValue<string>());
                if (text == body)
                {
                    body = changed;
                }
                else
                {
                    text.ReplaceWith(changed);
                }

                if (!ContractDocument.Current.Failures(schema, JsonSerializer.SerializeToElement(body), isRequest: true).Any())
                {
                    yield return request with { Json = body.ToJsonString() };
                    break;
                }
            }
        }
    }

    private static IEnumerable<JsonValue> Texts(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Texts(member.Value)),
        JsonArray items => items.SelectMany(Texts),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => [value],
        _ => [],
    };

    private string? Known(ContractOperation operation, string parameter) => parameter switch
    {
        "header Idempotency-Key" => Guid.NewGuid().ToString(),
        "header If-Match" => versions.Where(version => operation.Path.StartsWith(version.Key, StringComparison.Ordinal)).Select(version => version.Value).FirstOrDefault(),
        _ => known.GetValueOrDefault(parameter),
    };

    private void Learn(ContractRequest request, HttpResponseMessage response)
    {
        var template = request.Operation.Path;
        if (response.Headers.Location is { } location
            && ContractDocument.Current.Operations.FirstOrDefault(operation => operation.Method == "GET" && operation.Matches(location.OriginalString)) is { } read)
        {
            template = read.Path;
            var values = location.OriginalString.Split('/');
            foreach (var (segment, value) in template.Split('/').Zip(values).Where(pair => pair.First.StartsWith('{')))
            {
                known[$"path {segment.Trim('{', '}')}"] = Uri.UnescapeDataString(value);
            }
        }

        if (response.Headers.ETag is { } version)
        {
            versions[template] = version.ToString();
        }
    }
}
