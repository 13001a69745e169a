namespace GoldenService.Worker.Tests;

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

/// <summary>A carrier on a socket of its own, which keeps what it is asked and answers with the status that a test wants.</summary>
internal sealed class StubCarrier : IAsyncDisposable
{
    private readonly ConcurrentQueue<Call> calls = new();
    private readonly WebApplication app;

    private StubCarrier(WebApplication app, Func<int, HttpContext, Task<int>> answer) => (this.app, Answer) = (app, answer);

    /// <summary>The status for a request, which has a number, from 1 on.</summary>
    public Func<int, HttpContext, Task<int>> Answer { get; set; }

    public string Url => $"{app.Urls.Single()}/api";

    public IReadOnlyList<Call> Calls => [.. calls];

    public static Task<StubCarrier> StartAsync(Func<int, int> answer) => StartAsync((number, _) => Task.FromResult(answer(number)));

    public static async Task<StubCarrier> StartAsync(Func<int, HttpContext, Task<int>> answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var carrier = new StubCarrier(builder.Build(), answer);
        carrier.app.Run(carrier.AnswerAsync);
        await carrier.app.StartAsync();
        return carrier;
    }

    /// <summary>Starts a service that calls this carrier, and repeats attempts almost at once.</summary>
    public Task<Service> StartServiceAsync(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string>
        {
            ["Carrier:BaseAddress"] = Url,
            ["Messages:BackoffSeconds"] = "0.01",
            ["Messages:PollSeconds"] = "0.02",
            ["Messages:RetriesPerSecond"] = "1000",
        };
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        return Service.StartAsync(settings: all);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var headers = context.Request.Headers;
        var call = new Call($"{context.Request.Method} {context.Request.Path}", headers["Idempotency-Key"].ToString(), headers.TraceParent.ToString(), await reader.ReadToEndAsync());
        calls.Enqueue(call);
        try
        {
            context.Response.StatusCode = await Answer(calls.Count, context);
        }
        catch (OperationCanceledException)
        {
            return; // Nobody waits any more.
        }

        var isBooked = context.Response.StatusCode == 201;
        context.Response.ContentType = isBooked ? "application/json" : "application/problem+json";
        await context.Response.WriteAsync(isBooked ? $$"""{"trackingNumber":"T-{{call.Key}}"}""" : """{"title":"No.","detail":"a secret"}""");
    }
}

internal sealed record Call(string Operation, string Key, string TraceParent, string Body);
