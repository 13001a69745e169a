namespace GoldenService.Testing;

using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;

/// <summary>
/// What whoever runs the tests has set on their machine reaches no service that the tests start: settings in the environment, user secrets,
/// the time zone. (Cultures do not reach the tests either: InvariantGlobalization.)
/// </summary>
internal static class OwnEnvironment
{
    // The servers that the tests themselves use.
#if (rabbitmq)
    private static readonly string[] Kept = ["ConnectionStrings__Database", "RabbitMq__Uri"];
#else
    private static readonly string[] Kept = ["ConnectionStrings__Database"];
#endif

    private static readonly string[] Prefixes = ["ASPNETCORE_", "OTEL_", "SENTRY_"];

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "It must come before all else, and only tests have this library.")]
    internal static void Leave()
    {
        foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(IsSetting).Except(Kept).ToList())
        {
            Environment.SetEnvironmentVariable(name, null);
        }

        // Where .NET looks for user secrets first, on every system.
        Environment.SetEnvironmentVariable("APPDATA", Path.Combine(AppContext.BaseDirectory, "no-user-secrets"));
        Environment.SetEnvironmentVariable("TZ", "UTC");
        TimeZoneInfo.ClearCachedData();

        // Nothing watches the files of settings, of which a system has few.
        Environment.SetEnvironmentVariable("DOTNET_hostBuilder__reloadConfigOnChange", "false");
    }

    private static bool IsSetting(string name) =>
        name.Contains("__", StringComparison.Ordinal)
        || Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        || name.ToUpperInvariant() is "DOTNET_ENVIRONMENT" or "DOTNET_URLS" or "URLS" or "HTTP_PORTS" or "HTTPS_PORTS" or "ENVIRONMENT" or "APPLICATIONNAME" or "CONTENTROOT";
}
