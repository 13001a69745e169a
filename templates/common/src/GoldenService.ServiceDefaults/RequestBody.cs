namespace GoldenService.ServiceDefaults;

using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

/// <summary>Reads bodies of requests. A body that cannot be read is the caller's error, however the server reports it.</summary>
public static class RequestBody
{
    /// <param name="context">The request.</param>
    /// <param name="read">Reads the body and does nothing else: any other failure of input or output would be taken for the caller's.</param>
    /// <exception cref="BadHttpRequestException">The body is malformed or incomplete (400), too slow (408) or too large (413).</exception>
    public static async Task<T> ReadBodyAsync<T>(this HttpContext context, Func<Stream, CancellationToken, Task<T>> read)
    {
        try
        {
            return await read(context.Request.Body, context.RequestAborted);
        }
        catch (Exception exception) when (exception is (IOException and not BadHttpRequestException) or ConnectionAbortedException or InvalidOperationException)
        {
            if (exception is ConnectionResetException or ConnectionAbortedException)
            {
                // RequestAborted follows, and nobody is left to respond to.
                await Task.Delay(TimeSpan.FromSeconds(1), context.RequestAborted);
            }

            // Kestrel has no status for a chunk size that overflows (IOException) or a trailer that is no text (InvalidOperationException).
            throw new BadHttpRequestException("The body cannot be read.", exception);
        }
    }

    /// <summary>Whether the body has an encoding (RFC 9110, section 8.4), none of which the service decodes.</summary>
    internal static bool IsEncoded(this HttpRequest request) =>
        request.Headers.GetCommaSeparatedValues("Content-Encoding").Any(encoding => !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase));
}
