namespace GoldenService.ServiceDefaults;

using System;
using System.Collections.Generic;
using System.Reflection;
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

/// <summary>
/// Sends traces, metrics and logs by OTLP to the endpoint that OTEL_EXPORTER_OTLP_ENDPOINT names, or each to its own
/// by OTEL_EXPORTER_OTLP_TRACES_ENDPOINT and its siblings. What has no endpoint is not sent.
/// </summary>
public static class Telemetry
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.AddSettings<TelemetryOptions>("Telemetry");
        builder.Services.AddOptions<TelemetryOptions>().PostConfigure<IHostEnvironment>(Check);

        // Without it the server's spans have no attributes.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);

        var configuration = builder.Configuration;
        var (traces, metrics, logs) = (IsSent(configuration, "TRACES"), IsSent(configuration, "METRICS"), IsSent(configuration, "LOGS"));
        if (!(traces || metrics || logs))
        {
            return;
        }

        // Trace and baggage are handed on by ASP.NET Core and HttpClient themselves.
        Sdk.SetDefaultTextMapPropagator(new TraceContextPropagator());

        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService(builder.Environment.ApplicationName, serviceVersion: Version(builder.Environment))
                .AddEnvironmentVariableDetector()) // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win.
            .WithTracing(tracing => tracing
                .AddAspNetCoreInstrumentation(requests => requests.EnrichWithHttpRequest = (span, _) => span.SetTag("url.query", null)) // Names of parameters may be any text.
                .AddHttpClientInstrumentation()
                .AddSource("GoldenService.*"))
            .WithMetrics(meters => meters
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter("GoldenService.*")
                .SetExemplarFilter(ExemplarFilterType.TraceBased))
            .WithLogging(logging => logging.AddProcessor(new WithoutExceptionMessages()), options => options.IncludeFormattedMessage = true)
            .UseOtlpExporter();

        // The exporter takes every signal, and sends one without an endpoint to localhost.
        if (!traces)
        {
            builder.Services.RemoveAll<TracerProvider>();
        }

        if (!metrics)
        {
            builder.Services.RemoveAll<MeterProvider>();
            builder.Services.RemoveAll<IMetricsListener>(); // OpenTelemetry's, which would ask for it.
        }

        if (!logs)
        {
            builder.Logging.AddFilter<OpenTelemetryLoggerProvider>(null, LogLevel.None);
        }
    }

    /// <summary>Gives each answer its trace id, each request its span and its line in the log.</summary>
    public static void UseTelemetry(this IApplicationBuilder app) => app.UseMiddleware<RequestTelemetry>();

    private static bool IsSent(ConfigurationManager configuration, string signal)
    {
        var name = $"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT";
        if (string.IsNullOrEmpty(configuration[name]))
        {
            name = Endpoint;
        }

        if (configuration[name] is not { Length: > 0 } url)
        {
            return false;
        }

        // The exporter would pass over what is no URL, and send to localhost.
        if (!IsHttp(url))
        {
            throw new SettingException($"The setting {name} must be an http or https URL, and is '{url}'.");
        }

        return true;
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
    internal static string? Version(IHostEnvironment environment) =>
        Assembly.Load(environment.ApplicationName).GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

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
