namespace ContractCompiler.Reading;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;

/// <summary>The files of a contract: the one that the build names, and those that it refers to.</summary>
sealed class Documents
{
    /// <summary>How a problem ends that is the same for all references to a file.</summary>
    public const string NoSuchFile = "and there is no such file";

    // A chain of references to references ends, or goes in a circle.
    private const int MostHops = 100;

    private readonly Dictionary<string, Node> files = [];

    /// <summary>The files that were read, by their full paths.</summary>
    public IReadOnlyCollection<string> Files => files.Keys;

    /// <exception cref="UnreadableException">The file is neither JSON nor YAML, and no plain text.</exception>
    public Node Load(string path)
    {
        path = Path.GetFullPath(path);
        if (files.TryGetValue(path, out var node))
        {
            return node;
        }

        string text;
        try
        {
            text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path)).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            throw new UnreadableException(new(path, 1, 1), "is not UTF-8");
        }

        // A description or an example in code may have a file of its own.
        if (files.Count > 0 && Path.GetExtension(path).ToLowerInvariant() is not (".yaml" or ".yml" or ".json" or ".jsonld" or ".schema" or ""))
        {
            return files[path] = Node.String(new(path, 1, 1), text);
        }

        // YAML holds JSON, but not all that people write as JSON (tabs), and its reader is slower.
        return files[path] = text.AsSpan().TrimStart() is ['{', ..] && !path.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) && !path.EndsWith(".yml", StringComparison.OrdinalIgnoreCase)
            ? JsonReader.Read(text, path)
            : YamlReader.Read(text, path);
    }

    /// <summary>What a reference (RFC 3986, RFC 6901) refers to.</summary>
    /// <param name="reference">The node of the $ref.</param>
    /// <param name="problem">Where null is returned: why.</param>
    public Node? Resolve(Node reference, out string? problem) => Resolve(reference.Text, reference.At, 0, out problem);

    public Node? Resolve(string reference, Position from, out string? problem) => Resolve(reference, from, 0, out problem);

    /// <summary>Whether there is the file that a reference names.</summary>
    public static bool HasFile(Node reference) =>
        Split(reference.Text).File is var file && !file.Contains("://", StringComparison.Ordinal) && File.Exists(PathOf(file, reference.At));

    /// <summary>What a chain of references ends at; the node itself where it is none.</summary>
    public Node Target(Node node) => Target(node, out _);

    /// <inheritdoc cref="Target(Node)"/>
    /// <param name="node">A value, or a reference to one.</param>
    /// <param name="name">What the last reference calls it; null without one.</param>
    public Node Target(Node node, out string? name)
    {
        name = null;
        for (var hops = 0; hops < MostHops && node["$ref"] is { } reference && Resolve(reference, out _) is { } target; hops++)
        {
            (node, name) = (target, reference.Text.Split('/')[^1]);
        }

        return node;
    }

    /// <summary>The file of a reference, empty where it is the same, and the names that lead to a value in it.</summary>
    public static (string File, IReadOnlyList<string> Pointer) Split(string reference)
    {
        var hash = reference.IndexOf('#', StringComparison.Ordinal);
        return hash < 0 ? (reference, []) : (reference[..hash], [.. reference[(hash + 1)..].Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Part)]);
    }

    /// <summary>What a pointer (RFC 6901) leads to without any reference on the way; null where it leads to nothing.</summary>
    public static Node? Find(Node root, IEnumerable<string> pointer) => pointer.Aggregate((Node?)root, (node, part) => node is null ? null : Step(node, part));

    private static string PathOf(string file, Position from) =>
        file.Length == 0 ? from.File : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(from.File)!, Uri.UnescapeDataString(file)));

    private static string Part(string raw) => Uri.UnescapeDataString(raw).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    private static Node? Step(Node node, string part) => node.Kind != NodeKind.List ? node[part]
        : int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < node.Items.Count ? node.Items[number]
        : null;

    private Node? Resolve(string reference, Position from, int hops, out string? problem)
    {
        problem = null;
        var (file, pointer) = Split(reference);
        if (file.Contains("://", StringComparison.Ordinal))
        {
            problem = $"refers to '{reference}' on the web: keep a copy beside the contract and refer to that";
            return null;
        }

        var path = PathOf(file, from);
        if (!files.ContainsKey(path) && !File.Exists(path))
        {
            problem = $"refers to '{Path.GetRelativePath(Path.GetDirectoryName(files.First().Value.At.File)!, path).Replace('\\', '/')}', {NoSuchFile}";
            return null;
        }

        var node = Load(path);
        foreach (var part in pointer)
        {
            while (node["$ref"] is { Kind: NodeKind.String } inner && !node.Has(part))
            {
                if (hops++ > MostHops || Resolve(inner.Text, inner.At, hops, out problem) is not { } next)
                {
                    problem ??= $"refers to '{reference}', which leads in a circle";
                    return null;
                }

                node = next;
            }

            if (Step(node, part) is not { } step)
            {
                problem = $"refers to '{reference}', which the contract does not have (there is no '{part}')";
                return null;
            }

            node = step;
        }

        return node;
    }
}
