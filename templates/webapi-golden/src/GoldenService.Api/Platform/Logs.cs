namespace GoldenService.Api;

using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting;
using Serilog.Formatting.Display;
using Serilog.Formatting.Json;

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
        builder.Services.AddSingleton<ILoggerProvider>(_ => new SerilogLoggerProvider(
            new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Console(format).CreateLogger(),
            dispose: true));
    }

    private static string Category(LogEvent line) => line.Properties.GetValueOrDefault("SourceContext") is ScalarValue { Value: string category } ? category : "";

    /// <summary>A line of JSON (RFC 8259) for machines to read.</summary>
    internal sealed class JsonLine : ITextFormatter
    {
        // Said otherwise already; and a path may hold personal data.
        private static readonly string[] Left = ["SourceContext", "EventId", "RequestId", "RequestPath", "ConnectionId"];

        private readonly MessageTemplateTextFormatter message = new("{Message:lj}", CultureInfo.InvariantCulture);
        private readonly JsonValueFormatter values = new(typeTagName: null);

        public void Format(LogEvent logEvent, TextWriter output)
        {
            using var text = new StringWriter(CultureInfo.InvariantCulture);
            message.Format(logEvent, text);

            output.Write('{');
            Write(output, "Timestamp", logEvent.Timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), separator: "");
            Write(output, "Level", logEvent.Level.ToString());
            Write(output, "Category", Category(logEvent));
            Write(output, "Message", text.ToString());
            Write(output, "TraceId", logEvent.TraceId?.ToHexString());
            Write(output, "SpanId", logEvent.SpanId?.ToHexString());
            Write(output, "Exception", logEvent.Exception?.WithoutMessages());
            foreach (var (name, value) in logEvent.Properties.Where(property => !Left.Contains(property.Key)))
            {
                output.Write(',');
                JsonValueFormatter.WriteQuotedJsonString(name, output);
                output.Write(':');
                values.Format(value, output);
            }

            output.WriteLine('}');
        }

        private static void Write(TextWriter output, string name, string? value, string separator = ",")
        {
            if (value is not null)
            {
                output.Write($"{separator}\"{name}\":");
                JsonValueFormatter.WriteQuotedJsonString(value, output);
            }
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
