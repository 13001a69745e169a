namespace GoldenService.Gateway;

using System.IO;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Model;

/// <summary>Holds a request to its contract before a service has any work with it. The service gets the bytes that were read, and checks them again.</summary>
internal sealed class RequestCheck(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var operation = Operations.ByRoute[context.GetReverseProxyFeature().Route.Config.RouteId];
        if (operation.Check is not { } check)
        {
            await next(context);
            return;
        }

        var body = Stream.Null;
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
        {
            // A large one was read when it had its turn. Kestrel holds all of them to Limits:MaxBodyBytes.
            body = context.Request.Body is MemoryStream read ? read : await context.ReadBodyAsync(static async (sent, cancellationToken) =>
            {
                var copy = new MemoryStream();
                await sent.CopyToAsync(copy, cancellationToken);
                copy.Position = 0;
                return copy;
            });
            context.Request.Body = body;
        }

        if (await check(context))
        {
            (context.Request.Body, body.Position) = (body, 0);
            await next(context);
        }
    }
}
