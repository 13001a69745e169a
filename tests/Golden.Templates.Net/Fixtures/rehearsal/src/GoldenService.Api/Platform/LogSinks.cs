namespace GoldenService.Api;

using Microsoft.AspNetCore.Builder;
#if (full)
using Serilog;
#else
using Microsoft.Extensions.Logging;
#endif

/// <summary>Where the lines of the log go.</summary>
internal static class LogSinks
{
#if (full)
    public static void AddLogSinks(this WebApplicationBuilder builder) => builder.Host.UseSerilog((_, log) => log.WriteTo.Console());
#else
    public static void AddLogSinks(this WebApplicationBuilder builder) => builder.Logging.AddEventSourceLogger();
#endif
}
