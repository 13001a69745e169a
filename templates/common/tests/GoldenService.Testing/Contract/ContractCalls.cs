namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Xunit;

/// <summary>
/// Makes the requests that the examples of the contract make, one after the other, with what earlier responses contained: ids from Location,
/// versions from ETag. Every operation is carried out, and no test needs to name them.
/// </summary>
public sealed class ContractCalls
{
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
        return request with { Parameters = request.Parameters.SetItems(request.Parameters.Keys.Where(name => Known(operation, name) is not null).Select(name => KeyValuePair.Create(name, Known(operation, name)!))) };
    }

    /// <summary>All requests that the example of an operation makes, with and without each parameter that may be left out.</summary>
    public IEnumerable<ContractRequest> Examples(ContractOperation operation)
    {
        IEnumerable<ContractRequest> requests = [Example(operation)];
        foreach (var parameter in operation.Parameters.Where(parameter => (bool?)parameter["required"] != true))
        {
            var name = $"{parameter["in"]} {parameter["name"]}";
            var value = Known(operation, name) ?? ContractRequest.Text(parameter["example"] ?? ContractValues.Sample(ContractDocument.Current, parameter["schema"]!));
            requests = requests.SelectMany(request => new[] { request, request with { Parameters = request.Parameters.SetItem(name, value) } });
        }

        return requests;
    }

    public async Task SucceedAsync(ContractRequest request)
    {
        using var message = request.ToMessage();
        using var response = await http.SendAsync(message);
        Assert.True(
            response.IsSuccessStatusCode,
            $"{request.Operation} responded with {(int)response.StatusCode} to the example of the contract: {await response.Content.ReadAsStringAsync()} Correct the example, or add what it needs to {TestedService.Current.GetType().Name}.KnownAsync.");
        Learn(request, response);
    }

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
