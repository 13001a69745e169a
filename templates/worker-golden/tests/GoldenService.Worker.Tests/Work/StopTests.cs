namespace GoldenService.Worker.Tests;

using System;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using global::GoldenService.Worker.Client;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Xunit;

[Trait("Checklist", "work")]
[Collection(TestOrder.Waiting)]
public sealed class StopTests(Service service)
{
    [Fact] // Fails when a stop cuts off what is being handled.
    public async Task What_is_being_handled_when_the_service_stops_is_finished()
    {
        var started = new TaskCompletionSource();
        await using var stopping = await StubHandler.StartServiceAsync(async (_, cancellationToken) =>
        {
            started.TrySetResult();
            await Task.Delay(500, cancellationToken);
        });
        var id = await stopping.SendAsync();
        await started.Task;

        await stopping.StopWorkerAsync();

        Assert.Equal(MessageState.Done, (await stopping.MessageAsync(id)).State);
        Assert.Equal(1, await stopping.EffectsAsync());
    }

    [Fact] // Fails when what is not finished waits for the end of its lease, counts as an attempt, or holds up the stop.
    public async Task What_is_not_finished_in_time_is_given_back()
    {
        var started = new TaskCompletionSource();
        await using var stopping = await StubHandler.StartServiceAsync(
            async (_, cancellationToken) =>
            {
                started.TrySetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            },
            new() { ["Shutdown:GraceSeconds"] = "1", ["Messages:HandlerTimeoutSeconds"] = "60" });
        var id = await stopping.SendAsync();
        await started.Task;

        var start = Stopwatch.GetTimestamp();
        await stopping.StopWorkerAsync();

        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0.5, 5);
        var message = await stopping.MessageAsync(id);
        Assert.False(message.State is MessageState.Done or MessageState.Dead);
        Assert.Equal((0, null), (message.Attempts, message.Lease));
        Assert.InRange(message.DueAt, DateTimeOffset.UnixEpoch, DateTimeOffset.UtcNow);
    }

    [Fact] // Fails when the time of handlers begins when all requests have ended, or when the end of the time is a failure.
    public async Task A_request_that_lasts_until_the_end_takes_no_time_from_what_is_given_back()
    {
        var started = new TaskCompletionSource();
        await using var stopping = await StubHandler.StartServiceAsync(
            async (_, cancellationToken) =>
            {
                started.TrySetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            },
            new()
            {
                ["Shutdown:GraceSeconds"] = "8", // A quarter of it is for giving back, which a busy machine needs.
                ["Messages:HandlerTimeoutSeconds"] = "60",
                ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = "Information",
            });
        var id = await stopping.SendAsync();
        await started.Task;
        var address = stopping.Http.BaseAddress!;
        using var unfinished = new TcpClient(address.Host, address.Port);
        await unfinished.GetStream().WriteAsync("POST /v1/webhooks HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"u8.ToArray());
        await Task.Delay(200);

        var start = Stopwatch.GetTimestamp();
        await stopping.StopAsync();

        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 7.5, 28);
        Assert.DoesNotContain(stopping.Log.All, line => line.Level >= LogLevel.Error);
        await using var alone = await Queue.StartWithoutWorkerAsync(new() { ["ConnectionStrings:Database"] = stopping.Database.ConnectionString });
        var message = await alone.MessageAsync(id);
        Assert.Equal((0, null), (message.Attempts, message.Lease));
    }

    [Fact] // Fails when what was accepted is not durable, a lease never ends, an effect is repeated, or an event that nothing handles is stored.
    public async Task A_process_that_is_killed_loses_nothing_and_repeats_nothing()
    {
        await using var migrate = ServiceProcess.Start(service, ["migrate"]);
        Assert.Equal((0, ""), await migrate.ExitAsync());
        (string, string)[] settings = [("ConnectionStrings__Database", migrate.Database.ConnectionString), ("Messages__LeaseSeconds", "1"), ("Messages__Concurrency", "4"), ("Messages__PollSeconds", "0.1")];
        await using var alone = await Queue.StartWithoutWorkerAsync(new() { ["ConnectionStrings:Database"] = migrate.Database.ConnectionString });

        var (accepted, end) = (0, Task.CompletedTask);
        var killed = ServiceProcess.Start(service, [], settings);
        using var http = new HttpClient(new CompletingHandler { InnerHandler = new HttpClientHandler() }) { BaseAddress = await killed.AddressAsync() };
        var webhooks = new WebhooksClient(http);
        await Task.WhenAll(Enumerable.Range(0, 300).Select(async n =>
        {
            try
            {
                if (n % 5 == 0)
                {
                    using var other = new StringContent(Examples.Json("other", "acme"), Encoding.UTF8, "application/json");
                    using var ignored = await http.PostAsync(new Uri("/v1/webhooks", UriKind.Relative), other);
                    Assert.Equal(HttpStatusCode.NoContent, ignored.StatusCode);
                }

                await webhooks.ReceiveAsync(Examples.Webhook());
                if (Interlocked.Increment(ref accepted) == 150)
                {
                    end = killed.DisposeAsync().AsTask();
                }
            }
            catch (HttpRequestException)
            {
                // Nobody has promised anything.
            }
        }));
        await end;

        Assert.InRange(accepted, 150, 300);
        await using var next = ServiceProcess.Start(service, [], settings);

        await Wait.Until(
            () => alone.WithDatabase(async db => !await db.Messages.AnyAsync(message => message.State != MessageState.Done)),
            seconds: 60,
            "What the process held was not handled.");
        var (messages, effects) = await alone.WithDatabase(async db => (await db.Messages.CountAsync(), await Examples.Effects(db).CountAsync()));
        Assert.Equal(messages, effects);
        Assert.InRange(messages, accepted, 300);
        Assert.Equal(messages, await alone.WithDatabase(db => Examples.Subjects(db).Distinct().CountAsync()));
    }
}
