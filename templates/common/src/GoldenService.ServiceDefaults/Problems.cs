namespace GoldenService.ServiceDefaults;

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

/// <summary>Problem documents (RFC 9457) for every error, whatever the caller accepts, each with the W3C trace id that the logs have.</summary>
public static partial class Problems
{
    /// <summary>Turns what later middleware throws, and the bare statuses that it leaves, into problem documents.</summary>
    public static void UseProblems(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            StatusCodeSelector = StatusOf,
            SuppressDiagnosticsCallback = context => StatusOf(context.Exception) != StatusCodes.Status500InternalServerError,
            ExceptionHandler = WriteAsync,
        });
        app.UseStatusCodePages(context => WriteAsync(context.HttpContext));
    }

    /// <summary>The status of the answer to a request that ended with an exception.</summary>
    internal static int StatusOf(Exception exception) => exception switch
    {
        // The server refuses requests by exceptions: those are the caller's errors, and no news for the log.
        BadHttpRequestException refused => refused.StatusCode,
        _ when Database.IsUnavailable(exception) => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>Writes the problem document for the status that the answer has already.</summary>
    internal static Task WriteAsync(HttpContext context)
    {
        var status = context.Response.StatusCode;
        if (status == StatusCodes.Status415UnsupportedMediaType && context.Request.IsEncoded())
        {
            context.Response.Headers.AcceptEncoding = "identity"; // RFC 9110, section 12.5.3.
            return WriteAsync(context, status, "The body must not be compressed or otherwise encoded.");
        }

        if (status == StatusCodes.Status415UnsupportedMediaType && context.Features.Get<IExceptionHandlerFeature>()?.Error is MediaTypeException { Message: var types })
        {
            return WriteAsync(context, status, types);
        }

        return status == StatusCodes.Status400BadRequest
            ? WriteAsync(context, status, "The request does not keep to the contract.", new() { ["$"] = ["http: is not a well-formed HTTP request."] })
            : WriteAsync(context, status, Detail(status));
    }

    /// <summary>Writes the problem document for a status, with what went wrong this time.</summary>
    public static Task WriteAsync(HttpContext context, int status, string? detail) => WriteAsync(context, status, detail, errors: null);

    internal static Task WriteAsync(HttpContext context, int status, string? detail, Dictionary<string, string[]>? errors)
    {
        var type = status switch
        {
            StatusCodes.Status429TooManyRequests => "https://tools.ietf.org/html/rfc6585#section-4",
            StatusCodes.Status431RequestHeaderFieldsTooLarge => "https://tools.ietf.org/html/rfc6585#section-5",
            >= 400 and <= 417 => $"https://tools.ietf.org/html/rfc9110#section-15.5.{status - 399}",
            >= 500 and <= 505 => $"https://tools.ietf.org/html/rfc9110#section-15.6.{status - 499}",
            _ => "about:blank",
        };
        var title = ReasonPhrases.GetReasonPhrase(status);
        var instance = context.Request.PathBase.Add(context.Request.Path).ToUriComponent();
        var traceId = (Activity.Current?.TraceId ?? ActivityTraceId.CreateRandom()).ToHexString();
        var traceUrl = context.RequestServices.GetRequiredService<IOptions<TelemetryOptions>>().Value.TraceUrl is { Length: > 0 } url
            ? url.Replace("{traceId}", traceId, StringComparison.Ordinal)
            : null;

        return errors is null
            ? SendAsync(
                context,
                status,
                new Problem { Type = type, Title = title, Status = status, Detail = detail, Instance = instance, TraceId = traceId, TraceUrl = traceUrl },
                ProblemJson.Default.Problem)
            : SendAsync(
                context,
                status,
                new ValidationProblem
                {
                    Type = type,
                    Title = title,
                    Status = status,
                    Detail = detail,
                    Instance = instance,
                    TraceId = traceId,
                    TraceUrl = traceUrl,
                    Errors = errors.ToDictionary(field => field.Key, field => (IReadOnlyList<string>)field.Value),
                },
                ProblemJson.Default.ValidationProblem);
    }

    private static async Task SendAsync<T>(HttpContext context, int status, T problem, JsonTypeInfo<T> type)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";

        // Not under RequestAborted: that the request was given up may be the problem.
        await response.BodyWriter.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(problem, type));
    }

    private static string? Detail(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => "Valid credentials are needed; the header WWW-Authenticate says more.",
#if (jwt)
        StatusCodes.Status403Forbidden => "The token lacks the scope that the contract asks for.",
#endif
        StatusCodes.Status404NotFound => "There is nothing at this path.",
        StatusCodes.Status405MethodNotAllowed => "The path has other methods; the header Allow names them.",
        StatusCodes.Status408RequestTimeout => "The body came too slowly.",
        StatusCodes.Status413PayloadTooLarge => "The body is larger than the service accepts.",
        StatusCodes.Status415UnsupportedMediaType => "The body must be application/json, in UTF-8.",
        StatusCodes.Status500InternalServerError => "The service failed. The trace id tells its operators where.",
        StatusCodes.Status503ServiceUnavailable => "The service cannot answer at the moment; try again later.",
        _ => null,
    };

    [JsonSerializable(typeof(Problem))]
    [JsonSerializable(typeof(ValidationProblem))]
    private sealed partial class ProblemJson : JsonSerializerContext;
}
