namespace GoldenService;

using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.IO;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting;
using Serilog.Formatting.Display;
using Serilog.Formatting.Json;
using Serilog.Sinks.Async;

/// <summary>
/// Logs on the console, by Serilog: text in Development, elsewhere a line of JSON each. The section Logging:LogLevel
/// has the levels, for the console and OTLP alike.
/// </summary>
internal static class Logs
{
    public static void AddLogs(this WebApplicationBuilder builder)
    {
        ITextFormatter format = builder.Environment.IsDevelopment() ? new TextLine() : new JsonLine();

        // Serilog knows the trace of each line by itself.
        builder.Logging.ClearProviders().Configure(options => options.ActivityTrackingOptions = ActivityTrackingOptions.None);

        // Made by the container, so that it is flushed with it. AddSerilog() would overrule the levels.
        builder.Services.AddSingleton<ILoggerProvider>(provider => new SerilogLoggerProvider(
            CreateLogger(format, Console.OpenStandardOutput(), provider.GetRequiredService<IMeterFactory>()),
            dispose: true));
    }

    /// <summary>A logger that never makes a request wait for its lines: they queue up, and those that find the queue full are only counted.</summary>
    internal static Logger CreateLogger(ITextFormatter format, Stream output, IMeterFactory meters)
    {
        var console = new Lines(format, output, meters);
        return new LoggerConfiguration()
            .MinimumLevel.Verbose()
            .WriteTo.Async(queue => queue.Sink(console), bufferSize: 10_000, blockWhenFull: false, monitor: console)
            .CreateLogger();
    }

    private static string Category(LogEvent line) => line.Properties.GetValueOrDefault("SourceContext") is ScalarValue { Value: string category } ? category : "";

    /// <summary>Writes the lines that have queued up, as many as there are at once, and tells how many did not.</summary>
    private sealed class Lines : ILogEventSink, IAsyncLogEventSinkMonitor, IDisposable
    {
        private readonly ITextFormatter format;
        private readonly StreamWriter output;
        private IAsyncLogEventSinkInspector? queue;

        public Lines(ITextFormatter format, Stream output, IMeterFactory meters)
        {
            this.format = format;
            this.output = new StreamWriter(output, bufferSize: 16 * 1024);
            meters.Create("GoldenService.Logs").CreateObservableCounter(
                "logs.dropped",
                () => queue?.DroppedMessagesCount ?? 0,
                "{line}",
                "Lines that are missing on the console, because it was slower than they came.");
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

    /// <summary>A line of JSON (RFC 8259) for machines to read.</summary>
    internal sealed class JsonLine : ITextFormatter
    {
        // Said otherwise already; and a path may hold personal data.
        private static readonly FrozenSet<string> Left = ["SourceContext", "EventId", "RequestId", "RequestPath", "ConnectionId"];

        private readonly MessageTemplateTextFormatter message = new("{Message:lj}", CultureInfo.InvariantCulture);
        private readonly JsonValueFormatter values = new(typeTagName: null);

        public void Format(LogEvent logEvent, TextWriter output)
        {
            using var text = new StringWriter(CultureInfo.InvariantCulture);
            message.Format(logEvent, text);

            output.Write("{\"Timestamp\":\"");
            Span<char> time = stackalloc char[24];
            logEvent.Timestamp.UtcDateTime.TryFormat(time, out var length, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
            output.Write(time[..length]);
            output.Write('"');
            Write(output, "Level", Enum.GetName(logEvent.Level));
            Write(output, "Category", Category(logEvent));
            Write(output, "Message", text.ToString());
            Write(output, "TraceId", logEvent.TraceId?.ToHexString());
            Write(output, "SpanId", logEvent.SpanId?.ToHexString());
            Write(output, "Exception", logEvent.Exception?.WithoutMessages());
            foreach (var (name, value) in logEvent.Properties)
            {
                if (!Left.Contains(name))
                {
                    WriteName(output, name);
                    values.Format(value, output);
                }
            }

            output.WriteLine('}');
        }

        private static void Write(TextWriter output, string name, string? value)
        {
            if (value is not null)
            {
                WriteName(output, name);
                JsonValueFormatter.WriteQuotedJsonString(value, output);
            }
        }

        private static void WriteName(TextWriter output, string name)
        {
            output.Write(',');
            JsonValueFormatter.WriteQuotedJsonString(name, output);
            output.Write(':');
        }
    }

    /// <summary>A line for people to read, with the trace id of the request.</summary>
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
