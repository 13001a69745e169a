namespace ContractCompiler.Reading;

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

/// <summary>
/// Makes one document of a contract: what it refers to in other files becomes a component of its own, with a name made from the
/// reference. A reference that leads to nothing stays as it is.
/// </summary>
sealed partial class Bundle
{
    private const int MostHops = 100;

    // The objects that a reference can stand for, and where components of that kind are.
    private static readonly Dictionary<string, string> Sections = new()
    {
        ["Schema"] = "schemas",
        ["Response"] = "responses",
        ["Parameter"] = "parameters",
        ["Example"] = "examples",
        ["RequestBody"] = "requestBodies",
        ["Header"] = "headers",
        ["SecurityScheme"] = "securitySchemes",
        ["Link"] = "links",
        ["Callback"] = "callbacks",
    };

    private readonly Documents documents;
    private readonly Findings findings;
    private readonly Node root;
    private readonly Dictionary<(string Section, Node Target), string> names = [];
    private readonly Queue<(Node Node, string Kind, bool IsUsed)> added = [];
    private readonly HashSet<(Node Node, string Kind)> seen = [];
    private readonly HashSet<Node> complete = [];
    private readonly List<Position> misplaced = [];

    private Bundle(Documents documents, Findings findings, Node root) => (this.documents, this.findings, this.root) = (documents, findings, root);

    /// <summary>Changes the document in place.</summary>
    public static void Make(Documents documents, Findings findings, Node root)
    {
        var bundle = new Bundle(documents, findings, root);
        bundle.AdoptComponents();
        bundle.Visit(root, "OpenAPI", isUsed: true);
        while (bundle.added.TryDequeue(out var next))
        {
            bundle.Visit(next.Node, next.Kind, next.IsUsed);
        }

        bundle.ReportMisplaced();
        bundle.ReportCircle(root, []);
    }

    // A component that only refers to another file is what it refers to: its name goes before one made from a reference.
    private void AdoptComponents()
    {
        Replace(root, "components", value => Resolved(value, "Components", isUsed: true));
        foreach (var (kind, section) in Sections)
        {
            var isUsed = Keywords.Objects["Components"][section].Support != Support.Documentation;
            Replace(root["components"], section, value => Resolved(value, $"{{{kind}}}", isUsed));
            foreach (var (index, (name, _, value)) in (root["components"]?[section]?.Members ?? []).ToList().Index())
            {
                var target = value;
                if (IsReferenceOnly(value) && Target(value["$ref"]!, isUsed) is { } other && !IsOwn(other) && !names.ContainsKey((section, other)))
                {
                    root["components"]![section]!.Replace(index, target = other);
                }

                names.TryAdd((section, target), name);
            }
        }

        Replace(root, "paths", value => Resolved(value, "{PathItem}", isUsed: true));
        foreach (var (index, (path, _, item)) in (root["paths"]?.Members ?? []).ToList().Index())
        {
            if (ReferenceOf(item) is { } reference && Target(reference, isUsed: true) is { } target)
            {
                root["paths"]!.Replace(index, Resolved(item, "PathItem", isUsed: true));
                names.TryAdd(("paths", target), path);
            }
        }
    }

    private void Visit(Node node, string kind, bool isUsed)
    {
        if (!seen.Add((node, kind)))
        {
            return;
        }

        var item = kind is ['[', .. var name, ']'] ? name : kind == "any" && !isUsed ? kind : null;
        for (var index = 0; index < node.Items.Count && item is not null; index++)
        {
            node.Items[index] = Bundled(node.Items[index], item, isUsed);
        }

        for (var index = 0; index < node.Members.Count; index++)
        {
            var (key, _, value) = node.Members[index];
            if (KindOf(kind, key, isUsed) is { } member)
            {
                node.Replace(index, Bundled(value, member.Value, isUsed && member.Support != Support.Documentation));
            }
        }

        if (kind == "Schema" && node["discriminator"]?["mapping"] is { } mapping)
        {
            Map(mapping);
        }
    }

