namespace GoldenService.ServiceDefaults;

using System;
using System.Diagnostics;
using System.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Sentry;
using Sentry.Extensions.Logging;
using Sentry.Protocol;

/// <summary>Where failures are reported.</summary>
public sealed class ErrorTrackingOptions
{
    /// <summary>The DSN of a project of Sentry, https://key@host/project, which is read once, at the start. Without one nothing is reported.</summary>
    public string Dsn { get; set; } = "";
}

/// <summary>
/// Reports failures to Sentry, each once: a request that ends with 500 or breaks off, and what the service itself logs as an error. What
/// callers get wrong is no failure. A database that is away is none to report either: every request would, and /health/ready tells it.
/// </summary>
public static class ErrorTracking
{
    public static void AddErrorTracking(this WebApplicationBuilder builder)
    {
        builder.Services.AddSettings<ErrorTrackingOptions>("Sentry");
        if (builder.Configuration["Sentry:Dsn"] is not { Length: > 0 } dsn)
        {
            return;
        }

        if (!IsDsn(dsn))
        {
            throw new SettingException("The setting Sentry:Dsn must be the DSN of a project, https://<key>@<host>/<project>, and is not.");
        }

        builder.WebHost.UseSentry(options =>
        {
            options.Dsn = dsn;
            options.Release = Telemetry.Version(builder.Environment);

            // The framework's errors are those of requests, which the middleware reports.
            options.AddLogEntryFilter((category, _, _, _) => !category.StartsWith("GoldenService.", StringComparison.Ordinal));
            var current = new HttpContextAccessor();
            options.SetBeforeSend(failure =>
            {
                try
                {
                    return IsReported(failure) ? WithoutPersonalData(failure, current.HttpContext) : null;
                }
                catch (Exception)
                {
                    // The SDK would send it as it is.
                    return null;
                }
            });

            // What is not sent need not be collected.
            options.MinimumBreadcrumbLevel = LogLevel.None;
            options.AttachStacktrace = false;

            // Traces and metrics go by OTLP, and other services learn of a trace by its W3C header alone.
            options.DisableSentryHttpMessageHandler = true;
            options.AutoRegisterTracing = false;
            options.SendClientReports = false;

            // For what is still to be sent when all requests have ended.
            options.ShutdownTimeout = Telemetry.FlushTimeout;

            // A connection that breaks off leaves exceptions that nobody waits for. And the service writes no files.
            options.DisableUnobservedTaskExceptionCapture();
            options.DisableFileWrite = true;
        });
    }

    private static bool IsDsn(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri is { UserInfo.Length: > 0, Query: "" }
        && uri.AbsolutePath[(uri.AbsolutePath.LastIndexOf('/') + 1)..].Length > 0;

    // A line of the log has a logger, and was found to be an error already.
    private static bool IsReported(SentryEvent failure) =>
        failure.Logger is not null || failure.Exception is not { } exception || Problems.StatusOf(exception) == StatusCodes.Status500InternalServerError;

    /// <summary>
    /// What leaves the service, and all of it: of a request its route, of an exception types and stack frames, of a log line its text. What the SDK
    /// collects beside that, above all headers, query, path and the messages of exceptions, is a caller's data or may quote it.
    /// </summary>
    private static SentryEvent WithoutPersonalData(SentryEvent failure, HttpContext? request)
    {
        var endpoint = request?.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? request?.GetEndpoint();
        var told = new SentryEvent
        {
            Level = failure.Level,
            Logger = failure.Logger,
            Message = failure.Message,
            Release = failure.Release,
            Environment = failure.Environment,
            TransactionName = (endpoint as RouteEndpoint)?.RoutePattern.RawText,
            DebugImages = failure.DebugImages,
            SentryExceptions = failure.SentryExceptions?.Select(exception => new SentryException
            {
                Type = exception.Type,
                Module = exception.Module,
                Stacktrace = exception.Stacktrace,
                Mechanism = new Mechanism { Type = exception.Mechanism?.Type!, Handled = exception.Mechanism?.Handled },
            }).ToList(),
        };
        (told.Sdk.Name, told.Sdk.Version) = (failure.Sdk.Name, failure.Sdk.Version);
        if (Activity.Current is { } activity)
        {
            told.Contexts.Trace.TraceId = SentryId.Parse(activity.TraceId.ToHexString());
            told.Contexts.Trace.SpanId = SpanId.Parse(activity.SpanId.ToHexString());
        }

        return told;
    }
}
