namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Diagnostics.Metrics;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serilog.Extensions.Logging;
using Xunit;

[Trait("Checklist", "logs")]
public sealed partial class LogTests
{
    [Fact] // Fails when JsonLine leaves out a field, or LogRequest tells the path instead of the route.
    public async Task A_request_is_one_line_with_its_route_and_its_trace()
    {
        var console = ConsoleLines.OfJson();
        await using var service = await Service.StartAsync("Development", new() { ["Logging:Serilog:LogLevel:Default"] = "Information", ["Logging:Serilog:LogLevel:Microsoft"] = "Warning" }, console.AddTo);
        using var spans = new Spans();

        var request = Examples.Item(Guid.NewGuid());
        await service.Send(request with { Path = $"{request.Path}?" }, spans.Header);

        var span = Assert.Single(await spans.OfRequestsAsync());
        var line = Assert.Single(console.Json, line => line.TryGetProperty("@tr", out var id) && id.GetString() == spans.TraceId.ToHexString());
        Assert.Equal(["@t", "@m", "@i", "@tr", "@sp", "http.request.method", "http.route", "http.response.status_code", "http.server.request.duration", "SourceContext"], line.EnumerateObject().Select(field => field.Name));
        Assert.Equal(
            (request.Method, request.Route, request.Status, span.SpanId.ToHexString()),
            (line.GetProperty("http.request.method").GetString(), line.GetProperty("http.route").GetString(), line.GetProperty("http.response.status_code").GetInt32(), line.GetProperty("@sp").GetString()));
        Assert.InRange(line.GetProperty("http.server.request.duration").GetDouble(), 0.000_001, 60);
        Assert.Matches($@"^{Regex.Escape(request.Name)} responded {request.Status} in \d+\.\d{{4}} s$", line.GetProperty("@m").GetString());
    }

    [Fact] // Fails when JsonLine escapes nothing, or breaks the line.
    public void A_line_is_JSON_whatever_it_tells()
    {
        var console = ConsoleLines.OfJson();
        var services = new ServiceCollection().AddLogging();
        console.AddTo(services);
        using var provider = services.BuildServiceProvider();

        LogName(provider.GetRequiredService<ILogger<LogTests>>(), "b\"\u0001\nc");

        var line = Assert.Single(console.All);
        Assert.Equal(line.Length - Environment.NewLine.Length, line.IndexOfAny(['\r', '\n']));
        Assert.Equal("\"\"b\\\"\u0001\nc\"\"\n", console.Json.Single().GetProperty("@m").GetString());
    }

    [Fact] // Fails when JsonLine names the fields of an exception otherwise than WithoutExceptionMessages, or writes its message.
    public void An_exception_has_the_names_of_the_semantic_conventions()
    {
        var console = ConsoleLines.OfJson();
        var services = new ServiceCollection().AddLogging();
        console.AddTo(services);
        using var provider = services.BuildServiceProvider();

        LogFailure(provider.GetRequiredService<ILogger<LogTests>>(), new InvalidOperationException("secret"));

        var line = Assert.Single(console.Json);
        Assert.Equal(["@t", "@m", "@i", "@l", "SourceContext", "exception.type", "exception.stacktrace"], line.EnumerateObject().Select(field => field.Name));
        Assert.Equal(("Error", "It failed."), (line.GetProperty("@l").GetString(), line.GetProperty("@m").GetString()));
        Assert.Equal(("System.InvalidOperationException", "System.InvalidOperationException"), (line.GetProperty("exception.type").GetString(), line.GetProperty("exception.stacktrace").GetString()));
    }

    [Fact] // Fails when the framework's own console is left in, or the section Logging:LogLevel is overruled.
    public async Task There_is_one_console_and_the_section_LogLevel_has_its_levels()
    {
        await using var service = await Service.StartAsync();

        Assert.Single(service.Services.GetServices<ILoggerProvider>().OfType<SerilogLoggerProvider>());
        Assert.DoesNotContain(service.Services.GetServices<ILoggerProvider>(), provider => provider.GetType().Namespace!.StartsWith("Microsoft", StringComparison.Ordinal));
        Assert.False(service.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Microsoft.EntityFrameworkCore").IsEnabled(LogLevel.Information));
    }

    [Fact] // Fails when the text of the exception's chain tells a message, or leaves out a type or a frame.
    public void An_exception_is_told_by_its_types_and_frames()
    {
        var text = Assert.Throws<AggregateException>(Fail).WithoutMessages();

        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.StartsWith("System.AggregateException", text, StringComparison.Ordinal);
        Assert.Contains(" ---> System.InvalidOperationException", text, StringComparison.Ordinal);
        Assert.Contains(" ---> System.FormatException", text, StringComparison.Ordinal);
        Assert.Contains($"   at {typeof(LogTests).FullName}.", text, StringComparison.Ordinal);

        static void Fail() => throw new AggregateException("secret", new InvalidOperationException("secret", new ArgumentException("secret")), new FormatException("secret"));
    }

    [Fact] // Fails when the queue blocks whoever logs, when what finds it full is not counted, or when what is queued is lost at the end.
    public async Task A_console_that_is_stuck_holds_nobody_up()
    {
        const int logged = 20_000;
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var measurements = new Measurements(meters);
        using var console = new StuckStream();
        double dropped;
        using (var logger = Logs.CreateLogger(new Logs.JsonLine(), console, meters))
        {
            try
            {
                await Task.Run(() => Log(logger)).WaitAsync(TimeSpan.FromSeconds(10));
                measurements.Observe();
                dropped = Assert.Single(measurements.All, measured => measured.Name == "logs.dropped").Value;
            }
            finally
            {
                console.Release();
            }
        }

        Assert.InRange(dropped, 1, logged - 1);
        Assert.Equal(logged, dropped + console.Written.Count(character => character == '\n'));

        static void Log(Serilog.ILogger logger)
        {
            for (var number = 0; number < logged; number++)
            {
                logger.Information("{Number}", number);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "\"{Name}\"\n")]
    private static partial void LogName(ILogger logger, string name);

    [LoggerMessage(LogLevel.Error, "It failed.")]
    private static partial void LogFailure(ILogger logger, Exception exception);

    /// <summary>Takes nothing before it is released.</summary>
    private sealed class StuckStream : MemoryStream
    {
        private readonly ManualResetEventSlim released = new();

        /// <summary>All that was written, which can be read after the end too.</summary>
        public byte[] Written => ToArray();

        public void Release() => released.Set();

        // What is derived from the stream of memory gets every way of writing by this one.
        public override void Write(byte[] buffer, int offset, int count)
        {
            released.Wait();
            base.Write(buffer, offset, count);
        }

        protected override void Dispose(bool disposing)
        {
            released.Dispose();
            base.Dispose(disposing);
        }
    }
}
