namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using global::GoldenService.ServiceDefaults;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using YamlDotNet.RepresentationModel;

/// <summary>The files of the folder deploy, and what they are held against.</summary>
public static class DeployFiles
{
    // What has names of its own behind these words, and what the framework reads.
    private static readonly string[] Open = ["Authentication:Schemes:", "ConnectionStrings:Database", .. TestedService.Current.OpenSettings];
    private static readonly string[] Framework = ["ASPNETCORE_ENVIRONMENT", "DOTNET_EnableDiagnostics"];

    public static string Root { get; } = Path.Combine(Repository.Root, "deploy");

#if (sentry)
    /// <summary>How long the service takes, after its last request, to send telemetry and then failures when nobody takes them.</summary>
    public static double FlushSeconds => 2 * Telemetry.FlushTimeout.TotalSeconds;
#else
    /// <summary>How long the service takes, after its last request, to send telemetry when nobody takes it.</summary>
    public static double FlushSeconds => Telemetry.FlushTimeout.TotalSeconds;
#endif

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>What the image of the tested service is built by.</summary>
    public static string Dockerfile() => File.ReadAllText(Path.Combine(Repository.Root, "src", TestedService.Current.Assembly.GetName().Name!, "Dockerfile"));

    public static List<YamlNode> Yaml(string path) => YamlNodes.Parse(Read(path));

    /// <summary>Variables of the environment, or names of mounted files, that the service would pass over.</summary>
    public static IEnumerable<string> Unknown(Service service, IEnumerable<string> names)
    {
        var settings = service.Services.GetRequiredService<IConfiguration>();
        return names.Where(name => !name.StartsWith("OTEL_", StringComparison.Ordinal) && !Framework.Contains(name) && !IsKnown(settings, name.Replace("__", ":", StringComparison.Ordinal)));
    }

    // appsettings.json has all others.
    private static bool IsKnown(IConfiguration settings, string name) =>
        Open.Any(open => name.StartsWith(open, StringComparison.Ordinal))
        || settings.GetSection(name.Split(':')[0]).GetChildren().Any(setting => $"{name}:".StartsWith($"{setting.Path}:", StringComparison.Ordinal));
}
