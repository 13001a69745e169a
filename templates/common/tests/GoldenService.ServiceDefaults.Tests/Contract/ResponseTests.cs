namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Text;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults.TestHost;
using global::GoldenService.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

/// <summary>All tests send their requests through ContractHandler; these show that it notices answers that break a contract.</summary>
[Trait("Checklist", "contract")]
public sealed class ResponseTests
{
    private static readonly ContractDocument Contract = new(ContractDocument.Parse(new StringReader(
        """
        paths:
          /things/{id}:
            get:
              operationId: getThing
              responses:
                '200':
                  headers:
                    ETag: { required: true, schema: { type: string, pattern: '^"[0-9]+"$' } }
                    Age: { schema: { type: integer, format: int32 } }
                  content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } }
                '204': {}
        components:
          schemas:
            Problem: { type: object, required: [traceId], properties: { traceId: { type: string } } }
            Thing:
              type: object
              additionalProperties: false
              required: [id, sizes]
              properties:
                id: { type: string, format: uuid }
                sizes: { type: array, maxItems: 2, uniqueItems: true, items: { type: integer, format: int32, minimum: 0, exclusiveMinimum: true } }
                color: { type: string, enum: [red, blue] }
                at: { type: string, format: date-time }
                day: { type: string, format: date }
                name: { type: string, minLength: 1, maxLength: 2, nullable: true }
                price: { type: number, format: decimal, maximum: 5, multipleOf: 0.5 }
                isNew: { type: boolean }
                notes: { type: object, additionalProperties: { type: string } }
        """)));

    private const string Good = "\"id\":\"0199b0a5-7d3c-7c2e-9b8e-2f1f6c3f8f10\",\"sizes\":[1,2]";

    // Fails when ContractSchemas passes over the keyword of a line, or is stricter than it.
    [Theory]
    [InlineData("{" + Good + ",\"color\":\"red\",\"at\":\"2026-01-31T12:30:00.5+02:00\",\"day\":\"2026-01-31\",\"name\":\"\U0001F600\U0001F600\",\"price\":5,\"isNew\":true,\"notes\":{\"a\":\"b\"}}", "")]
    [InlineData("{" + Good + ",\"name\":null}", "")]
    [InlineData("[]", "$ is Array, not object")]
    [InlineData("{\"sizes\":[]}", "$ lacks id")]
    [InlineData("{\"id\":\"1\",\"sizes\":[0,\"1\"]}", "$.id is '1', no uuid; $.sizes[0] is 0, beyond its limits; $.sizes[1] is String, not integer")]
    [InlineData("{" + Good + ",\"size\":1}", "$ has size, which the contract does not know")]
    [InlineData("{\"id\":\"0199b0a5-7d3c-7c2e-9b8e-2f1f6c3f8f10\",\"sizes\":[1,1,3000000000]}", "$.sizes has 3 items; $.sizes has an item twice; $.sizes[2] is 3000000000, no int32")]
    [InlineData("{" + Good + ",\"color\":\"Red\",\"at\":\"2026-01-31\",\"day\":\"2026-02-30\"}", "$.color is 'Red', not one of red, blue; $.at is '2026-01-31', no date-time; $.day is '2026-02-30', no date")]
    [InlineData("{" + Good + ",\"name\":\"abc\",\"price\":5.5,\"isNew\":0}", "$.name has 3 characters; $.price is 5.5, beyond its limits; $.isNew is Number, not boolean")]
    [InlineData("{" + Good + ",\"name\":\"\",\"price\":0.7,\"isNew\":null,\"notes\":{\"a\":1}}", "$.name has 0 characters; $.price is 0.7, beyond its limits; $.isNew is Null, not boolean; $.notes.a is Number, not string")]
    public void A_body_that_is_not_what_its_schema_says_is_noticed(string body, string failures) =>
        Assert.Equal(failures, Failures("/things/1", 200, "application/json", body, ("ETag", "\"1\"")));

    // Fails when ContractHandler does not look at the status, the content type, the headers or the absence of a body.
    [Theory]
    [InlineData("/things/1", 202, "application/json", "{}", "the status is not declared")]
    [InlineData("/things/1", 200, "text/json", "{" + Good + "}", "the content type is text/json")]
    [InlineData("/things/1", 204, "application/json", "{}", "there is a body")]
    [InlineData("/things/1", 204, null, "", "")]
    [InlineData("/health", 200, "text/plain", "Healthy", "")]
    [InlineData("/health", 503, "text/plain", "Unhealthy", "the content type is text/plain")]
    [InlineData("/health", 503, "application/problem+json", "{}", "$ lacks traceId")]
    public void An_answer_of_another_kind_is_noticed(string path, int status, string? type, string body, string failures) =>
        Assert.Equal(failures, Failures(path, status, type, body, ("ETag", "\"1\"")));

    // Fails when ContractHandler leaves out headers, or their schemas.
    [Fact]
    public void A_header_that_is_missing_or_wrong_is_noticed()
    {
        Assert.Equal("the header ETag is missing", Failures("/things/1", 200, "application/json", "{" + Good + "}"));
        Assert.Equal(
            "the header ETag: $ is '\"x\"', which does not match ^\"[0-9]+\"$; the header Age: $ is 1.5, no int32",
            Failures("/things/1", 200, "application/json", "{" + Good + "}", ("ETag", "\"x\""), ("Age", "1.5")));
    }

    // Fails when the clients of the tests do not go through ContractHandler.
    [Fact]
    public async Task The_clients_of_the_tests_go_through_it()
    {
        await using var broken = await Service.StartAsync(replace: services => services.AddSingleton<IStartupFilter>(new Teapot()));

        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => broken.Send(Examples.Good));
    }

    private sealed class Teapot : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app => app.Run(context =>
        {
            context.Response.StatusCode = 418;
            return Task.CompletedTask;
        });
    }

    private static string Failures(string path, int status, string? type, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://localhost{path}");
        using var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        response.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        foreach (var (name, value) in headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }

        return string.Join("; ", ContractHandler.Failures(Contract, request, response, body));
    }
}
