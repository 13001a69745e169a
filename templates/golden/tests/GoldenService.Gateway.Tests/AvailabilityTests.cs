namespace GoldenService.Gateway.Tests;

using System;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Xunit;

/// <summary>What a caller notices of services that come and go.</summary>
public sealed class AvailabilityTests
{
    [Fact] // Fails when a service that is away is anything but 503 with Retry-After, takes another with it, or is not found again.
    public async Task A_service_that_is_away_is_503_and_the_other_goes_on()
    {
        await using var gateway = await Gateway.StartAsync();
        using var client = gateway.ClientWith();
        await gateway.Api[0].GoAwayAsync();
        for (var call = 0; call < 20; call++)
        {
            using var refused = await client.SendAsync(Calls.Request("api.createOrder"), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
            Assert.True(refused.Headers.RetryAfter?.Delta > TimeSpan.Zero);
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "worker.listDeadLetters"));
            await Task.Delay(50, TestContext.Current.CancellationToken); // Probes find it away meanwhile.
        }

        await gateway.Api[0].ListenAsync();
        await Wait.Until(async () => await StatusAsync(client, "api.createOrder") == HttpStatusCode.OK, seconds: 20, "The service is not found again.");
    }

    [Fact] // Fails when a request is lost because one of two instances went away.
    public async Task An_instance_that_is_away_is_not_noticed()
    {
        await using var gateway = await Gateway.StartAsync(instances: 2);
        using var client = gateway.ClientWith();
        await gateway.Api[0].GoAwayAsync();
        for (var call = 0; call < 40; call++)
        {
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, call % 2 == 0 ? "api.createOrder" : "api.getOrder"));
        }

        Assert.Equal(40, gateway.Api[1].Requests.Count);
        Assert.All(gateway.Api[1].Requests.Where(received => received.Request.StartsWith("POST", StringComparison.Ordinal)), received => Assert.Equal(Calls.Order, System.Text.Encoding.UTF8.GetString(received.Body)));
    }

    [Fact] // Fails when a request that a service may have carried out is sent again.
    public async Task What_may_have_been_done_is_sent_once()
    {
        await using var gateway = await Gateway.StartAsync(instances: 2);
        foreach (var instance in gateway.Api)
        {
            instance.Respond = context =>
            {
                context.Abort();
                return Task.CompletedTask;
            };
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(gateway.ClientWith(), "api.createOrder"));
        Assert.Single(gateway.Api.SelectMany(instance => instance.Requests));
    }

    [Fact] // Fails when a caller waits for a service without an end.
    public async Task A_service_that_takes_too_long_is_504()
    {
        await using var gateway = await Gateway.StartAsync(1, ("Services:TimeoutSeconds", "0.5"));
        gateway.Api[0].Respond = context => Task.Delay(TimeSpan.FromSeconds(20), context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.Equal(HttpStatusCode.GatewayTimeout, await StatusAsync(gateway.ClientWith(), "api.createOrder"));
        Assert.Single(gateway.Api[0].Requests);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string route)
    {
        using var response = await client.SendAsync(Calls.Request(route), TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
