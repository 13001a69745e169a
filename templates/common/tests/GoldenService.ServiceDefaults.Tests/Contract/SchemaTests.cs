namespace GoldenService.ServiceDefaults.Tests;

using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using global::GoldenService.Testing;
using Xunit;

/// <summary>The kit of tests reads all of JSON Schema that a contract may have, without the service's own code.</summary>
[Trait("Checklist", "contract")]
public sealed class SchemaTests
{
    private const string Components =
        """
        components:
          schemas:
            Node: { type: object, required: [value], properties: { value: { type: integer }, next: { $ref: '#/components/schemas/Node' } } }
            Item: { type: object, required: [color], properties: { color: { type: string } }, discriminator: { propertyName: color, mapping: { red: '#/components/schemas/Red' } } }
            Red: { allOf: [{ $ref: '#/components/schemas/Item' }, { required: [size], properties: { size: { type: integer } } }] }
            Green: { allOf: [{ $ref: '#/components/schemas/Item' }] }
            Circle: { type: object, required: [kind, radius], properties: { kind: { const: circle }, radius: { type: number } } }
            Square: { type: object, required: [kind, side], properties: { kind: { type: string }, side: { type: number } } }
            Shape: { oneOf: [{ $ref: '#/components/schemas/Circle' }, { $ref: '#/components/schemas/Square' }], discriminator: { propertyName: kind, mapping: { square: Square, box: '#/components/schemas/Square' } } }
            Base: { type: object, required: [id], properties: { id: { type: integer } } }
        """;

