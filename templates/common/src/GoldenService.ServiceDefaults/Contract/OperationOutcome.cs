namespace GoldenService.ServiceDefaults;

using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

/// <summary>What a response consists of. The response to HEAD is the same without the body.</summary>
public sealed class OperationOutcome
{
    private readonly string? contentType;
    private readonly Func<HttpContext, Task> write;
    private readonly List<KeyValuePair<string, string>> headers = [];

    private OperationOutcome(int statusCode, object? body, string? contentType, Func<HttpContext, Task> write)
    {
        StatusCode = statusCode;
        Body = body;
        this.contentType = contentType;
        this.write = write;
    }

    public int StatusCode { get; }

    public object? Body { get; }

    public static OperationOutcome Empty(int statusCode) => new(statusCode, body: null, contentType: null, static context =>
    {
        // The contract has no body here, so there is no problem document either.
        if (context.Features.Get<IStatusCodePagesFeature>() is { } pages)
        {
            pages.Enabled = false;
        }

        return Task.CompletedTask;
    });

    public static OperationOutcome Json<T>(int statusCode, T body, JsonTypeInfo<T> bodyType, string contentType = "application/json") =>
        new(statusCode, body, contentType, async context =>
        {
            // All at once, which is the fast way of generated code; and so a response that cannot be written has not begun.
            var response = context.Response;
            await using var writer = new Utf8JsonWriter(response.BodyWriter);
            JsonSerializer.Serialize(writer, body, bodyType);
            response.ContentLength = writer.BytesCommitted + writer.BytesPending;
            await writer.FlushAsync(context.RequestAborted);
            await response.BodyWriter.FlushAsync(context.RequestAborted);
        });

    /// <summary>A text in UTF-8.</summary>
    public static OperationOutcome Text(int statusCode, string body, string contentType) =>
        new(statusCode, body, $"{contentType}; charset=utf-8", async context =>
        {
            var bytes = Encoding.UTF8.GetBytes(body);
            context.Response.ContentLength = bytes.Length;
            await context.Response.BodyWriter.WriteAsync(bytes, context.RequestAborted);
        });

    /// <summary>Bytes as they come from a stream, which is disposed.</summary>
    public static OperationOutcome Binary(int statusCode, Stream body, string contentType) =>
        new(statusCode, body, contentType, async context =>
        {
            context.Response.ContentLength = body.CanSeek ? body.Length - body.Position : null;
            await body.CopyToAsync(context.Response.Body, context.RequestAborted);
        });

    /// <summary>Server-sent events, each of which is sent at once. They end when the caller or the service stops, and have no time limit.</summary>
    public static OperationOutcome Events(int statusCode, IAsyncEnumerable<SseItem<string>> body) =>
        new(statusCode, body, "text/event-stream", async context =>
        {
            context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            context.Response.Headers.CacheControl = "no-cache, no-store";
            var stopping = context.RequestServices.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None;
            using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
            try
            {
                await context.Response.StartAsync(end.Token);
                await context.Response.Body.FlushAsync(end.Token);
                await SseFormatter.WriteAsync(body, context.Response.Body, end.Token);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
            {
                // The caller connects to another instance.
            }
        });

    public static OperationOutcome Problem(int statusCode, string detail) =>
        new(statusCode, body: null, contentType: null, context => Problems.WriteAsync(context, statusCode, detail));

    /// <summary>A request that cannot be served as it is, for a reason that only the service can see.</summary>
    public static OperationOutcome Invalid(string field, string message)
    {
        var failures = new RequestFailures();
        failures.AddLimit(field, "invalid", message);
        return Invalid(failures);
    }

    internal static OperationOutcome Invalid(RequestFailures failures) =>
        new(StatusCodes.Status400BadRequest, body: null, contentType: null, context =>
            Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "The request does not keep to the contract.", failures.ToDictionary()));

    /// <summary>Adds a header; null leaves it out.</summary>
    /// <param name="header">Its name.</param>
    /// <param name="value">Its value: times as RFC 3339, numbers and booleans as in JSON, lists separated by commas.</param>
    public OperationOutcome With(string header, object? value)
    {
        if (value is not null)
        {
            headers.Add(new(header, Format(value)));
        }

        return this;
    }

    internal async Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = StatusCode;
        response.ContentType = contentType;
        foreach (var (name, value) in headers)
        {
            // The paths of a service that a proxy serves under a prefix begin with it.
            response.Headers[name] = name is "Location" && value.StartsWith('/') ? context.Request.PathBase.ToUriComponent() + value : value;
        }

        try
        {
            if (contentType is null || !HttpMethods.IsHead(context.Request.Method))
            {
                await write(context);
            }
        }
        finally
        {
            if (Body is Stream stream)
            {
                await stream.DisposeAsync();
            }
        }
    }

    private static string Format(object value) => value switch
    {
        string text => text,
        bool flag => flag ? "true" : "false",
        DateTimeOffset time => Rfc3339.Format(time),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        byte[] bytes => Convert.ToBase64String(bytes),
        Enum member => JsonSerializer.SerializeToElement(member, member.GetType()).ToString(), // By its name in the contract.
        IEnumerable items => string.Join(',', items.Cast<object>().Select(Format)),
        IFormattable number => number.ToString(format: null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
