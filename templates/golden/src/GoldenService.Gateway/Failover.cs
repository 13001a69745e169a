namespace GoldenService.Gateway;

using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

/// <summary>
/// Sends a request that reached no instance to another one. What may have reached one is sent once: it may have been done. A service without an
/// instance that responds is 503, and the others go on.
/// </summary>
internal sealed class Failover(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var proxy = context.GetReverseProxyFeature();
        var untried = proxy.AvailableDestinations.ToList();
        while (true)
        {
            await next(context);
            if (context.Response.HasStarted || context.GetForwarderErrorFeature() is not { } failure)
            {
                return;
            }

            // The load balancer leaves only what it chose.
            untried.RemoveAll(destination => destination == proxy.ProxiedDestination);
            if (!WasNeverSent(failure) || untried is [])
            {
                await RefuseAsync(context, failure.Error);
                return;
            }

            proxy.AvailableDestinations = [.. untried];
            proxy.ProxiedDestination = null;
            context.Features.Set<IForwarderErrorFeature>(null);
            context.Response.StatusCode = StatusCodes.Status200OK; // YARP takes another one for a response.
            if (context.Request.Body.CanSeek)
            {
                context.Request.Body.Position = 0;
            }
        }
    }

    private static bool WasNeverSent(IForwarderErrorFeature failure) =>
        failure is { Error: ForwarderError.Request, Exception: HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } };

    private static Task RefuseAsync(HttpContext context, ForwarderError error)
    {
        switch (error)
        {
            case ForwarderError.RequestTimedOut:
                return Problems.WriteAsync(context, StatusCodes.Status504GatewayTimeout, "The service took too long.");
            case ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.RequestBodyClient:
                return Task.CompletedTask; // The caller gave up, or its body could not be read; YARP has set the status.
            default:
                context.Response.Headers.RetryAfter = "5";
                return Problems.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "The service cannot be reached at the moment; try again later.");
        }
    }
}
