namespace GoldenService.Api.Tests;

using System.Linq;
using System.Text;
using System.Threading.Tasks;
using FluentValidation;
using global::GoldenService.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

[Trait("Checklist", "validation")]
public sealed class BadBodyTests(Service service)
{
    private const string Lines = """ "lines":[{"sku":"TEA-001","quantity":2,"unitPrice":4.50}] """;

    [Theory]
    [InlineData("{}", "customer required", "currency required", "lines required")]
    [InlineData("[]", "$ type")]
    [InlineData("null", "$ type")]
    [InlineData("\"text\"", "$ type")]
    [InlineData("""{"customer":null,"currency":null,"lines":null,"note":null}""", "customer type", "currency type", "lines type", "note type")]
    [InlineData("""{"customer":1,"currency":2,"lines":{},"note":[]}""", "customer type", "currency type", "lines type", "note type")]
    [InlineData("""{"customer":"","currency":"EUR","lines":[]}""", "customer minLength", "lines minItems")]
    [InlineData("""{"customer":"a","currency":"eur","lines":[null,1,{}]}""", "currency enum", "lines[0] type", "lines[1] type", "lines[2].sku required", "lines[2].quantity required", "lines[2].unitPrice required")]
    [InlineData("""{"customer":"a","currency":0,"lines":[{"sku":"tea","quantity":0,"unitPrice":-1}]}""", "currency type", "lines[0].sku pattern", "lines[0].quantity minimum", "lines[0].unitPrice minimum")]
    [InlineData("""{"customer":"a","currency":"EUR","lines":[{"sku":"A-1\n","quantity":1001,"unitPrice":100000.01}]}""", "lines[0].sku pattern", "lines[0].quantity maximum", "lines[0].unitPrice maximum", "lines maxTotal")]
    [InlineData("""{"customer":"a","currency":"EUR","lines":[{"sku":"A-1","quantity":"2","unitPrice":"4.50"}]}""", "lines[0].quantity type", "lines[0].unitPrice type")]
    [InlineData("""{"customer":"a","currency":"EUR","lines":[{"sku":"A-1","quantity":1.5,"unitPrice":0.005}]}""", "lines[0].quantity type", "lines[0].unitPrice multipleOf")]
    [InlineData("""{"customer":"a","currency":"EUR","lines":[{"sku":"A-1","quantity":99999999999,"unitPrice":1e400}]}""", "lines[0].quantity format", "lines[0].unitPrice format")]
    [InlineData("""{"customer":"a","currency":"EUR","lines":[{"sku":"A-1","quantity":1,"unitPrice":1e-30},{"sku":"A-2","quantity":1,"unitPrice":1.00000000000000000000000000001}]}""", "lines[0].unitPrice format", "lines[1].unitPrice format")]
    public async Task Everything_that_is_wrong_is_told_at_once_by_the_names_of_the_contract(string body, params string[] errors) =>
        Assert.Equal(errors.Order(), (await service.Send(Examples.WithBody(body))).IsProblem(400).Errors.Order());

    [Theory]
    [InlineData("""{"customer":"a","currency":"EUR","total":1,""" + Lines + "}", "total unknown")]
    [InlineData("""{"customer":"a","Currency":"EUR","currency":"EUR",""" + Lines + "}", "Currency unknown")]
    [InlineData("""{"customer":"a","customer":"b","currency":"EUR",""" + Lines + "}", "customer unique")]
    [InlineData("""{"customer":"a\u0000b","currency":"EUR",""" + Lines + "}", "customer format")]
    [InlineData("""{"customer":"\ud800","currency":"EUR",""" + Lines + "}", "customer format")]
    [InlineData("""{"customer":"a","currency":"\udc00","note":"\ud83d",""" + Lines + "}", "currency format", "note format")]
    [InlineData("""{"customer":"a","\ud800":1,"currency":"EUR",""" + Lines + "}", "$ format")]
    public async Task A_member_that_is_unknown_or_twice_or_no_text_is_refused(string body, params string[] errors) =>
        Assert.Equal(errors, (await service.Send(Examples.WithBody(body))).IsProblem(400).Errors);

    [Fact] // Fails when the limits are registered beside the rules that inherit them.
    public void Only_the_rules_of_the_business_judge_an_order() =>
        Assert.IsType<OrderRules>(Assert.Single(service.Services.GetServices<IValidator<global::GoldenService.Api.Generated.OrderDraft>>()));

    [Fact]
    public async Task More_failures_than_anyone_reads_are_cut_off()
    {
        var lines = string.Join(',', Enumerable.Repeat("{}", 100));

        Assert.Equal(100, (await service.Send(Examples.WithBody($$"""{"customer":"a","currency":"EUR","lines":[{{lines}}]}"""))).IsProblem(400).Json.GetProperty("errors").EnumerateObject().Count());
    }

    [Fact]
    public async Task Headers_and_body_are_told_of_together()
    {
        Assert.Equal(["Idempotency-Key required", "customer required"], (await service.Send("POST", "/v1/orders", Encoding.UTF8.GetBytes($$"""{"currency":"EUR",{{Lines}}}"""))).IsProblem(400).Errors);
        Assert.Equal(["Idempotency-Key minLength", "Idempotency-Key pattern"], (await service.Send("POST", "/v1/orders", Encoding.UTF8.GetBytes($$"""{"customer":"a","currency":"EUR",{{Lines}}}"""), headers: ("Idempotency-Key", "a b"))).IsProblem(400).Errors);
        Assert.Equal(["orderId format", "If-Match required", "$ json"], (await service.Send("PUT", "/v1/orders/1", [])).IsProblem(400).Errors);
        Assert.Equal(["If-Match pattern"], (await service.Send("PUT", "/v1/orders/00000000-0000-0000-0000-000000000000", Encoding.UTF8.GetBytes($$"""{"customer":"a","currency":"EUR",{{Lines}}}"""), headers: ("If-Match", "*"))).IsProblem(400).Errors);
    }
}
