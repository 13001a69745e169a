namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

[Trait("Checklist", "rate-limits")]
public sealed class RateLimitTests(Service service)
{
    // Nothing comes back while a test runs.
    private const string Day = "86400";

    // Fails when the limit is one more or one less, when it is not there, and when the status is another.
    [Fact]
    public async Task The_first_request_over_the_limit_is_429_and_those_before_it_are_not()
    {
        await using var limited = await StartAsync(perAddress: "3");

        for (var request = 1; request <= 3; request++)
        {
            Assert.Equal(200, (await limited.Get("/openapi.yaml")).Status);
        }

        var refused = (await limited.Get("/openapi.yaml")).IsProblem(429);
        Assert.Equal("There are too many requests from this address; try again in 28801 s.", refused.Detail);
        Assert.Equal("28801", refused.Headers.GetValues("Retry-After").Single());

        // What is not there, and what is badly asked for, counts as well.
        (await limited.Get("/nothing")).IsProblem(429);
        (await limited.Send(Examples.WithBody("{"))).IsProblem(429);
    }

    // Fails when Retry-After is rounded down, or names less than it takes.
    [Fact]
    public async Task Whoever_waits_as_long_as_told_is_served()
    {
        await using var limited = await StartAsync(perAddress: "1", windowSeconds: "1");
        Assert.Equal(200, (await limited.Get("/openapi.yaml")).Status);

        var refused = (await limited.Get("/openapi.yaml")).IsProblem(429);
        var seconds = int.Parse(refused.Headers.GetValues("Retry-After").Single(), CultureInfo.InvariantCulture);
        Assert.InRange(seconds, 1, 2);
        await Task.Delay(TimeSpan.FromSeconds(seconds));

        Assert.Equal(200, (await limited.Get("/openapi.yaml")).Status);
    }

    // Fails when the health checks lose DisableRateLimiting.
    [Fact]
    public async Task Probes_of_health_are_not_counted_and_not_refused()
    {
        await using var limited = await StartAsync(perAddress: "1");
        for (var probe = 0; probe < 5; probe++)
        {
            Assert.Equal(200, (await limited.Get("/health/live")).Status);
            Assert.Equal(200, (await limited.Get("/health/ready")).Status);
        }

        Assert.Equal(200, (await limited.Get("/openapi.yaml")).Status);
        Assert.Equal(429, (await limited.Get("/openapi.yaml")).Status);
        Assert.Equal(200, (await limited.Get("/health/live")).Status);
    }

    // Fails when the key is the whole IPv6 address, less than its /64, or IPv4 in IPv6 is one network.
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.2", false)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:2::1", false)]
    public async Task An_IPv4_address_and_the_64_of_an_IPv6_address_have_a_budget_each(string first, string second, bool same)
    {
        await using var limited = await StartAsync(perAddress: "1", settings: new() { ["ForwardedHeaders:KnownProxies:0"] = "127.0.0.1" });

        Assert.Equal(200, (await limited.Send("GET", "/openapi.yaml", headers: ("X-Forwarded-For", first))).Status);
        Assert.Equal(429, (await limited.Send("GET", "/openapi.yaml", headers: ("X-Forwarded-For", first))).Status);
        Assert.Equal(same ? 429 : 200, (await limited.Send("GET", "/openapi.yaml", headers: ("X-Forwarded-For", second))).Status);
    }

    // Fails when the limit by address stands after what follows it, or passes what it refuses.
    [Fact]
    public async Task What_the_address_may_not_ask_reaches_nothing_that_costs()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["RateLimits:PerAddress"] = "2";
        builder.Configuration["RateLimits:WindowSeconds"] = Day;
        builder.Logging.ClearProviders();
        builder.Services.AddRateLimits();
        await using var app = builder.Build();
        var reached = 0;
        app.UseAddressRateLimit();
        app.Run(_ =>
        {
            reached++;
            return Task.CompletedTask;
        });
        await app.StartAsync(TestContext.Current.CancellationToken);

        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        for (var request = 0; request < 10; request++)
        {
            using var answer = await http.GetAsync("/");
            Assert.Equal(request < 2 ? HttpStatusCode.OK : HttpStatusCode.TooManyRequests, answer.StatusCode);
        }

        Assert.Equal(2, reached);
    }

    // Fails when a limit is not the framework's, or does not say which it is.
    [Fact]
    public async Task What_is_refused_is_counted_with_the_limit_that_refused_it()
    {
        // The duration is recorded when the answer is out already: the end of the service waits for that.
        Measurements counted;
        await using (var limited = await StartAsync(perAddress: "1"))
        {
            counted = new Measurements(limited);
            Assert.Equal(200, (await limited.Get("/openapi.yaml")).Status);
            Assert.Equal(429, (await limited.Get("/openapi.yaml")).Status);
        }

        using (counted)
        {
            Assert.Single(Tags("aspnetcore.rate_limiting.requests"), tags => tags.Contains("aspnetcore.rate_limiting.result=global_limiter"));
            Assert.Equal(
                ["aspnetcore.rate_limiting.policy=address"],
                Tags("http.server.request.duration").Where(tags => tags.Contains("http.response.status_code=429"))
                    .Select(tags => tags.Single(tag => tag.StartsWith("aspnetcore.rate_limiting.policy=", StringComparison.Ordinal))));
        }

        IEnumerable<string[]> Tags(string name) => counted.All.Where(measured => measured.Name == name).Select(measured => measured.Tags.Split(' '));
    }

    // Fails when the range of the setting goes, or the setting is not read.
    [Fact]
    public async Task A_limit_of_nothing_ends_the_start_with_a_sentence()
    {
        var (code, errors) = await RefusedStart.RunAsync(service, ("RateLimits:PerAddress", "0"));

        Assert.Equal((1, "The setting RateLimits:PerAddress must be a whole number from 1 to 1000000, and is '0'."), (code, errors.Trim()));
    }

    private static Task<Service> StartAsync(string perAddress, string windowSeconds = Day, Dictionary<string, string>? settings = null) =>
        Service.StartAsync(settings: new(settings ?? [])
        {
            ["RateLimits:PerAddress"] = perAddress,
            ["RateLimits:WindowSeconds"] = windowSeconds,
        });
}
