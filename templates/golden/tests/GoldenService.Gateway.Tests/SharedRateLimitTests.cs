namespace GoldenService.Gateway.Tests;

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;
using StackExchange.Redis;
using Xunit;

/// <summary>Limits of several instances of the gateway, and of each while Redis is away.</summary>
public sealed class SharedRateLimitTests
{
    private const string Redis = "ConnectionStrings:Redis";

    // Nothing comes back while a test runs.
    private static readonly (string Name, string Value) Day = ("RateLimits:WindowSeconds", "86400");

    private static readonly string Server = Environment.GetEnvironmentVariable("TEST_REDIS") ?? "";

    [Fact] // Fails when each instance counts for itself, or the response does not say when to come back.
    public async Task Instances_share_the_limit_of_a_subject()
    {
        SkipWithoutServer();
        var subject = $"{Guid.NewGuid()}";
        await using var one = await Gateway.StartAsync(1, (Redis, Server), Day, ("RateLimits:PerSubject", "5"));
        await using var two = await Gateway.StartAsync(1, (Redis, Server), Day, ("RateLimits:PerSubject", "5"));
        Assert.Equal([200, 200, 200], await StatusesAsync(one.ClientWith(subject: subject), 3));
        Assert.Equal([200, 200, 429, 429], await StatusesAsync(two.ClientWith(subject: subject), 4));
        Assert.Equal([429], await StatusesAsync(one.ClientWith(subject: subject), 1));
        Assert.Equal([200], await StatusesAsync(two.ClientWith(subject: $"{Guid.NewGuid()}"), 1));

        using var refused = await two.ClientWith(subject: subject).SendAsync(Calls.Request("api.getOrder"), TestContext.Current.CancellationToken);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 17_200, 17_282); // A fifth of a day.
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
    }

    [Fact] // Fails when a caller gets more by asking all instances at once.
    public async Task Requests_at_once_are_counted_once()
    {
        SkipWithoutServer();
        var subject = $"{Guid.NewGuid()}";
        await using var one = await Gateway.StartAsync(1, (Redis, Server), Day, ("RateLimits:PerSubject", "20"));
        await using var two = await Gateway.StartAsync(1, (Redis, Server), Day, ("RateLimits:PerSubject", "20"));
        var statuses = await Task.WhenAll(new[] { one, two, one, two }.Select(gateway => StatusesAsync(gateway.ClientWith(subject: subject), 10)));
        Assert.Equal(20, statuses.Sum(some => some.Count(status => status == 200)));
        Assert.Equal(20, statuses.Sum(some => some.Count(status => status == 429)));
    }

    [Fact] // Fails when requests fail or wait without Redis, or are not limited at all.
    public async Task Without_Redis_each_instance_limits_by_itself()
    {
        await using var gateway = await Gateway.StartAsync(1, (Redis, $"127.0.0.1:{FreePort()}"), Day, ("RateLimits:PerSubject", "5"));
        var clock = Stopwatch.StartNew();
        Assert.Equal([200, 200, 200, 200, 200, 429, 429], await StatusesAsync(gateway.ClientWith(), 7));
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 3);
    }

    [Fact] // Fails when each request waits for a server that hangs, or limits are not shared again when it goes on.
    public async Task A_Redis_that_hangs_costs_one_request_half_a_second()
    {
        SkipWithoutServer();
        var subject = $"{Guid.NewGuid()}";
        using var relay = new Relay(Server);
        await using var one = await Gateway.StartAsync(1, (Redis, relay.Server), Day, ("RateLimits:PerSubject", "5"));
        await using var two = await Gateway.StartAsync(1, (Redis, Server), Day, ("RateLimits:PerSubject", "5"));
        Assert.Equal([200], await StatusesAsync(one.ClientWith(subject: $"{Guid.NewGuid()}"), 1));
        Assert.Equal([200, 200, 200, 200, 200, 429], await StatusesAsync(two.ClientWith(subject: subject), 6));

        relay.Hang();
        var clock = Stopwatch.StartNew();
        Assert.Equal([200, 200, 200], await StatusesAsync(one.ClientWith(subject: subject), 3));
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.4, 2.5);

        relay.GoOn();
        await Task.Delay(TimeSpan.FromSeconds(5.5), TestContext.Current.CancellationToken);
        Assert.Equal([429], await StatusesAsync(one.ClientWith(subject: subject), 1));
    }

    [Fact] // Fails when the sentence of a mistake has the password.
    public void A_setting_that_is_not_understood_is_said_without_its_value() =>
        Assert.DoesNotContain("secret", Assert.Throws<SettingException>(() => SharedRateLimits.Parse("redis:6379,pasword=secret")).Message, StringComparison.Ordinal);

    private static void SkipWithoutServer() =>
        Assert.SkipWhen(Server.Length == 0, "These tests need a Redis server: TEST_REDIS='localhost,password=<password>' dotnet test");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<List<int>> StatusesAsync(HttpClient client, int count)
    {
        var statuses = new List<int>();
        for (var call = 0; call < count; call++)
        {
            using var response = await client.SendAsync(Calls.Request("api.getOrder"), TestContext.Current.CancellationToken);
            statuses.Add((int)response.StatusCode);
        }

        return statuses;
    }

    /// <summary>Stands before Redis, and can keep back what it says.</summary>
    private sealed class Relay : IDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly EndPoint redis;
        private TaskCompletionSource open = new();

        public Relay(string server)
        {
            var options = ConfigurationOptions.Parse(server);
            redis = options.EndPoints[0];
            listener.Start();
            options.EndPoints[0] = listener.LocalEndpoint;
            Server = options.ToString();
            GoOn();
            _ = AcceptAsync();
        }

        public string Server { get; }

        public void Hang() => Volatile.Write(ref open, new(TaskCreationOptions.RunContinuationsAsynchronously));

        public void GoOn() => open.SetResult();

        public void Dispose() => listener.Dispose();

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    var near = await listener.AcceptSocketAsync();
                    var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
                    await far.ConnectAsync(redis);
                    _ = CopyAsync(near, far);
                    _ = CopyAsync(far, near);
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        private async Task CopyAsync(Socket from, Socket to)
        {
            using (from)
            using (to)
            {
                var buffer = new byte[16 * 1024];
                try
                {
                    while (await from.ReceiveAsync(buffer) is > 0 and var count)
                    {
                        await Volatile.Read(ref open).Task;
                        await to.SendAsync(buffer.AsMemory(0, count));
                    }
                }
                catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
                {
                    // The gateway has stopped.
                }
            }
        }
    }
}
