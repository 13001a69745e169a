namespace GoldenService.Testing;

using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using global::GoldenService.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting;

/// <summary>Keeps the lines that the service would write to its console.</summary>
public sealed class ConsoleLines(ITextFormatter format) : ILogEventSink
{
    private readonly ConcurrentQueue<string> lines = new();

    public IReadOnlyCollection<string> All => lines;

    public IEnumerable<JsonElement> Json => lines.Select(line => JsonElement.Parse(line));

    public static ConsoleLines OfJson() => new(new Logs.JsonLine());

    /// <summary>Has them come here rather than to the console, which is the tests' own.</summary>
    public void AddTo(IServiceCollection services)
    {
        foreach (var console in services.Where(service => service.ServiceType == typeof(ILoggerProvider) && service.ImplementationFactory?.Method.Module == typeof(Logs).Module).ToList())
        {
            services.Remove(console);
        }

        services.AddSingleton<ILoggerProvider>(_ => new SerilogLoggerProvider(new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(this).CreateLogger(), dispose: true));
    }

    public void Emit(LogEvent logEvent)
    {
        using var line = new StringWriter();
        format.Format(logEvent, line);
        lines.Enqueue(line.ToString());
    }
}
