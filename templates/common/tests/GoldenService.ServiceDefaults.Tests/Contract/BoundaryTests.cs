namespace GoldenService.ServiceDefaults.Tests;

using System.IO;
using global::GoldenService.Testing;
using Xunit;

[Trait("Checklist", "validation")]
public sealed class BoundaryTests(ITestOutputHelper output) : BoundarySpecification(output)
{
    // Fails when ContractBoundaries passes over keywords that it does not know.
    [Fact]
    public void A_constraint_that_no_request_tries_is_noticed()
    {
        var contract = new ContractDocument(ContractDocument.Parse(new StringReader(
            """
            paths:
              /things:
                post:
                  parameters:
                    - { name: size, in: query, schema: { type: integer, format: int32, oddOnly: true } }
                  requestBody: { content: { application/json: { schema: { type: object, minProperties: 1, maxProperties: 1, evenOnly: true, properties: { name: { type: string, format: hostname }, size: { type: integer } } } } } }
                  responses: {}
            """)));

        var boundaries = new ContractBoundaries(contract, contract.Operations[0]);

        Assert.Equal([("query size", "oddOnly"), ("body $", "evenOnly"), ("body name", "format")], boundaries.Uncovered);
    }
}
