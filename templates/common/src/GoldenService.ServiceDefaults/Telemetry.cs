namespace GoldenService.ServiceDefaults;

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Context.Propagation;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

/// <summary>What the service tells of its traces. Where they are sent is told by OpenTelemetry's own variables, OTEL_*.</summary>
public sealed class TelemetryOptions
{
    /// <summary>Where a trace can be seen, with {traceId} in place of its id. Problem documents link to it, in Development only.</summary>
    public string TraceUrl { get; set; } = "";
}

/// <summary>Counters that are known before their first event.</summary>
public interface ICounters
{
    /// <summary>Adds 0 for each set of tags that is known.</summary>
    void StartAtZero();
}

/// <summary>
/// Sends traces, metrics and logs by OTLP to the endpoint that OTEL_EXPORTER_OTLP_ENDPOINT names, or each to its own
/// by OTEL_EXPORTER_OTLP_TRACES_ENDPOINT and its siblings. What has no endpoint is not sent, nor is a signal whose
/// exporter, OTEL_TRACES_EXPORTER and its siblings, is none. docs/telemetry.md lists the variables.
/// </summary>
public static class Telemetry
{
    /// <summary>How long a service that has stopped may take to send the telemetry that it still has.</summary>
    internal static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(4);

    private static readonly string[] Protocols = ["grpc", "http/protobuf"];

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.AddSettings<TelemetryOptions>("Telemetry");
        builder.Services.AddOptions<TelemetryOptions>().PostConfigure<IHostEnvironment>(Check);

        // Without it the server's spans have no attributes.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);

        var configuration = builder.Configuration;
        UsePropagators(builder.Services, OneOf(configuration, "OTEL_PROPAGATORS", "tracecontext", "tracecontext,baggage", "none"));

        _ = OneOf(configuration, "OTEL_EXPORTER_OTLP_PROTOCOL", Protocols);
        var (traces, metrics, logs) = (IsSent(configuration, "TRACES"), IsSent(configuration, "METRICS"), IsSent(configuration, "LOGS"));
        if (!(traces || metrics || logs))
        {
            return;
        }

        // OpenTelemetry's default is off.
        configuration["OTEL_METRICS_EXEMPLAR_FILTER"] ??= "trace_based";

