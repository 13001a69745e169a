namespace GoldenService.ServiceDefaults.Tests;

using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Xunit;

public sealed class SecurityHeadersTests(Service service)
{
    private const string ApiPolicy = "default-src 'none'; frame-ancestors 'none'";

    // Fails when a header goes, and when they are set before an error clears them.
    [Fact]
    public async Task Every_answer_has_the_headers()
    {
        AssertHeaders(await service.Send(Examples.Good), 200);
        AssertHeaders(await service.Send(Examples.WithBody("{")), 400);
        AssertHeaders(await service.Get("/nothing"), 404);
        AssertHeaders(await service.Send("PATCH", Examples.Good.Path), 405);
        AssertHeaders(await service.Get("/health/live"), 200);
    }

    // Fails when the headers are set before an error clears them, and when the limit stands before them.
    [Fact]
    public async Task So_has_a_failure_and_what_is_refused()
    {
        await using var failing = await StubOperations.StartServiceAsync(
            _ => throw new System.InvalidOperationException("on purpose"),
            new() { ["RateLimits:PerAddress"] = "1", ["RateLimits:WindowSeconds"] = "86400" });

        AssertHeaders(await failing.Send(Examples.Good), 500);
        AssertHeaders(await failing.Send(Examples.Good), 429);
    }

    // Fails when no-store overwrites what an answer says of itself.
    [Fact]
    public async Task An_answer_that_may_be_kept_says_so() =>
        Assert.Equal("no-cache", (await service.Get("/openapi.yaml")).Headers.CacheControl?.ToString());

    // Fails when the header is set for plain HTTP or in Development, or the scheme of a known proxy is not believed.
    [Theory]
    [InlineData("Production", "127.0.0.1", "https", true)]
    [InlineData("Production", "127.0.0.1", "http", false)]
    [InlineData("Production", "10.0.0.1", "https", false)]
    [InlineData("Development", "127.0.0.1", "https", false)]
    public async Task Who_came_by_HTTPS_is_told_to_stay_there(string environment, string proxy, string scheme, bool told)
    {
        await using var behind = await Service.StartAsync(environment, new() { ["ForwardedHeaders:KnownProxies:0"] = proxy });

        var answer = await behind.Send("GET", "/openapi.yaml", headers: [("X-Forwarded-Proto", scheme), ("X-Forwarded-For", "192.0.2.1")]);

        Assert.Equal(told ? ["max-age=31536000"] : [], Values(answer, "Strict-Transport-Security"));
    }

    // Fails when somebody adds CORS.
    [Fact]
    public async Task Pages_of_other_origins_may_not_ask()
    {
        var preflight = await service.Send("OPTIONS", Examples.Good.Path, headers: [("Origin", "https://example.org"), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization")]);
        var request = await service.Send(Examples.Good, ("Origin", "https://example.org"));

        Assert.DoesNotContain(preflight.Headers.Concat(request.Headers), header => header.Key.StartsWith("Access-Control-", System.StringComparison.OrdinalIgnoreCase));
    }

    // Fails when the policy allows scripts of the page itself, or the page has some.
    [Fact]
    public async Task The_documentation_runs_scripts_of_the_service_only_and_has_none_inline()
    {
        var page = await service.Get("/docs/index.html");

        Assert.Contains("script-src 'self';", Values(page, "Content-Security-Policy").Single(), System.StringComparison.Ordinal);
        Assert.DoesNotMatch("<script(?![^>]*\\bsrc=)|\\son[a-z]+=|javascript:", page.Text);
    }

    private static void AssertHeaders(Answer answer, int status)
    {
        Assert.Equal(status, answer.Status);
        Assert.Equal("nosniff", Values(answer, "X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", Values(answer, "Referrer-Policy").Single());
        Assert.Equal(ApiPolicy, Values(answer, "Content-Security-Policy").Single());
        Assert.Contains("no-store", Values(answer, "Cache-Control").Single(), System.StringComparison.Ordinal);
        Assert.Empty(Values(answer, "Server"));
        Assert.Empty(Values(answer, "Strict-Transport-Security"));
    }

    private static IEnumerable<string> Values(Answer answer, string name) => answer.Headers.TryGetValues(name, out var values) ? values : [];
}
