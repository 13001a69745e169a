namespace GoldenService.ServiceDefaults;

using System.Collections.Generic;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

/// <summary>What an answer consists of.</summary>
public sealed class OperationOutcome
{
    private readonly JsonTypeInfo? bodyType;
    private readonly string? detail;
    private readonly RequestFailures? failures;
    private readonly List<KeyValuePair<string, string>> headers = [];

    private OperationOutcome(int statusCode, object? body = null, JsonTypeInfo? bodyType = null, string? detail = null, RequestFailures? failures = null)
    {
        StatusCode = statusCode;
        Body = body;
        this.bodyType = bodyType;
        this.detail = detail;
        this.failures = failures;
    }

    public int StatusCode { get; }

    public object? Body { get; }

    public static OperationOutcome Empty(int statusCode) => new(statusCode);

    public static OperationOutcome Json<T>(int statusCode, T body, JsonTypeInfo<T> bodyType) => new(statusCode, body, bodyType);

    public static OperationOutcome Problem(int statusCode, string detail) => new(statusCode, detail: detail);

    /// <summary>A request that cannot be served as it is, for a reason that only the service can see.</summary>
    public static OperationOutcome Invalid(string field, string message)
    {
        var failures = new RequestFailures();
        failures.AddLimit(field, "invalid", message);
        return Invalid(failures);
    }

    internal static OperationOutcome Invalid(RequestFailures failures) =>
        new(StatusCodes.Status400BadRequest, detail: "The request does not keep to the contract.", failures: failures);

    public OperationOutcome With(string header, string value)
    {
        headers.Add(new(header, value));
        return this;
    }

    internal async Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = StatusCode;
        foreach (var (name, value) in headers)
        {
            // The paths of a service that a proxy serves under a prefix begin with it.
            response.Headers[name] = name is "Location" && value.StartsWith('/') ? context.Request.PathBase.ToUriComponent() + value : value;
        }

        if (bodyType is not null)
        {
            // All at once, which is the fast way of generated code; and so an answer that cannot be written has not begun.
            response.ContentType = "application/json";
            await using var writer = new Utf8JsonWriter(response.BodyWriter);
            JsonSerializer.Serialize(writer, Body, bodyType);
            response.ContentLength = writer.BytesCommitted + writer.BytesPending;
            await writer.FlushAsync(context.RequestAborted);
            await response.BodyWriter.FlushAsync(context.RequestAborted);
        }
        else if (StatusCode >= StatusCodes.Status400BadRequest)
        {
            await Problems.WriteAsync(context, StatusCode, detail, failures?.ToDictionary());
        }
    }
}