    // What a member of an object of some kind holds; null where nothing says it.
    private static Keyword? KindOf(string kind, string key, bool isUsed) =>
        Keywords.IsExtension(kind, key) || (kind == "any" && !isUsed) ? new(key, "any", Support.Documentation, "")
        : kind is ['{', .. var item, '}'] ? new(key, item, Support.Used, "")
        : Keywords.Objects.GetValueOrDefault(kind)?.GetValueOrDefault(key) is { } keyword ? keyword
        : kind == "Callback" ? new(key, "PathItem", Support.Documentation, "")
        : null;

    private Node Bundled(Node node, string kind, bool isUsed)
    {
        if (kind == "PathItem" && ReferenceOf(node) is { } item && !IsPlain(item) && Target(item, isUsed) is { } path && names.TryGetValue(("paths", path), out var name))
        {
            node.Set("$ref", Pointer("paths", name));
        }

        node = Resolved(node, kind, isUsed);
        if (Sections.TryGetValue(kind, out var section) && ReferenceOf(node) is { } reference && !IsPlain(reference) && Target(reference, isUsed) is { } target)
        {
            node.Set("$ref", Pointer(reference, target, section, kind, isUsed));
        }

        Visit(node, kind, isUsed);
        return node;
    }

    // What a reference stands for that cannot remain: one to a path in another file, and one where OpenAPI has none.
    private Node Resolved(Node node, string kind, bool isUsed)
    {
        if (ReferenceOf(node) is not { } reference || Sections.ContainsKey(kind) || (kind == "PathItem" && IsPlain(reference)))
        {
            return node;
        }

        // An example may have a member of that name: it is a reference if there is such a file.
        if (kind == "any" && (isUsed || !IsReferenceOnly(node) || (IsOwn(reference) && reference.Text.StartsWith('#')) || !Documents.HasFile(reference)))
        {
            return node;
        }

        if (Target(reference, isUsed) is not { } target || !Fits(target, kind) || ReferenceOf(target) is not null)
        {
            return node;
        }

        if (kind != "PathItem")
        {
            misplaced.Add(reference.At);
        }

        // What stands beside a reference is added to what it refers to; and components are added to their map.
        return target.Kind != NodeKind.Map || (IsReferenceOnly(node) && kind is not (['{', ..] or "Components"))
            ? target
            : Node.Map(node.At, target.Members.Where(member => !node.Has(member.Key)).Concat(node.Members.Where(member => member.Key != "$ref")).Select(member => (member.Key, member.Value)));
    }

    // Values of a mapping are names of components, or references.
    private void Map(Node mapping)
    {
        foreach (var (index, (_, _, value)) in mapping.Members.ToList().Index())
        {
            var named = Node.String(value.At, $"#/components/schemas/{value.Text}");
            var reference = documents.Resolve(named, out _) is null ? value : named;
            if (value.Kind == NodeKind.String && !IsPlain(reference) && documents.Resolve(reference, out _) is not null && Target(reference, isUsed: true) is { } target)
            {
                mapping.Replace(index, Pointer(reference, target, "schemas", "Schema", isUsed: true));
            }
        }
    }

    private Node Pointer(Node reference, Node target, string section, string kind, bool isUsed) =>
        IsOwn(target) && Documents.Split(reference.Text).Pointer is var pointer && ReferenceEquals(Documents.Find(root, pointer), target)
            ? Pointer([.. pointer])
            : Pointer("components", section, Component(reference, target, section, kind, isUsed));

    private Node Pointer(params IEnumerable<string> parts) =>
        Node.String(root.At, "#" + string.Concat(parts.Select(part => $"/{part.Replace("%", "%25", StringComparison.Ordinal).Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}")));

    private string Component(Node reference, Node target, string section, string kind, bool isUsed)
    {
        if (names.TryGetValue((section, target), out var name))
        {
            return name;
        }

        var components = Member(Member(root, "components"), section);
        var wanted = NameOf(reference);
        name = wanted;
        for (var number = 2; components.Members.Exists(member => member.Key.Equals(name, StringComparison.OrdinalIgnoreCase)); number++)
        {
            name = $"{wanted}{(char.IsAsciiDigit(wanted[^1]) ? "-" : "")}{number}";
        }

        components.Set(name, target);
        names.Add((section, target), name);
        added.Enqueue((target, kind, isUsed));
        return name;
    }

