namespace GoldenService.ServiceDefaults;

using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Primitives;

/// <summary>
/// Tells browsers to make nothing of an answer but what it is (OWASP REST Security Cheat Sheet). There is no
/// X-Frame-Options: frame-ancestors says the same to every browser in use. Nor is there CORS: pages of other origins
/// may not read answers.
/// </summary>
public static class SecurityHeaders
{
    private const string ApiPolicy = "default-src 'none'; frame-ancestors 'none'";

    // Swagger UI has its scripts on this origin; it writes styles into the page, and pictures into the styles.
    private const string DocumentationPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void UseSecurityHeaders(this WebApplication app)
    {
        // A browser that has seen it once refuses plain HTTP for a year: no gift for a developer's localhost.
        var strictTransport = !app.Environment.IsDevelopment();

        app.Use((context, next) =>
        {
            // At the last moment: an error clears the headers that were set before it.
            context.Response.OnStarting(() =>
            {
                Add(context, strictTransport);
                return Task.CompletedTask;
            });
            return next(context);
        });
    }

    private static void Add(HttpContext context, bool strictTransport)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.ContentSecurityPolicy = context.Request.Path.StartsWithSegments("/docs") ? DocumentationPolicy : ApiPolicy;
        if (StringValues.IsNullOrEmpty(headers.CacheControl))
        {
            headers.CacheControl = "no-store";
        }

        if (strictTransport && context.Request.IsHttps)
        {
            headers.StrictTransportSecurity = "max-age=31536000";
        }
    }
}
