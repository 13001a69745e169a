namespace GoldenService.Api;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

/// <summary>Reports failures to Sentry, when its setting Sentry:Dsn is given.</summary>
internal static class ErrorTracking
{
    public static void AddErrorTracking(this WebApplicationBuilder builder) => builder.WebHost.UseSentry();
}