        // ASP.NET Core and HttpClient themselves hand on the trace.
        Sdk.SetDefaultTextMapPropagator(new TraceContextPropagator());

        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService(builder.Environment.ApplicationName, serviceVersion: Version(builder.Environment))
                .AddAttributes([new("deployment.environment.name", builder.Environment.EnvironmentName.ToLowerInvariant())])
                .AddEnvironmentVariableDetector()) // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win.
            .WithTracing(tracing => tracing
                .AddAspNetCoreInstrumentation(requests => requests.EnrichWithHttpRequest = (span, _) => span.SetTag("url.query", null)) // Names of parameters may be any text.
                .AddHttpClientInstrumentation()
                .AddSource("GoldenService.*"))
            .WithMetrics(meters => meters
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
#if (postgres)
                .AddMeter("Npgsql") // The pool of connections.
                .AddView(instrument => instrument is { Meter.Name: "Npgsql", Name: var name } && name.StartsWith("db.client.operation.", StringComparison.Ordinal) ? MetricStreamConfiguration.Drop : null)
#endif
                .AddMeter("GoldenService.*"))
            .WithLogging(logging => logging.AddProcessor(new WithoutExceptionMessages()), options => options.IncludeFormattedMessage = true)
            .UseOtlpExporter();

        // The exporter takes every signal, and sends one without an endpoint to localhost.
        if (!traces)
        {
            builder.Services.RemoveAll<TracerProvider>();
        }

        if (metrics)
        {
            builder.Services.AddHostedService<FirstExport>();
        }
        else
        {
            builder.Services.RemoveAll<MeterProvider>();
            builder.Services.RemoveAll<IMetricsListener>(); // OpenTelemetry's, which would ask for it.
        }

        if (!logs)
        {
            builder.Logging.AddFilter<OpenTelemetryLoggerProvider>(null, LogLevel.None);
        }
    }

    /// <summary>Adds a class of counters.</summary>
    public static void AddCounters<TCounters>(this IServiceCollection services)
        where TCounters : class, ICounters => services
        .AddSingleton<TCounters>()
        .AddSingleton<ICounters>(provider => provider.GetRequiredService<TCounters>());

    /// <summary>Gives each answer its trace id, each request its span and its line in the log.</summary>
    public static void UseTelemetry(this IApplicationBuilder app) => app.UseMiddleware<RequestTelemetry>();

    /// <summary>Sends all that there still is, at once: by themselves the three wait for a collector that does not respond one after the other.</summary>
    internal static async Task FlushAsync(TracerProvider? traces, MeterProvider? metrics, LoggerProvider? logs)
    {
        var timeout = (int)FlushTimeout.TotalMilliseconds;
        var flushes = Task.WhenAll(
            Start(() => traces?.ForceFlush(timeout) is not false),
            Start(() => metrics?.ForceFlush(timeout) is not false),
            Start(() => logs?.ForceFlush(timeout) is not false));
        if (await Task.WhenAny(flushes, Task.Delay(FlushTimeout)) == flushes && (await flushes).All(isSent => isSent))
        {
            return;
        }

        // What was shut down does not wait again when it is disposed.
        var ends = Task.WhenAll(Start(() => traces?.Shutdown(0)), Start(() => metrics?.Shutdown(0)), Start(() => logs?.Shutdown(0)));
        await Task.WhenAny(ends, Task.Delay(TimeSpan.FromSeconds(0.5)));

        // They block, each a thread of its own.
        static Task<T> Start<T>(Func<T> flush) => Task.Factory.StartNew(flush, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private static void UsePropagators(IServiceCollection services, string propagators)
    {
        if (propagators is not "tracecontext,baggage")
        {
            services.AddSingleton<DistributedContextPropagator>(new WithoutBaggage(isTraceTaken: propagators is not "none"));
        }

        if (propagators is "none")
        {
            DistributedContextPropagator.Current = DistributedContextPropagator.CreateNoOutputPropagator(); // That of HttpClient.
        }
    }

    // The exporter would pass over what it does not know, and send to localhost or by another protocol.
    private static bool IsSent(ConfigurationManager configuration, string signal)
    {
        var exporter = OneOf(configuration, $"OTEL_{signal}_EXPORTER", "otlp", "none");
        _ = OneOf(configuration, $"OTEL_EXPORTER_OTLP_{signal}_PROTOCOL", Protocols);
        var name = configuration[$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"] is { Length: > 0 } ? $"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT" : "OTEL_EXPORTER_OTLP_ENDPOINT";
        var url = configuration[name] ?? "";
        if (url.Length > 0 && !IsHttp(url))
        {
            throw new SettingException($"The setting {name} must be an http or https URL, and is '{url}'.");
        }

        return exporter is "otlp" || (exporter is "" && url.Length > 0);
    }

    private static string OneOf(ConfigurationManager configuration, string name, params string[] values)
    {
        var value = configuration[name] ?? "";
        return value is "" || values.Contains(value)
            ? value
            : throw new SettingException($"The setting {name} must be {string.Join(" or ", values)}, and is '{value}'.");
    }

    private static void Check(TelemetryOptions options, IHostEnvironment environment)
    {
        if (options.TraceUrl is "")
        {
            return;
        }

        if (!environment.IsDevelopment())
        {
            throw new SettingException("The setting Telemetry:TraceUrl is for Development only: elsewhere it would show callers an inner address.");
        }

        if (!IsHttp(options.TraceUrl) || !options.TraceUrl.Contains("{traceId}", StringComparison.Ordinal))
        {
            throw new SettingException($"The setting Telemetry:TraceUrl must be an http or https URL with {{traceId}} in it, and is '{options.TraceUrl}'.");
        }
    }

    private static bool IsHttp(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);

    /// <summary>The version of the service's own assembly.</summary>
    internal static string? Version(IHostEnvironment environment) => VersionOf(Assembly.Load(environment.ApplicationName));

    /// <summary>The version of an assembly, for the sources of spans and the meters that it has.</summary>
    public static string? VersionOf(Assembly assembly) => assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    /// <summary>Takes a caller's trace (W3C Trace Context), but no baggage: HttpClient would hand on what strangers send to every service that it calls.</summary>
    private sealed class WithoutBaggage(bool isTraceTaken) : DistributedContextPropagator
    {
        private readonly DistributedContextPropagator w3c = CreateW3CPropagator();

        public override IReadOnlyCollection<string> Fields => w3c.Fields;

        public override void Inject(Activity? activity, object? headers, PropagatorSetterCallback? setter) => w3c.Inject(activity, headers, setter);

        public override void ExtractTraceIdAndState(object? headers, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) =>
            w3c.ExtractTraceIdAndState(headers, isTraceTaken ? getter : null, out traceId, out traceState);

        public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? headers, PropagatorGetterCallback? getter) => null;
    }

    /// <summary>
    /// Exports every counter with 0 when the service starts. rate() and increase() compare samples: they miss an event that is in
    /// the first sample of its series, and the regular export begins a minute later.
    /// </summary>
    private sealed class FirstExport(IEnumerable<ICounters> all, MeterProvider metrics) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken)
        {
            foreach (var counters in all)
            {
                counters.StartAtZero();
            }

            metrics.ForceFlush((int)FlushTimeout.TotalMilliseconds);
            return Task.CompletedTask;
        }
    }

    private sealed class WithoutExceptionMessages : BaseProcessor<LogRecord>
    {
        public override void OnEnd(LogRecord data)
        {
            if (data.Exception is { } exception)
            {
                data.Exception = null;
                data.Attributes =
                [
                    .. data.Attributes ?? [],
                    new KeyValuePair<string, object?>("exception.type", exception.GetType().FullName),
                    new KeyValuePair<string, object?>("exception.stacktrace", exception.WithoutMessages()),
                ];
            }
        }
    }
}
