namespace GoldenService.Client;

using System;
using System.Collections.Generic;

/// <summary>An answer that is no success.</summary>
public class ApiException(string message, int statusCode, IReadOnlyDictionary<string, string> headers, string? response, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>The HTTP status code.</summary>
    public int StatusCode { get; } = statusCode;

    /// <summary>The headers, by their names in any case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; } = headers;

    /// <summary>The body as it came.</summary>
    public string? Response { get; } = response;
}

/// <summary>An answer that tells in a problem document (RFC 9457) what is wrong.</summary>
public sealed class ApiException<TProblem>(string message, int statusCode, IReadOnlyDictionary<string, string> headers, string? response, TProblem result)
    : ApiException(message, statusCode, headers, response)
{
    /// <summary>The problem document.</summary>
    public TProblem Result { get; } = result;
}
