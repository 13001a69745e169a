namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Xunit;

public sealed class LimitsTests(Service service)
{
    [Fact]
    public async Task A_body_of_the_most_bytes_is_read_and_of_one_more_is_413()
    {
        await using var small = await Service.StartAsync("Production", new() { ["Limits:MaxBodyBytes"] = "1000" });

        Assert.Equal(400, (await small.Send(Examples.WithBody("{}".PadRight(1000)))).Status);
        (await small.Send(Examples.WithBody("{}".PadRight(1001)))).IsProblem(413);

        // Nor does it help not to say how long the body is.
        (await small.Send(Examples.WithBody("{}".PadRight(1001)), ("Transfer-Encoding", "chunked"))).IsProblem(413);
    }

    [Fact]
    public async Task A_request_that_takes_too_long_is_503()
    {
        await using var slow = await StubOperations.StartServiceAsync(
            cancellationToken => Task.Delay(Timeout.Infinite, cancellationToken),
            new() { ["Limits:RequestTimeoutSeconds"] = "0.1" });

        (await slow.Send(Examples.Good)).IsProblem(503);
    }

    [Fact]
    public async Task The_server_does_not_tell_what_it_is() => Assert.False((await service.Send(Examples.Good)).Headers.Contains("Server"));
}
