namespace GoldenService.ServiceDefaults;

using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
#if (webapi)
using Microsoft.AspNetCore.Builder;
#endif
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
#if (webapi)
using Microsoft.AspNetCore.Http.Features;
#endif

/// <summary>Reads bodies of requests. A body that cannot be read is the caller's error, however the server reports it.</summary>
public static class RequestBody
{
#if (webapi)
    private const int LargeBytes = 32 * 1024;

    /// <summary>
    /// Lets requests with large bodies take turns, at most half as many at once as there are processors. Reading and checking a large
    /// body keeps a thread busy, and all other requests, health probes too, would wait behind a burst of them.
    /// </summary>
    public static void UseTurnsForLargeBodies(this IApplicationBuilder app)
    {
        var turns = new SemaphoreSlim(Math.Max(1, Environment.ProcessorCount / 2));
        app.Use(async (context, next) =>
        {
            if (context.GetEndpoint() is null || context.Request.ContentLength < LargeBytes || context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true })
            {
                await next(context);
                return;
            }

            // Before its turn, so that a slow sender keeps nobody from theirs.
            context.Request.Body = await context.ReadBodyAsync(CopyAsync);

            // Until the request first waits for something else.
            await turns.WaitAsync(context.RequestAborted);
            Task rest;
            try
            {
                rest = next(context);
            }
            finally
            {
                turns.Release();
            }

            await rest;
        });
    }

#endif
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

#if (webapi)
    private static async Task<MemoryStream> CopyAsync(Stream body, CancellationToken cancellationToken)
    {
        var copy = new MemoryStream();
        await body.CopyToAsync(copy, cancellationToken);
        copy.Position = 0;
        return copy;
    }

#endif
    /// <summary>Whether the body has an encoding (RFC 9110, section 8.4), none of which the service decodes.</summary>
    internal static bool IsEncoded(this HttpRequest request) =>
        request.Headers.GetCommaSeparatedValues("Content-Encoding").Any(encoding => !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase));
}
