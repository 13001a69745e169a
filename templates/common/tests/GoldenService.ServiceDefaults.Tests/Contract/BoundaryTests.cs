namespace GoldenService.ServiceDefaults.Tests;

using System.Collections.Generic;
using System.IO;
using System.Text.Json;
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
                  requestBody: { content: { application/json: { schema: { type: object, minProperties: 1, properties: { name: { type: string, format: hostname } } } } } }
                  responses: {}
            """)));

        var boundaries = new ContractBoundaries(contract, contract.Operations[0]);

        Assert.Equal([("query size", "oddOnly"), ("body $", "minProperties"), ("body name", "format")], boundaries.Uncovered);
    }

    // Fails when only the first alternative of a body is tried, or no other value of its discriminator.
    [Fact]
    public void Every_alternative_is_tried()
    {
        var contract = new ContractDocument(ContractDocument.Parse(new StringReader(
            """
            paths:
              /shapes:
                post:
                  requestBody:
                    content:
                      application/json:
                        schema:
                          oneOf: [{ $ref: '#/components/schemas/Circle' }, { $ref: '#/components/schemas/Square' }]
                          discriminator: { propertyName: kind, mapping: { circle: '#/components/schemas/Circle', square: '#/components/schemas/Square' } }
                  responses: {}
            components:
              schemas:
                Circle: { type: object, required: [kind, radius], properties: { kind: { type: string, enum: [circle] }, radius: { type: integer, format: int32, minimum: 1 } } }
                Square: { type: object, required: [kind, side], properties: { kind: { type: string, enum: [square] }, side: { type: integer, format: int32, maximum: 9 } } }
            """)));

        var boundaries = new ContractBoundaries(contract, contract.Operations[0]);

        Assert.Empty(boundaries.Uncovered);
        Assert.Contains(boundaries.Variants, variant => variant is { Place: "body radius of circle", Rule: "minimum", Request.Json: """{"kind":"circle","radius":0}""" });
        Assert.Contains(boundaries.Variants, variant => variant is { Place: "body side of square", Rule: "maximum", Request.Json: """{"side":10,"kind":"square"}""" or """{"kind":"square","side":10}""" });
        Assert.Contains(boundaries.Variants, variant => variant is { Place: "body $", Rule: "enum", Field: "kind" });
        Assert.All(["""{"kind":"circle","radius":1}""", """{"kind":"square","side":9}"""], json => Assert.Empty(Failures(json)));
        Assert.All(["""{"kind":"circle","side":1}""", """{"kind":"square","side":10}""", """{"kind":"line"}""", "1"], json => Assert.NotEmpty(Failures(json)));

        IEnumerable<string> Failures(string json) => contract.Failures(contract.Operations[0].RequestBody!["content"]!["application/json"]!["schema"]!, JsonElement.Parse(json));
    }
}
