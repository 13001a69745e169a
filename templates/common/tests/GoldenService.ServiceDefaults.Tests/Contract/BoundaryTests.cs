namespace GoldenService.ServiceDefaults.Tests;

using System.IO;
using System.Linq;
using global::GoldenService.Testing;
using Xunit;

[Trait("Checklist", "validation")]
public sealed class BoundaryTests(ITestOutputHelper output) : BoundarySpecification(output)
{
    // Fails when ContractBoundaries passes over keywords that it does not know.
    [Fact]
    public void A_constraint_that_no_request_tries_is_noticed()
    {
        var boundaries = Read(
            """
            parameters:
              - { name: size, in: query, schema: { type: integer, format: int32, oddOnly: true } }
            requestBody: { content: { application/json: { schema: { oneOf: [{ type: object, evenOnly: true, properties: { name: { type: string, isLoud: true } } }, { type: string }] } } } }
            """);

        Assert.Equal([("query size", "oddOnly"), ("body $ as 1", "evenOnly"), ("body name as 1", "isLoud")], boundaries.Uncovered);
    }

    // Fails when a condition is tried with values that fit it only, or what cannot be broken is not said.
    [Fact]
    public void Alternatives_and_conditions_have_requests_on_both_sides()
    {
        var boundaries = Read(
            """
            requestBody:
              content:
                application/json:
                  schema:
                    type: object
                    minProperties: 1
                    properties:
                      name: { type: string, format: hostname, not: { const: a } }
                      color: { oneOf: [{ type: string, maxLength: 3 }, { type: integer, minimum: 5 }] }
                      pair: { type: array, prefixItems: [{ type: string }], contains: { const: b } }
                    anyOf: [{ required: [name] }, { required: [color] }]
                    if: { required: [name] }
                    then: { required: [color] }
                    dependentRequired: { name: [color] }
            """);

        Assert.Empty(boundaries.Uncovered);
        foreach (var (place, keyword) in new[] { ("body $", "anyOf"), ("body $", "if"), ("body $", "dependentRequired"), ("body $", "minProperties"), ("body name", "not"), ("body color", "oneOf"), ("body color as 1", "maxLength"), ("body color as 2", "minimum"), ("body pair", "prefixItems"), ("body pair", "contains") })
        {
            var both = boundaries.Variants.Where(variant => (variant.Place, variant.Keyword) == (place, keyword)).Select(variant => variant.Rule is null).Distinct().Count();
            Assert.True(both == 2, $"{place} {keyword}");
        }

        Assert.Equal([("body name", "format"), ("body $", "then")], boundaries.Unbreakable.Keys.Order().Reverse());
    }

    // Fails when bodies that are not JSON are dropped, or have no request.
    [Fact]
    public void A_form_has_its_example()
    {
        var boundaries = Read("requestBody: { content: { multipart/form-data: { schema: { type: object, required: [file], properties: { file: { type: string, format: binary } } } } } }");

        var variant = Assert.Single(boundaries.Variants, variant => variant.Place == "body multipart/form-data");
        Assert.Null(variant.Rule);
        Assert.Equal(["only its example is tried"], boundaries.Unbreakable.Values);
    }

    private static ContractBoundaries Read(string operation)
    {
        var contract = new ContractDocument(ContractDocument.Parse(new StringReader($"paths:\n  /items:\n    post:\n      responses: {{}}\n      {operation.Replace("\n", "\n      ", System.StringComparison.Ordinal)}")));
        return new(contract, contract.Operations[0]);
    }
}
