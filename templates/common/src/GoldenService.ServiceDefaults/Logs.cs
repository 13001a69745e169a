namespace GoldenService.ServiceDefaults;

using System;
using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.IO;
using System.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting;
using Serilog.Formatting.Compact;
using Serilog.Formatting.Display;
using Serilog.Sinks.Async;

/// <summary>
/// Logs on the console by Serilog: text in Development, elsewhere one JSON object a line. The section Logging:LogLevel
/// sets the levels of the console and of OTLP.
/// </summary>
public static class Logs
{
    public static void AddLogs(this WebApplicationBuilder builder)
    {
        ITextFormatter format = builder.Environment.IsDevelopment() ? new TextLine() : new JsonLine();

        // Serilog reads the trace id of each line by itself.
        builder.Logging.ClearProviders().Configure(options => options.ActivityTrackingOptions = ActivityTrackingOptions.None);

        // As ILoggingBuilder.AddSerilog() registers it, without its filter, which takes precedence over Logging:LogLevel.
        // IServiceCollection.AddSerilog() ignores that section, and adds request paths to the lines that go to OTLP.
        builder.Services.AddSingleton<ILoggerProvider>(provider => new SerilogLoggerProvider(
            CreateLogger(format, Console.OpenStandardOutput(), provider.GetRequiredService<IMeterFactory>()),
            dispose: true));
    }

    /// <summary>Creates a logger that never blocks a request: lines wait in a queue, and a line that finds the queue full is dropped and counted.</summary>
    internal static Logger CreateLogger(ITextFormatter format, Stream output, IMeterFactory meters)
    {
        var console = new Lines(format, output, meters);
        return new LoggerConfiguration()
            .MinimumLevel.Verbose()
            .WriteTo.Async(queue => queue.Sink(console), bufferSize: 10_000, blockWhenFull: false, monitor: console)
            .CreateLogger();
    }

    /// <summary>
    /// Writes all lines that wait in the queue at once, in UTF-8, and counts the dropped ones. Serilog.Sinks.Console
    /// writes each line by itself, in the console's encoding.
    /// </summary>
    private sealed class Lines : ILogEventSink, IAsyncLogEventSinkMonitor, IDisposable
    {
        private readonly ITextFormatter format;
        private readonly StreamWriter output;
        private IAsyncLogEventSinkInspector? queue;

        public Lines(ITextFormatter format, Stream output, IMeterFactory meters)
        {
            this.format = format;
            this.output = new StreamWriter(output, bufferSize: 16 * 1024);
            meters.Create("GoldenService.Logs", Telemetry.VersionOf(typeof(Logs).Assembly)).CreateObservableCounter(
                "logs.dropped",
                () => queue?.DroppedMessagesCount ?? 0,
                "{line}",
                "Lines that were not written, because the console was too slow.");
        }

        public void StartMonitoring(IAsyncLogEventSinkInspector inspector) => queue = inspector;

        public void StopMonitoring(IAsyncLogEventSinkInspector inspector)
        {
        }

        public void Emit(LogEvent logEvent)
        {
            format.Format(logEvent, output);
            if (queue is null or { Count: 0 })
            {
                output.Flush();
            }
        }

        public void Dispose() => output.Dispose();
    }

    /// <summary>
    /// A JSON object (RFC 8259) a line, for machines, in Serilog's compact format. An exception has the same two fields as in
    /// what is sent by OTLP, and without its message.
    /// </summary>
    internal sealed class JsonLine : ITextFormatter
    {
        // The trace id tells requests apart, and a path may contain personal data.
        private static readonly FrozenSet<string> Omitted = ["EventId", "RequestId", "RequestPath", "ConnectionId"];

        private readonly RenderedCompactJsonFormatter format = new();

        public void Format(LogEvent logEvent, TextWriter output)
        {
            var properties = logEvent.Properties.Where(property => !Omitted.Contains(property.Key)).Select(property => new LogEventProperty(property.Key, property.Value));
            if (logEvent.Exception is { } exception)
            {
                properties = properties.Concat(
                [
                    new("exception.type", new ScalarValue(exception.GetType().FullName)),
                    new("exception.stacktrace", new ScalarValue(exception.WithoutMessages())),
                ]);
            }

            format.Format(
                new(logEvent.Timestamp, logEvent.Level, exception: null, logEvent.MessageTemplate, properties, logEvent.TraceId ?? default, logEvent.SpanId ?? default),
                output);
        }
    }

    /// <summary>A line of text for people, with the trace id of the request.</summary>
    internal sealed class TextLine : ITextFormatter
    {
        private readonly MessageTemplateTextFormatter line = new("{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj} {TraceId}", CultureInfo.InvariantCulture);

        public void Format(LogEvent logEvent, TextWriter output)
        {
            line.Format(logEvent, output);
            output.WriteLine();
            if (logEvent.Exception is { } exception)
            {
                output.WriteLine(exception.WithoutMessages());
            }
        }
    }
}