    // The last part of the reference, or the file's name. A number, or a list of alternatives, has the part before it in front.
    private static string NameOf(Node reference)
    {
        var (file, pointer) = Documents.Split(reference.Text);
        List<string> parts = [Path.GetFileNameWithoutExtension(file.Length > 0 ? Uri.UnescapeDataString(file) : reference.At.File), .. pointer];
        var last = Math.Max(0, parts.FindLastIndex(part => part is not ("allOf" or "oneOf" or "anyOf") && !part.All(char.IsAsciiDigit)));
        return NoName().Replace(string.Join('-', parts[last..]), "_");
    }

    // Where a chain of references ends: at a value, or at a component.
    private Node? Target(Node reference, bool isUsed)
    {
        try
        {
            var target = documents.Resolve(reference, out var problem);
            if (target is null && !isUsed)
            {
                findings.Warning(reference.At, "references", problem!);
            }

            for (var hops = 0; hops < MostHops && target is not null && !IsOwn(target) && IsReferenceOnly(target) && documents.Resolve(target["$ref"]!, out _) is { } next; hops++)
            {
                target = next;
            }

            return target;
        }
        catch (UnreadableException exception) when (!isUsed)
        {
            findings.Warning(exception.At, "references", $"this file, to which the contract refers, {exception.Message}");
            return null;
        }
    }

    // Whether any reader of the document finds what a reference in it refers to.
    private bool IsPlain(Node reference) =>
        reference.At.File == root.At.File && reference.Text.StartsWith('#') && Documents.Find(root, Documents.Split(reference.Text).Pointer) is not null;

    private bool IsOwn(Node node) => node.At.File == root.At.File;

    private static Node? ReferenceOf(Node node) => node["$ref"] is { Kind: NodeKind.String } reference ? reference : null;

    private static bool IsReferenceOnly(Node node) => ReferenceOf(node) is not null && node.Members.Count == 1;

    private static bool Fits(Node target, string kind) => kind switch
    {
        "any" => true,
        "text" or "number" or "boolean" => target.IsScalar,
        "names" or "list" or ['[', ..] => target.Kind == NodeKind.List,
        _ => target.Kind == NodeKind.Map,
    };

    private void ReportMisplaced()
    {
        if (misplaced.Count > 0)
        {
            var first = misplaced.OrderBy(at => at.File, StringComparer.Ordinal).ThenBy(at => at.Line).First();
            var others = misplaced.Distinct().Count() - 1;
            findings.Warning(first, "references", $"OpenAPI has no reference here{(others == 0 ? "" : $" and at {others} other place{(others == 1 ? "" : "s")}")}: what it refers to is taken, and other tools may reject the contract");
        }
    }

    // It would have no end when it is written.
    private bool ReportCircle(Node node, HashSet<Node> around)
    {
        if (node.IsScalar || !complete.Add(node))
        {
            return false;
        }

        around.Add(node);
        foreach (var part in node.Items.Concat(node.Members.Select(member => member.Value)))
        {
            if (around.Contains(part))
            {
                findings.Error(part.At, "references", "this value contains itself, through a reference where OpenAPI has none or through an alias of YAML: write it in full");
                return true;
            }

            if (ReportCircle(part, around))
            {
                return true;
            }
        }

        around.Remove(node);
        return false;
    }

    private static void Replace(Node? map, string key, Func<Node, Node> replacement)
    {
        if (map?.Members.FindIndex(member => member.Key == key) is { } index and >= 0)
        {
            map.Replace(index, replacement(map.Members[index].Value));
        }
    }

    private static Node Member(Node map, string key)
    {
        if (map[key] is not { Kind: NodeKind.Map })
        {
            map.Set(key, Node.Map(map.At));
        }

        return map[key]!;
    }

    // Names of components have letters, digits and these signs (OpenAPI, Components Object).
    [GeneratedRegex("[^A-Za-z0-9._-]+", RegexOptions.NonBacktracking)]
    private static partial Regex NoName();
}
