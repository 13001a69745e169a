namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

public sealed class ProblemsTests(Service service)
{
    [Fact]
    public async Task A_path_that_is_not_there_is_a_problem()
    {
        var answer = (await service.Get("/v1/nothing?here=1")).IsProblem(404);

        Assert.Equal("/v1/nothing", answer.Json.GetProperty("instance").GetString());
    }

    [Fact]
    public async Task A_method_that_is_not_there_is_a_problem_and_names_those_that_are()
    {
        var answer = (await service.Send("DELETE", Examples.Good.Path)).IsProblem(405);

        Assert.Equal(Examples.Allowed, answer.Allow);
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/xml;q=1, */*;q=0")]
    [InlineData("nonsense")]
    public async Task A_problem_is_JSON_whatever_the_caller_accepts(string accept)
    {
        (await service.Send("GET", "/nothing", headers: ("Accept", accept))).IsProblem(404);
        (await service.Send(Examples.Bad, ("Accept", accept))).IsProblem(400);
    }

    [Fact]
    public async Task A_problem_has_the_trace_id_that_the_caller_sent()
    {
        const string traceId = "4bf92f3577b34da6a3ce929d0e0e4736";

        var answer = (await service.Send("GET", "/nothing", headers: ("traceparent", $"00-{traceId}-00f067aa0ba902b7-01"))).IsProblem(404);

        Assert.Equal(traceId, answer.Json.GetProperty("traceId").GetString());
    }

    [Fact]
    [Trait("Checklist", "error-tracking")]
    public async Task A_defect_is_a_problem_without_its_text_and_is_logged_once_with_the_trace_id()
    {
        await using var broken = await StubOperations.StartServiceAsync(_ => throw new InvalidOperationException("the secret of the inside"));

        var answer = (await broken.Send(Examples.Good)).IsProblem(500);

        Assert.DoesNotContain("secret", answer.Text, StringComparison.Ordinal);
        var line = Assert.Single(broken.Log.All, line => line.Exception?.Message == "the secret of the inside");
        Assert.Equal(LogLevel.Error, line.Level);
        Assert.Equal(answer.Json.GetProperty("traceId").GetString(), line.TraceId);
    }

    [Fact]
    public async Task What_the_server_refuses_while_it_reads_keeps_its_status_and_is_not_logged_as_an_error()
    {
        var status = 0;
        await using var refusing = await StubOperations.StartServiceAsync(_ => throw new BadHttpRequestException("System.Inside", status));

        foreach (var refusal in new[] { 400, 408, 413, 415 })
        {
            status = refusal;
            (await refusing.Send(Examples.WithBody(Examples.Body))).IsProblem(refusal);
        }

        Assert.DoesNotContain(refusing.Log.All, line => line.Level >= LogLevel.Error);
    }

    [Fact] // Fails when each request of an outage logs an error with its stack.
    public async Task A_database_that_cannot_be_used_is_503_and_a_warning_without_a_stack()
    {
        await using var bare = await Service.StartAsync("Production", ownDatabase: true);

        var answer = (await bare.Send(Examples.Good)).IsProblem(503);

        var line = Assert.Single(bare.Log.All, line => line.Level == LogLevel.Warning && line.TraceId == answer.Json.GetProperty("traceId").GetString());
        Assert.StartsWith("The database cannot be used: ", line.Message, StringComparison.Ordinal);
        Assert.Null(line.Exception);
        Assert.DoesNotContain(bare.Log.All, line => line.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task A_caller_who_goes_away_is_no_error()
    {
        var (arrived, left) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var slow = await StubOperations.StartServiceAsync(async cancellationToken =>
        {
            arrived.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                left.SetResult();
            }
        });
        using var leave = new CancellationTokenSource();

        using var message = Examples.Good.ToMessage();
        var request = slow.Http.SendAsync(message, leave.Token);
        await arrived.Task;
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await left.Task.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(200, (await slow.Get("/health/live")).Status);

        Assert.DoesNotContain(slow.Log.All, line => line.Level >= LogLevel.Warning);
    }
}
