namespace GoldenService.Gateway.Tests;

using System;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Xunit;

/// <summary>What reaches the services, and how.</summary>
public sealed class ForwardingTests
{
    public static TheoryData<string> Routes => [.. Operations.ByRoute.Keys];

    [Theory] // Fails when an operation of a contract is not forwarded, or changed on its way.
    [MemberData(nameof(Routes))]
    public async Task Every_operation_reaches_its_service(string route)
    {
        await using var own = await Gateway.StartAsync();
        using var response = await own.ClientWith().SendAsync(Calls.Request(route), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var (reached, other) = route.StartsWith("api.", StringComparison.Ordinal) ? (own.Api[0], own.Worker) : (own.Worker, own.Api[0]);
        var received = Assert.Single(reached.Requests);
        Assert.Equal($"{Calls.All[route].Method} {Calls.All[route].Path}", received.Request);
        Assert.Equal(Calls.All[route].Body ?? "", Encoding.UTF8.GetString(received.Body));
        Assert.Empty(other.Requests);
    }

    [Theory] // Fails when a large body is lost, cut or sent twice between its turn, the check and the service.
    [InlineData("api.importOrders", false)]
    [InlineData("api.importOrders", true)]
    [InlineData("worker.receiveWebhook", false)]
    public async Task A_large_body_arrives_whole(string route, bool isChunked)
    {
        await using var own = await Gateway.StartAsync();
        using var request = Calls.Request(route);
        var body = Calls.All[route].Body + new string(' ', 200_000);
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.TransferEncodingChunked = isChunked;
        using var response = await own.ClientWith().SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(body, Encoding.UTF8.GetString(own.Api[0].Requests.Concat(own.Worker.Requests).Single().Body));
    }

    [Theory] // Fails when anything but an operation of a contract reaches a service.
    [InlineData("GET", "/", HttpStatusCode.NotFound)]
    [InlineData("GET", "/docs", HttpStatusCode.NotFound)]
    [InlineData("GET", "/openapi.yaml", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/orders/1/2/3", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/webhooks/x", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/v1/orders", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/v1/webhooks", HttpStatusCode.MethodNotAllowed)]
    [InlineData("PATCH", "/v1/dead-letters", HttpStatusCode.MethodNotAllowed)]
    public async Task Nothing_else_does(string method, string path, HttpStatusCode status)
    {
        await using var own = await Gateway.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        using var response = await own.ClientWith().SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(status == HttpStatusCode.MethodNotAllowed, response.Content.Headers.Allow.Count > 0);
        Assert.Empty(own.Api[0].Requests);
        Assert.Empty(own.Worker.Requests);
    }

    [Fact] // Fails when the caller's words about itself are handed on, or its token and trace are not.
    public async Task A_service_learns_who_calls_from_the_gateway_alone()
    {
        await using var own = await Gateway.StartAsync();
        using var client = own.ClientWith();
        using var request = Calls.Request("api.getOrder");
        var trace = ActivityTraceId.CreateRandom();
        request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        request.Headers.Add("X-Forwarded-For", "203.0.113.7");
        request.Headers.Add("X-Forwarded-Host", "elsewhere.example");
        request.Headers.Add("X-Forwarded-Prefix", "/elsewhere");
        request.Headers.Add("Forwarded", "for=203.0.113.7");
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var headers = Assert.Single(own.Api[0].Requests).Headers;
        Assert.Equal("127.0.0.1", headers["X-Forwarded-For"].Replace("::ffff:", "", StringComparison.Ordinal));
        Assert.Equal("http", headers["X-Forwarded-Proto"]);
        Assert.DoesNotContain("elsewhere", string.Join(' ', headers.Values), StringComparison.Ordinal);
        Assert.DoesNotContain("Forwarded", headers.Keys);
        Assert.Equal(client.DefaultRequestHeaders.Authorization!.ToString(), headers["Authorization"]);
        Assert.Equal(trace.ToString(), headers["traceparent"].Split('-')[1]);

        // What both say, the caller hears once.
        Assert.Equal(trace.ToString(), Assert.Single(response.Headers.GetValues("Trace-Id")));
        Assert.Single(response.Headers.GetValues("X-Content-Type-Options"));
    }

    [Fact] // Fails when a webhook needs a token, or its bytes are not those that were signed.
    public async Task A_webhook_passes_as_it_was_signed()
    {
        await using var own = await Gateway.StartAsync();
        byte[] bytes = [.. "{\r\n \"type\":\"x\" ,"u8, 0xFF, 0x00, .. "}"u8];
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/webhooks", UriKind.Relative)) { Content = new ByteArrayContent(bytes) };
        request.Headers.Add("webhook-signature", "v1,AAAA");
        using var response = await own.Stranger.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var received = Assert.Single(own.Worker.Requests);
        Assert.Equal(bytes, received.Body);
        Assert.Equal("v1,AAAA", received.Headers["webhook-signature"]);
    }

    [Fact] // Fails when two services have the same operation, of which the gateway could forward neither.
    public void No_two_services_have_the_same_operation() =>
        Assert.Equal(Operations.ByRoute.Count, Operations.ByRoute.Values.Select(operation => (operation.Method, operation.Path)).Distinct().Count());

    [Fact] // Fails when what a service responds is changed.
    public async Task A_problem_document_of_a_service_passes_unchanged()
    {
        await using var own = await Gateway.StartAsync();
        const string problem = """{"title":"No.","status":409}""";
        own.Api[0].Respond = async context =>
        {
            (context.Response.StatusCode, context.Response.ContentType) = (409, "application/problem+json");
            await context.Response.WriteAsync(problem);
        };
        using var response = await own.ClientWith().SendAsync(Calls.Request("api.createOrder"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal(problem, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
