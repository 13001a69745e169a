namespace GoldenService.Tests;

using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting;

/// <summary>Keeps the lines that the service would write to its console.</summary>
internal sealed class ConsoleLines(ITextFormatter format) : ILogEventSink
{
    private readonly ConcurrentQueue<string> lines = new();

    public IReadOnlyCollection<string> All => lines;

    public IEnumerable<JsonElement> Json => lines.Select(line => JsonElement.Parse(line));

    public static ConsoleLines OfJson() => new(new Logs.JsonLine());

    public void AddTo(IServiceCollection services) => services.AddSingleton<ILoggerProvider>(
        _ => new SerilogLoggerProvider(new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(this).CreateLogger(), dispose: true));

    public void Emit(LogEvent logEvent)
    {
        using var line = new StringWriter();
        format.Format(logEvent, line);
        lines.Enqueue(line.ToString());
    }
}
