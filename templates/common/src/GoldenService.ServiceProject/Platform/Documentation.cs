namespace GoldenService;

using System;
using System.IO;
using System.Security.Cryptography;
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

/// <summary>The contract itself at /openapi.yaml, and Swagger UI over it at /docs.</summary>
internal static class Documentation
{
    public static void AddDocumentation(this IServiceCollection services) =>
        services.AddSettings<DocumentationOptions>("Documentation");

    public static void MapDocumentation(this WebApplication app)
    {
        // Whoever may call the service may know its contract.
        var documentation = app.MapGroup("");
        documentation.MapMethods("/openapi.yaml", [HttpMethods.Get, HttpMethods.Head], ServeContract());

        // The page is scripts on the service's own origin: only where somebody wants it.
        if (app.Services.GetRequiredService<IOptions<DocumentationOptions>>().Value.Ui)
        {
            documentation.MapSwaggerUI("docs", ui => ui.SwaggerEndpoint("../openapi.yaml", app.Environment.ApplicationName));
#if (jwt)

            // A browser that opens a page has no token.
            documentation.AllowAnonymous();
#endif
        }
    }

    private static RequestDelegate ServeContract()
    {
        using var resource = typeof(Documentation).Assembly.GetManifestResourceStream("openapi.yaml")!;
        var contract = new byte[resource.Length];
        resource.ReadExactly(contract);
        var eTag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(contract).AsSpan(0, 8))}\"");

        return context =>
        {
            // It may be kept, but must be asked for again: a deployment may have changed it.
            context.Response.Headers.CacheControl = "no-cache";
            return TypedResults.Bytes(contract, "application/yaml", entityTag: eTag).ExecuteAsync(context);
        };
    }
}