    // Fails when SchemaCheck passes over the keyword of a line, or is stricter than it.
    [Theory]
    [InlineData("{ type: [string, 'null'] }", "\"a\" null", "1 {}")]
    [InlineData("{ type: string, nullable: true, enum: [a] }", "\"a\" null", "\"b\"")]
    [InlineData("{ enum: [a, 1, null, [2]] }", "\"a\" 1.0 null [2]", "\"1\" 2 [3]")]
    [InlineData("{ const: { a: [1] } }", """{"a":[1]}""", """{"a":[2]} {} 1""")]
    [InlineData("{}", "null 1 \"a\" [] {}", "")]
    [InlineData("{ properties: { a: { minimum: 1 } } }", """{} {"a":1} {"a":1,"b":0}""", """{"a":0} {"a":"x"} 1""")]
    [InlineData("{ type: integer }", "1 1.0 -9223372036854775808", "1.5 9223372036854775808 \"1\"")]
    [InlineData("{ type: integer, format: int32, minimum: 1, exclusiveMinimum: true, maximum: 3, exclusiveMaximum: false }", "2 3", "1 4")]
    [InlineData("{ type: number, exclusiveMinimum: 1, exclusiveMaximum: 2 }", "1.5", "1 2")]
    [InlineData("{ type: number, multipleOf: 0.1 }", "0.3 1e1", "0.35")]
    [InlineData("{ type: string, pattern: '\\d{2}' }", "\"a12b\"", "\"a1b\" \"\u0661\u0662\"")]
    [InlineData("{ type: string, pattern: '^a|b$' }", "\"ax\" \"xb\"", "\"xax\" \"b\\n\"")]
    [InlineData("{ type: string, pattern: '^.[^a]$' }", "\"\U0001F600\U0001F600\"", "\"\U0001F600\" \"xa\"")]
    [InlineData("{ type: string, format: byte }", "\"AQI=\" \"\"", "\"AQI\" \"A\"")]
    [InlineData("{ allOf: [{ $ref: '#/components/schemas/Base' }, { properties: { name: { type: string } }, additionalProperties: false }] }", """{"id":1} {"id":1,"name":"a"}""", """{"name":"a"} {"id":1,"other":1}""")]
    [InlineData("{ allOf: [{ $ref: '#/components/schemas/Base' }], properties: { name: { type: string } }, unevaluatedProperties: false }", """{"id":1,"name":"a"}""", """{"id":1,"other":1}""")]
    [InlineData("{ $ref: '#/components/schemas/Base', required: [more], nullable: true }", """{"id":1,"more":2} null""", """{"id":1} {"more":2}""")]
    [InlineData("{ $ref: '#/components/schemas/Base/properties/id' }", "1", "\"a\"")]
    [InlineData("{ $ref: '#/components/schemas/Node' }", """{"value":1,"next":{"value":2}}""", """{"value":1,"next":{"value":2,"next":{}}}""")]
    [InlineData("{ oneOf: [{ type: integer, maximum: 5 }, { type: integer, minimum: 5 }, { type: string }] }", "4 6 \"a\"", "5 1.5 {}")]
    [InlineData("{ anyOf: [{ type: integer, maximum: 5 }, { type: integer, minimum: 5 }] }", "4 5 6", "\"a\"")]
    [InlineData("{ oneOf: [{ $ref: '#/components/schemas/Base' }, { type: 'null' }] }", """{"id":1} null""", "1 {}")]
    [InlineData("{ $ref: '#/components/schemas/Shape' }", """{"kind":"circle","radius":1} {"kind":"square","side":1} {"kind":"box","side":1}""", """{"kind":"circle","side":1} {"kind":"star","side":1} {"side":1} 1""")]
    [InlineData("{ $ref: '#/components/schemas/Item' }", """{"color":"red","size":1} {"color":"Green"}""", """{"color":"red"} {"color":"blue","size":1} {"size":1}""")]
    [InlineData("{ type: object, properties: { a: { type: integer } }, oneOf: [{ required: [b], properties: { b: { type: integer } } }, { required: [c], properties: { c: { type: integer } } }] }", """{"a":1,"b":1} {"c":1}""", """{} {"a":"x","b":1} {"b":1,"c":1}""")]
    [InlineData("{ type: string, not: { enum: [a, b] } }", "\"c\"", "\"a\" 1")]
    [InlineData("{ type: object, properties: { a: {}, b: {} }, if: { required: [a] }, then: { required: [b] }, else: { maxProperties: 1 } }", """{"a":1,"b":1} {"b":1}""", """{"a":1} {"b":1,"c":1}""")]
    [InlineData("{ type: object, properties: { a: {}, b: {} }, anyOf: [{ required: [a] }, { required: [b] }] }", """{"a":1} {"a":1,"b":1}""", "{}")]
    [InlineData("{ type: array, prefixItems: [{ type: integer }, { type: string }], items: false }", """[] [1] [1,"a"]""", """["a"] [1,"a",2]""")]
    [InlineData("{ type: array, items: { type: integer }, contains: { minimum: 5 }, minContains: 2, maxContains: 3 }", "[5,6] [1,5,6,7]", "[5] [5,5,5,5] [5,6,\"a\"]")]
    [InlineData("{ type: array, uniqueItems: true }", "[1,\"1\"]", "[1,1.0] [{\"a\":1,\"b\":2},{\"b\":2,\"a\":1}]")]
    [InlineData("{ type: object, patternProperties: { '^x-': { type: integer } }, additionalProperties: false }", """{} {"x-a":1}""", """{"x-a":"1"} {"a":1}""")]
    [InlineData("{ type: object, propertyNames: { maxLength: 2 }, additionalProperties: { type: integer } }", """{"ab":1}""", """{"abc":1} {"a":"1"}""")]
    [InlineData("{ type: object, dependentRequired: { a: [b] }, dependentSchemas: { c: { required: [d] } } }", """{"b":1} {"a":1,"b":1} {"c":1,"d":1}""", """{"a":1} {"c":1}""")]
    [InlineData("{ type: object, minProperties: 1, maxProperties: 2 }", """{"a":1} {"a":1,"b":1}""", """{} {"a":1,"b":1,"c":1}""")]
    [InlineData("{ type: object, required: [id, secret], properties: { id: { type: integer, readOnly: true }, secret: { type: string, writeOnly: true } } }", """{"secret":"a"}""", """{"id":1}""")]
    [InlineData("false", "", "1 null")]
    public void A_value_is_held_against_every_keyword(string schema, string fitting, string others)
    {
        var (contract, node) = Read(schema);

        Assert.All(Values(fitting), value => Assert.Empty(contract.Failures(node, value, isRequest: true)));
        Assert.All(Values(others), value => Assert.True(contract.Failures(node, value, isRequest: true).Any(), $"{value}"));
    }

    // Fails when requests and responses need the same members.
    [Fact]
    public void A_response_need_not_have_what_is_write_only()
    {
        var (contract, node) = Read("{ type: object, required: [id, secret], properties: { id: { type: integer, readOnly: true }, secret: { type: string, writeOnly: true } } }");

        Assert.Empty(contract.Failures(node, JsonElement.Parse("""{"id":1}""")));
        Assert.Equal(["$ lacks id"], contract.Failures(node, JsonElement.Parse("""{"secret":"a"}""")));
    }

