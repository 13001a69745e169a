namespace GoldenService.Testing;

using System.Collections.Generic;
using System.IO;
using System.Linq;
using YamlDotNet.RepresentationModel;

/// <summary>Reads YAML. What is not there is empty.</summary>
public static class YamlNodes
{
    /// <summary>The documents of a text.</summary>
    public static List<YamlNode> Parse(string text)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        return [.. yaml.Documents.Select(document => document.RootNode)];
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
}
