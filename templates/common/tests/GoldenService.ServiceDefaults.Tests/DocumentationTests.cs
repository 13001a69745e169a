namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Net;
using System.Net.Http;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Xunit;

public sealed class DocumentationTests(Service service)
{
    [Fact]
    public async Task The_contract_is_served_as_it_was_built()
    {
        var answer = await service.Get("/openapi.yaml");

        Assert.Equal((200, "application/yaml"), (answer.Status, answer.MediaType));
        Assert.Contains("\nopenapi: ", answer.Text, StringComparison.Ordinal);
        Assert.Equal("no-cache", answer.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task Whoever_has_the_contract_is_not_sent_it_again()
    {
        var eTag = (await service.Get("/openapi.yaml")).Headers.ETag!.ToString();

        var answer = await service.Send("GET", "/openapi.yaml", headers: ("If-None-Match", eTag));

        Assert.Equal((304, ""), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task The_page_shows_the_contract_and_needs_no_other_host()
    {
        var page = await service.Get("/docs/index.html");
        var script = await service.Get("/docs/index.js");

        Assert.Equal((200, "text/html"), (page.Status, page.MediaType));
        Assert.DoesNotContain("//", page.Text.Replace("<!-- HTML for static distribution bundle build -->", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("../openapi.yaml", script.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await service.Get("/docs/swagger-ui-bundle.js")).Status);
    }

    [Fact] // Fails when a browser at the address of the service is asked for a token, or gets 404.
    public async Task The_root_leads_to_the_page()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        using var response = await service.Stranger.SendAsync(request);

        Assert.Equal((HttpStatusCode.OK, "/docs/index.html"), (response.StatusCode, response.RequestMessage!.RequestUri!.AbsolutePath));
    }

    [Fact]
    public async Task Outside_Development_there_is_the_contract_and_no_page()
    {
        await using var production = await Service.StartAsync("Production");

        Assert.Equal(200, (await production.Get("/openapi.yaml")).Status);
        (await production.Get("/docs/index.html")).IsProblem(404);
        (await production.Get("/")).IsProblem(404);
    }
}