    // Fails when SampleMaker does not look at a keyword of the line.
    [Theory]
    [InlineData("{ $ref: '#/components/schemas/Node' }")]
    [InlineData("{ $ref: '#/components/schemas/Item' }")]
    [InlineData("{ $ref: '#/components/schemas/Shape' }")]
    [InlineData("{ type: string, allOf: [{ pattern: a }, { pattern: b }], minLength: 5 }")]
    [InlineData("{ type: string, format: uuid, pattern: '^0' }")]
    [InlineData("{ type: string, pattern: '^(?:\\d{3}|x)[^0-9]\\.\\w+?$' }")]
    [InlineData("{ type: number, exclusiveMinimum: 1, maximum: 2, multipleOf: 0.5 }")]
    [InlineData("{ type: integer, maximum: -5 }")]
    [InlineData("{ type: object, properties: { a: { type: string }, b: { type: string } }, anyOf: [{ required: [a] }, { required: [b] }], not: { required: [a, b] } }")]
    [InlineData("{ type: object, required: [x-a], patternProperties: { '^x-': { type: integer } }, additionalProperties: false }")]
    [InlineData("{ type: object, minProperties: 2, propertyNames: { maxLength: 5 } }")]
    [InlineData("{ type: array, prefixItems: [{ type: integer }, { type: string }], items: false, minItems: 2 }")]
    [InlineData("{ type: array, items: { type: integer }, contains: { const: 7 } }")]
    [InlineData("{ type: [integer, string], not: { type: integer } }")]
    [InlineData("{ oneOf: [{ const: a }, { const: b }] }")]
    [InlineData("{ const: null }")]
    [InlineData("{ type: string, pattern: '(a)\\1', example: aa }")]
    public void A_sample_keeps_to_its_schema(string schema)
    {
        var (contract, node) = Read(schema);

        Assert.Empty(contract.Failures(node, JsonSerializer.SerializeToElement(ContractValues.Sample(contract, node)), isRequest: true));
    }

    // Fails when a contract that the tests can make no request for is reported by anything but a sentence.
    [Fact]
    public void Where_no_sample_can_be_made_the_operation_is_named()
    {
        var contract = new ContractDocument(ContractDocument.Parse(new StringReader(
            """
            paths:
              /items:
                get:
                  parameters: [{ name: code, in: query, required: true, schema: { type: string, pattern: '(a)\1' } }]
                  responses: {}
            """)));

        var exception = Assert.Throws<System.InvalidOperationException>(() => ContractRequest.Example(contract, contract.Operations[0]));

        Assert.Equal("GET /items needs an example of the parameter 'code' in query in the contract: the tests can make none that keeps to its schema.", exception.Message);
    }

    // Fails when a style is written otherwise than OpenAPI has it.
    [Theory]
    [InlineData("in: query, schema: { type: array }", """["a b","c"]""", "/items?p=a%20b&p=c")]
    [InlineData("in: query, explode: false, schema: { type: array }", """["a","b,c"]""", "/items?p=a,b%2Cc")]
    [InlineData("in: query, style: pipeDelimited, explode: false, schema: { type: array }", """["a","b"]""", "/items?p=a|b")]
    [InlineData("in: query, style: spaceDelimited, explode: false, schema: { type: array }", """["a","b"]""", "/items?p=a%20b")]
    [InlineData("in: query, style: deepObject, schema: { type: object }", """{"a":1,"b":[2,3]}""", "/items?p%5Ba%5D=1&p%5Bb%5D=2&p%5Bb%5D=3")]
    [InlineData("in: query, schema: { type: object }", """{"a":1,"b":"c"}""", "/items?a=1&b=c")]
    [InlineData("in: query, content: { application/json: {} }", """{"a":1}""", "/items?p=%7B%22a%22%3A1%7D")]
    public void A_parameter_is_written_in_its_style(string parameter, string value, string expected)
    {
        var contract = new ContractDocument(ContractDocument.Parse(new StringReader($"paths: {{ /items: {{ get: {{ parameters: [{{ name: p, required: true, example: {value}, {parameter} }}], responses: {{}} }} }} }}")));
        using var message = ContractRequest.Example(contract, contract.Operations[0]).ToMessage();

        Assert.Equal(expected, message.RequestUri!.OriginalString);
    }

    private static (ContractDocument Contract, JsonNode Schema) Read(string schema)
    {
        var root = ContractDocument.Parse(new StringReader($"{Components}\ntested: {{ schema: {schema} }}"));
        return (new ContractDocument(root), root["tested"]!["schema"]!);
    }

    private static JsonElement[] Values(string values) => [.. values.Split(' ', System.StringSplitOptions.RemoveEmptyEntries).Select(value => JsonElement.Parse(value))];
}
