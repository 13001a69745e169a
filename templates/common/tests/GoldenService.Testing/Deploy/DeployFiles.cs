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

    public static List<YamlNode> Yaml(string path) => Parse(Read(path));

    /// <summary>The documents of a text.</summary>
    public static List<YamlNode> Parse(string text)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        return [.. yaml.Documents.Select(document => document.RootNode)];
    }

    /// <summary>Variables of the environment, or names of mounted files, that the service would pass over.</summary>
    public static IEnumerable<string> Unknown(Service service, IEnumerable<string> names)
    {
        var settings = service.Services.GetRequiredService<IConfiguration>();
        return names.Where(name => !name.StartsWith("OTEL_", StringComparison.Ordinal) && !Framework.Contains(name) && !IsKnown(settings, name.Replace("__", ":", StringComparison.Ordinal)));
    }

    /// <summary>The scalar at a path of keys; an empty text where there is none.</summary>
    public static string Text(this YamlNode? node, params string[] keys) => (node.At(keys) as YamlScalarNode)?.Value ?? "";

    public static YamlNode? At(this YamlNode? node, params string[] keys) =>
        keys.Aggregate(node, (place, key) => place is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null);

    public static IEnumerable<(string Key, YamlNode Value)> Members(this YamlNode? node) =>
        node is YamlMappingNode mapping ? mapping.Children.Select(child => (((YamlScalarNode)child.Key).Value!, child.Value)) : [];

    public static IEnumerable<YamlNode> Items(this YamlNode? node) => node is YamlSequenceNode sequence ? sequence.Children : [];

    /// <summary>The scalars of a list, or those at a path of keys in each of its items.</summary>
    public static IEnumerable<string> Texts(this YamlNode? node, params string[] keys) => node.Items().Select(item => item.Text(keys));

    // appsettings.json has all others.
    private static bool IsKnown(IConfiguration settings, string name) =>
        Open.Any(open => name.StartsWith(open, StringComparison.Ordinal))
        || settings.GetSection(name.Split(':')[0]).GetChildren().Any(setting => $"{name}:".StartsWith($"{setting.Path}:", StringComparison.Ordinal));
}
