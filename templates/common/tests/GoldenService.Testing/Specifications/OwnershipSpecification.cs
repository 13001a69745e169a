namespace GoldenService.Testing;

using System;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Xunit;

/// <summary>A caller learns nothing of what is another's: it is answered as what is not there.</summary>
public abstract class OwnershipSpecification(Service service)
{
    public static TheoryData<string> Operations { get; } =
        [.. ContractCalls.Operations.Where(operation => operation.Path.Contains('{', StringComparison.Ordinal)).Select(operation => operation.Id)];

    /// <summary>Fails when the condition on the owner is taken out of a query of the operation.</summary>
    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Operations))]
    public async Task What_is_hers_is_not_there_for_me(string operation)
    {
        using var hers = service.ClientWith(Issuer.Shared.Token($"her-{Guid.NewGuid():N}"), ContractCredentials.OtherCaller);
        using var mine = service.ClientWith(Issuer.Shared.Token($"me-{Guid.NewGuid():N}"));
        var calls = await ContractCalls.StartAsync(service, hers);
        var request = calls.Example(ContractDocument.Current.Operations.Single(candidate => candidate.Id == operation));
        var nowhere = request with
        {
            Parameters = request.Operation.Parameters
                .Where(parameter => (string?)parameter["in"] == "path")
                .Aggregate(request.Parameters, (parameters, parameter) => parameters.SetItem($"path {parameter["name"]}", Other(new ContractParameter(ContractDocument.Current, parameter).Schema))),
        };

        Assert.Equal(await AnswerAsync(mine, nowhere), await AnswerAsync(mine, request));
        await calls.SucceedAsync(request);
    }

    private static JsonNode? Other(JsonNode schema) =>
        ContractDocument.Current.Read(schema).Format == "uuid" ? Guid.NewGuid().ToString() : ContractValues.Sample(ContractDocument.Current, schema, number: 12_345);

    // What differs from one request to the next is left out.
    private static async Task<string> AnswerAsync(HttpClient http, ContractRequest request)
    {
        using var message = request.ToMessage();
        using var response = await http.SendAsync(message);
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
        return response.IsSuccessStatusCode
            ? $"{(int)response.StatusCode} {string.Join(' ', body.Select(member => member.Key))}"
            : $"{(int)response.StatusCode} {string.Join(' ', body.Where(member => member.Key is not ("instance" or "traceId")))}";
    }
}
