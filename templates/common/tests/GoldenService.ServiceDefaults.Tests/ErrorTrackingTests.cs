namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sentry;
using Xunit;

/// <summary>What is reported to Sentry, and what is not. One at a time: a process has the SDK once.</summary>
[CollectionDefinition(nameof(ErrorTrackingTests), DisableParallelization = true)]
[Collection(nameof(ErrorTrackingTests))]
[Trait("Checklist", "error-tracking")]
public sealed partial class ErrorTrackingTests(Service service)
{
    private const string Canary = "canary-5d81e0";

    private static readonly string[] Sent = ["event_id", "timestamp", "platform", "level", "release", "environment", "transaction", "contexts", "exception", "debug_meta", "sdk"];

    [Fact] // Fails when the log's line is an event too, or what the event is found by is left out.
    public async Task A_defect_is_one_event_with_the_trace_id_of_its_problem_document()
    {
        await using var sentry = await SentryServer.StartAsync();
        await using var broken = await StubOperations.StartServiceAsync(_ => throw new InvalidOperationException("outside", new FormatException("inside")), sentry.Settings);

        var answer = (await broken.Send(Examples.Good)).IsProblem(500);

        await SentAsync();
        var failure = Assert.Single(sentry.Events);
        Assert.Equal(answer.Json.GetProperty("traceId").GetString(), failure.GetProperty("contexts").GetProperty("trace").GetProperty("trace_id").GetString());
        Assert.Equal(Examples.Good.Route, failure.GetProperty("transaction").GetString());
        Assert.Equal("production", failure.GetProperty("environment").GetString());
        Assert.Equal(TestedService.Current.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion, failure.GetProperty("release").GetString());
        var exceptions = failure.GetProperty("exception").GetProperty("values").EnumerateArray().ToList();
        Assert.Equal(["System.FormatException", "System.InvalidOperationException"], exceptions.Select(exception => exception.GetProperty("type").GetString()));
        Assert.Contains("StubOperations", exceptions[1].GetProperty("stacktrace").GetRawText(), StringComparison.Ordinal);
    }

    [Fact] // Fails when the filter of lines keeps the service's own, or lets those of the framework pass.
    public async Task What_the_service_logs_as_an_error_is_one_event()
    {
        await using var sentry = await SentryServer.StartAsync();
        await using var logging = await StubOperations.StartServiceAsync(_ => Task.CompletedTask, sentry.Settings);
        var logs = logging.Services.GetRequiredService<ILoggerFactory>();
        var (own, other) = (logs.CreateLogger("GoldenService.Something"), logs.CreateLogger("Microsoft.AspNetCore.Something"));

        Log(own, LogLevel.Error, new TimeoutException(), "one");
        Log(own, LogLevel.Warning, exception: null, "two");
        Log(other, LogLevel.Error, exception: null, "three");

        await SentAsync();
        var failure = Assert.Single(sentry.Events);
        Assert.Equal("What failed is one.", failure.GetProperty("logentry").GetProperty("formatted").GetString());
        Assert.Equal("System.TimeoutException", Assert.Single(failure.GetProperty("exception").GetProperty("values").EnumerateArray()).GetProperty("type").GetString());
    }

    [Fact] // Fails when a status other than 500 is reported.
    public async Task What_callers_get_wrong_is_no_event()
    {
        var (arrived, left) = (new TaskCompletionSource(), new TaskCompletionSource());
        Func<CancellationToken, Task> run = _ => Task.CompletedTask;
        await using var sentry = await SentryServer.StartAsync();
        await using var refusing = await StubOperations.StartServiceAsync(cancellationToken => run(cancellationToken), new(sentry.Settings) { ["RateLimits:PerAddress"] = "7" });
        (await refusing.Send(Examples.Bad)).IsProblem(400);
        (await refusing.Get("/v1/nothing")).IsProblem(404);
        (await refusing.Send("DELETE", Examples.Good.Path)).IsProblem(405);
#if (jwt)
        (await refusing.Send(Examples.Good, ("Authorization", "Bearer nonsense"))).IsProblem(401);
#else
        (await refusing.Get("/nothing")).IsProblem(404);
#endif
        run = _ => throw new BadHttpRequestException("");
        (await refusing.Send(Examples.Good)).IsProblem(400);

        run = async cancellationToken =>
        {
            arrived.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken).ContinueWith(_ => left.SetResult(), TaskScheduler.Default);
            cancellationToken.ThrowIfCancellationRequested();
        };
        using var leave = new CancellationTokenSource();
        using var message = Examples.Good.ToMessage();
        var request = refusing.Http.SendAsync(message, leave.Token);
        await arrived.Task;
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await left.Task.WaitAsync(TimeSpan.FromSeconds(5));

        run = _ => throw new InvalidOperationException();
        (await refusing.Send(Examples.Good)).IsProblem(500);
        (await refusing.Send(Examples.Good)).IsProblem(429);

