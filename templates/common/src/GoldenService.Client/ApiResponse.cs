namespace GoldenService.Client;

using System.Collections.Generic;

/// <summary>A success, with its status and headers.</summary>
public class ApiResponse(int statusCode, IReadOnlyDictionary<string, string> headers)
{
    /// <summary>The HTTP status code.</summary>
    public int StatusCode { get; } = statusCode;

    /// <summary>The headers, by their names in any case; several values of one are joined by commas (RFC 9110, section 5.3).</summary>
    public IReadOnlyDictionary<string, string> Headers { get; } = headers;
}

/// <summary>A success, with its status, headers and body.</summary>
public sealed class ApiResponse<TResult>(int statusCode, IReadOnlyDictionary<string, string> headers, TResult result)
    : ApiResponse(statusCode, headers)
{
    /// <summary>The body.</summary>
    public TResult Result { get; } = result;
}
