namespace GoldenService.ServiceDefaults;

using System;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

/// <summary>
/// Gives every answer the header Trace-Id and every request a line in the log, and completes the server's span. Both use the
/// names of OpenTelemetry's semantic conventions for HTTP. The line has the route; only the span has the path, as url.path.
/// </summary>
internal sealed partial class RequestTelemetry(RequestDelegate next, ILogger<RequestTelemetry> logger)
{
    // The generator of such methods allows no dots in names. "l" keeps quotation marks from the text on the console; the duration is in seconds.
    [SuppressMessage("Naming", "CA1727", Justification = "The names are those of the semantic conventions.")]
    private static readonly Action<ILogger, string, string, int, double, Exception?> LogRequest = LoggerMessage.Define<string, string, int, double>(
        LogLevel.Information,
        new(1, nameof(LogRequest)),
        "{http.request.method:l} {http.route:l} responded {http.response.status_code} in {http.server.request.duration:0.0000} s");

    public async Task InvokeAsync(HttpContext context)
    {
        // There is none where nobody listens and nothing is logged.
        using var own = Activity.Current is null ? new Activity("request").Start() : null;
        var activity = Activity.Current!;
        context.Response.OnStarting(() =>
        {
            context.Response.Headers["Trace-Id"] = activity.TraceId.ToHexString();
            return Task.CompletedTask;
        });

        // The handler of exceptions takes the endpoint away.
        var endpoint = context.GetEndpoint();
        if (endpoint?.Metadata.GetMetadata<IDisableHttpMetricsMetadata>() is not null)
        {
            // A probe is no request of a caller's.
            activity.IsAllDataRequested = false;
            activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            await next(context);
            return;
        }

        var start = Stopwatch.GetTimestamp();
        var method = Method(context.Request.Method);
        var route = (endpoint as RouteEndpoint)?.RoutePattern.RawText;
        Exception? failure = null;
        try
        {
            await next(context);
            failure = context.Response.StatusCode >= StatusCodes.Status500InternalServerError ? context.Features.Get<IExceptionHandlerFeature>()?.Error : null;
        }
        catch (Exception exception)
        {
            // The answer had begun, and breaks off.
            failure = exception;
            throw;
        }
        finally
        {
            if (activity.IsAllDataRequested)
            {
                activity.SetTag("http.request.method_original", null); // It may be any text.
                DescribeFailure(activity, context.Response.StatusCode, failure);
            }

            if (failure is not null && Database.IsUnavailable(failure))
            {
                // Every request would log the same stack.
                LogUnavailable(failure.GetBaseException().GetType().Name, Database.StatusCode(failure.GetBaseException()));
            }

            LogRequest(logger, method, route ?? "(no route)", context.Response.StatusCode, Stopwatch.GetElapsedTime(start).TotalSeconds, null);
        }
    }

    private static void DescribeFailure(Activity activity, int status, Exception? failure)
    {
        if (failure is null && status < StatusCodes.Status500InternalServerError)
        {
            return;
        }

        activity.SetStatus(ActivityStatusCode.Error);
        activity.SetTag("error.type", failure?.GetType().FullName ?? status.ToString(CultureInfo.InvariantCulture));
        if (failure is not null)
        {
            activity.AddEvent(new ActivityEvent("exception", tags: new()
            {
                ["exception.type"] = failure.GetType().FullName,
                ["exception.stacktrace"] = failure.WithoutMessages(),
            }));
        }
    }

    // Callers may send any word for a method.
    private static string Method(string method) => HttpMethods.GetCanonicalizedValue(method) switch
    {
        "GET" or "POST" or "PUT" or "PATCH" or "DELETE" or "HEAD" or "OPTIONS" or "TRACE" or "CONNECT" => method,
        _ => "_OTHER",
    };

    [LoggerMessage(LogLevel.Warning, "The database cannot be used: {Failure} {Code}")]
    private partial void LogUnavailable(string failure, string? code);
}