        await SentAsync();
        Assert.Single(sentry.Events); // That of the one defect.
    }

    [Fact] // Fails when every request reports that the database cannot be used.
    public async Task A_database_that_is_away_is_no_event()
    {
        await using var sentry = await SentryServer.StartAsync();
        await using var bare = await Service.StartAsync("Production", sentry.Settings, ownDatabase: true);

        (await bare.Send(Examples.Good)).IsProblem(503);
        (await bare.Get("/health/ready")).IsProblem(503);

        await SentAsync();
        Assert.Empty(sentry.Envelopes);
    }

    [Fact] // Fails when anything of the SDK's own event is sent, such as its request, its exceptions or its breadcrumbs.
    public async Task Nothing_of_a_request_and_no_text_of_an_exception_is_sent()
    {
        await using var sentry = await SentryServer.StartAsync();
        await using var broken = await StubOperations.StartServiceAsync(_ => throw Failure(), sentry.Settings, services => services.AddSingleton<IStartupFilter>(new Broken()));
#if (jwt)
        using var http = broken.ClientWith(Issuer.Shared.Token($"{Canary}-subject"));
#else
        using var http = broken.CreateDefaultClient();
#endif
        foreach (var (name, value) in new[]
        {
            ("Cookie", $"session={Canary}"),
            ("User-Agent", Canary),
            ("X-Header", Canary),
            ("baggage", $"sentry-release={Canary},sentry-trace_id=4bf92f3577b34da6a3ce929d0e0e4736,sentry-public_key={Canary}"),
            ("sentry-trace", "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1"),
        })
        {
            http.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        }

        using var message = Examples.WithBody(Examples.Body.Replace("Tea", Canary, StringComparison.Ordinal)).ToMessage();
        using var routed = await http.SendAsync(message);
        Assert.Equal(500, (int)routed.StatusCode);

        // Before there is a route, and before anybody handles exceptions.
        using var unrouted = await broken.CreateDefaultClient().PostAsync(new Uri($"/{Canary}?query={Canary}", UriKind.Relative), new StringContent(Canary));
        Assert.Equal(500, (int)unrouted.StatusCode);

        await SentAsync();
        Assert.Equal(2, sentry.Events.Count);
        Assert.All(sentry.Events, failure => Assert.Equal(2, failure.GetProperty("exception").GetProperty("values").GetArrayLength()));
        Assert.All(sentry.Envelopes, envelope => Assert.DoesNotContain(Canary, envelope, StringComparison.OrdinalIgnoreCase));
        Assert.All(sentry.Envelopes, envelope => Assert.DoesNotContain("127.0.0.1", envelope[envelope.IndexOf('{')..], StringComparison.Ordinal));
        Assert.All(sentry.Events, failure => Assert.Empty(failure.EnumerateObject().Select(member => member.Name).Except(Sent)));
        Assert.All(sentry.Events, failure => Assert.Equal(["trace"], failure.GetProperty("contexts").EnumerateObject().Select(context => context.Name)));
    }

    [Fact] // Fails when the SDK is there without a DSN, or only for one that is no secret.
    public async Task Without_a_DSN_nothing_is_sent_and_a_mounted_one_is_taken()
    {
        Assert.Null(service.Services.GetService<IHub>());

        using var secrets = new MountedSecrets();
        await using var sentry = await SentryServer.StartAsync();
        secrets.Write("Sentry__Dsn", $"{sentry.Dsn}\n");
        await using var broken = await StubOperations.StartServiceAsync(_ => throw new InvalidOperationException(), new() { ["Secrets:Directory"] = secrets.Folder });

        (await broken.Send(Examples.Good)).IsProblem(500);

        await SentAsync();
        Assert.Single(sentry.Events);
    }

    [Fact] // Fails when the process ends before what is under way has been sent.
    public async Task A_service_that_stops_sends_what_it_has_to_report()
    {
        ServiceProcess.SkipWhereItCannotBeCalledAndStopped();
        using var secrets = new MountedSecrets();
        await using var sentry = await SentryServer.StartAsync(delay: TimeSpan.FromSeconds(1));
        secrets.Write("Sentry__Dsn", sentry.Dsn);
        await using var process = ServiceProcess.Start(service, [], ("Secrets__Directory", secrets.Folder));
        await process.AddressAsync();

        secrets.Write("ConnectionStrings__Database", "Mistake=1");
        await sentry.ArrivalAsync();
        process.Terminate();

        Assert.Equal((0, ""), await process.ExitAsync());
        Assert.Contains("The service goes on with the one it had.", Assert.Single(sentry.Events).GetRawText(), StringComparison.Ordinal);
    }

    [Theory] // Fails when IsDsn() takes what the SDK cannot use, or the value is shown.
    [InlineData("nonsense")]
    [InlineData("https://sentry.example/1")]
    [InlineData("https://key@sentry.example/")]
    [InlineData("ftp://key@sentry.example/1")]
    public async Task What_is_no_DSN_ends_the_start_with_a_sentence(string dsn)
    {
        var (code, errors) = await RefusedStart.RunAsync(service, ("Sentry:Dsn", dsn));

        Assert.Equal(1, code);
        Assert.Equal("The setting Sentry:Dsn must be the DSN of a project, https://<key>@<host>/<project>, and is not.", errors.TrimEnd());
    }

    [Fact] // Fails when the options of the SDK can be set past the code.
    public async Task The_DSN_is_the_only_setting()
    {
        var (code, errors) = await RefusedStart.RunAsync(service, ("Sentry:SendDefaultPii", "true"));

        Assert.Equal((1, "The setting Sentry:SendDefaultPii is unknown; Sentry has Dsn."), (code, errors.TrimEnd()));
    }

    /// <summary>Waits until all that was to be reported has been sent.</summary>
    private static Task SentAsync() => SentrySdk.FlushAsync(TimeSpan.FromSeconds(10));

    private static InvalidOperationException Failure() =>
        new($"{Canary} outside", new FormatException($"{Canary} inside") { Data = { [Canary] = Canary, [$"sentry:tag:{Canary}"] = Canary } }) { HelpLink = Canary };

    [LoggerMessage("What failed is {Name}.")]
    private static partial void Log(ILogger logger, LogLevel level, Exception? exception, string name);

    /// <summary>Fails a request before the service sees it.</summary>
    private sealed class Broken : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((HttpContext context, RequestDelegate then) => context.Request.Path.Value!.Contains(Canary, StringComparison.Ordinal) ? throw Failure() : then(context));
            next(app);
        };
    }
}
