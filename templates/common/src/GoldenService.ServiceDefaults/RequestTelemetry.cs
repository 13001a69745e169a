namespace GoldenService.ServiceDefaults;

using System;
using System.Diagnostics;
using System.Globalization;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

/// <summary>
/// Gives every answer the header Trace-Id and every request a line in the log, and completes the server's span after
/// OpenTelemetry's semantic conventions for HTTP. Of a path only its route is told: the rest may be personal data.
/// </summary>
internal sealed partial class RequestTelemetry(RequestDelegate next, ILogger<RequestTelemetry> logger)
{
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

            LogRequest(method, route ?? "(no route)", context.Response.StatusCode, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
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

    [LoggerMessage(LogLevel.Information, "{Method} {Route} answered {Status} in {Milliseconds:0.0} ms")]
    private partial void LogRequest(string method, string route, int status, double milliseconds);
}
