namespace GoldenService.Api;

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

/// <summary>Problem documents (RFC 9457) for every error, each with the W3C trace id under which the logs have it.</summary>
public static class Problems
{
    /// <summary>Makes every error that the framework finds a problem document too.</summary>
    public static IServiceCollection AddProblems(this IServiceCollection services) => services
        .AddProblemDetails();

    /// <summary>Turns what later middleware throws, and bare statuses, into problem documents.</summary>
    public static IApplicationBuilder UseProblems(this IApplicationBuilder app) => app
        .UseExceptionHandler()
        .UseStatusCodePages();

    internal static ValueTask WriteAsync(HttpContext context, int statusCode, string? detail, IDictionary<string, string[]>? errors = null)
    {
        context.Response.StatusCode = statusCode;
        var problem = errors is null ? new ProblemDetails() : new HttpValidationProblemDetails(errors);
        problem.Detail = detail;
        return context.RequestServices.GetRequiredService<IProblemDetailsService>().WriteAsync(new() { HttpContext = context, ProblemDetails = problem });
    }
}
