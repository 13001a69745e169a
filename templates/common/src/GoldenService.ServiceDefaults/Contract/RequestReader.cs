namespace GoldenService.ServiceDefaults;

using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using FluentValidation;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

/// <summary>Reads the parameters and the body of one request, and notes all that does not keep to the contract.</summary>
public sealed class RequestReader(HttpContext context)
{
    internal RequestFailures Failures { get; } = new();

    /// <summary>A misspelt filter must not pass for no filter.</summary>
    public void RefuseOtherQueryParameters(params ReadOnlySpan<string> names)
    {
        foreach (var parameter in context.Request.Query)
        {
            if (!names.Contains(parameter.Key))
            {
                Failures.Add(InputPath.Root.Member(parameter.Key), "unknown", "is not a query parameter that the contract knows");
            }
        }
    }

    public InputValue Path(string name) => new(Failures, name, (string)context.GetRouteValue(name)!);

    public InputValue RequiredQuery(string name) => Required(name, context.Request.Query[name]);

    public InputValue? OptionalQuery(string name) => Optional(name, context.Request.Query[name]);

    public InputValue RequiredHeader(string name) => Required(name, context.Request.Headers[name]);

    public InputValue? OptionalHeader(string name) => Optional(name, context.Request.Headers[name]);

    /// <summary>The body, which must be JSON in UTF-8 (RFC 8259).</summary>
    /// <exception cref="BadHttpRequestException">The body is encoded or of another media type (415), or the server cannot read it (400, 408, 413).</exception>
    public async ValueTask<T> Body<T>(Func<InputValue, T> read)
    {
        if (context.Request.IsEncoded()
            || !MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || !type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (type.Charset.HasValue && !HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
        {
            throw new BadHttpRequestException("The body must be application/json, in UTF-8.", StatusCodes.Status415UnsupportedMediaType);
        }

        try
        {
            // The values that are read are copies: nothing refers to the document's pooled memory when it is gone.
            using var document = await context.ReadBodyAsync(static (body, cancellationToken) => JsonDocument.ParseAsync(body, cancellationToken: cancellationToken));
            var body = new InputValue(Failures, InputPath.Root, document.RootElement);
            var value = document.RootElement.ValueKind == JsonValueKind.Null ? body.FailNull<T>() : read(body);
            return Failures.IsUnreadable(InputPath.Root) ? default! : value;
        }
        catch (JsonException exception)
        {
            Failures.Add(InputPath.Root, "json", $"is not JSON, as line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1} shows");
            return default!;
        }
    }

    /// <summary>
    /// Holds what was read against the limits of the contract, or against the rules of the business that are registered
    /// for it and inherit them. Those see only what could be read whole, so they need not expect nulls.
    /// </summary>
    public void Check<T>(T value, ContractValidator<T>? limits = null)
    {
        if (value is null)
        {
            return;
        }

        var rules = Failures.AnyUnreadable ? limits : context.RequestServices.GetService<IValidator<T>>() ?? limits;
        foreach (var failure in rules?.Validate(value).Errors ?? [])
        {
            Failures.AddLimit(failure.PropertyName, failure.ErrorCode, failure.ErrorMessage);
        }
    }

    private InputValue Required(string name, StringValues values)
    {
        var value = Optional(name, values);
        if (value is null && values.Count == 0)
        {
            Failures.Add(InputPath.Root.Member(name), "required", "is missing");
        }

        return value ?? InputValue.Missing(Failures, InputPath.Root.Member(name));
    }

    private InputValue? Optional(string name, StringValues values)
    {
        if (values.Count > 1)
        {
            Failures.Add(InputPath.Root.Member(name), "unique", "must be given once");
        }

        return values.Count == 1 ? new InputValue(Failures, name, values[0] ?? "") : null;
    }
}
