namespace GoldenService.ServiceDefaults;

using System;
using System.IO;
using System.Security.Cryptography;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

/// <summary>What of the documentation is served.</summary>
public sealed class DocumentationOptions
{
    /// <summary>Whether /docs shows the contract in a browser.</summary>
    public bool Ui { get; set; }
}

/// <summary>The contract itself at /openapi.yaml, and Swagger UI over it at /docs, to which / leads.</summary>
public static class Documentation
{
    public static void AddDocumentation(this IServiceCollection services) =>
        services.AddSettings<DocumentationOptions>("Documentation");

    /// <param name="app">The service.</param>
    /// <param name="contract">Opens the contract.</param>
    public static void MapDocumentation(this WebApplication app, Func<Stream> contract)
    {
        // Whoever may call the service may know its contract.
        var documentation = app.MapGroup("");
        documentation.MapMethods("/openapi.yaml", [HttpMethods.Get, HttpMethods.Head], Serve(contract));

        // The page is scripts on the service's own origin: only where somebody wants it.
        if (app.Services.GetRequiredService<IOptions<DocumentationOptions>>().Value.Ui)
        {
            documentation.MapMethods("/", [HttpMethods.Get], context =>
            {
                context.Response.Redirect("docs/index.html");
                return Task.CompletedTask;
            });
            documentation.MapSwaggerUI("docs", ui => ui.SwaggerEndpoint("../openapi.yaml", app.Environment.ApplicationName));
#if (jwt)

            // A browser that opens a page has no token.
            documentation.AllowAnonymous();
#endif
        }
    }

    private static RequestDelegate Serve(Func<Stream> open)
    {
        using var contract = open();
        var bytes = new byte[contract.Length];
        contract.ReadExactly(bytes);
        var eTag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 8))}\"");

        return context =>
        {
            // It may be kept, but must be asked for again: a deployment may have changed it.
            context.Response.Headers.CacheControl = "no-cache";
            return TypedResults.Bytes(bytes, "application/yaml", entityTag: eTag).ExecuteAsync(context);
        };
    }
}
