namespace ContractCompiler.Reading;

using System;
using System.Collections.Generic;
using System.Linq;

enum NodeKind
{
    Map,
    List,
    String,
    Number,
    Boolean,
    Null,
}

/// <summary>Where something stands, counted from 1.</summary>
readonly record struct Position(string File, int Line, int Column);

/// <summary>A member of a map, with the position of its name.</summary>
readonly record struct NodeMember(string Key, Position At, Node Value);

/// <summary>A value of a document, JSON or YAML, that knows where it stands. A value that is referred to twice is one node.</summary>
sealed class Node(NodeKind kind, string text, Position at)
{
    private Dictionary<string, Node>? index;

    public NodeKind Kind { get; } = kind;

    /// <summary>Of a plain value: its text, booleans as true and false.</summary>
    public string Text { get; } = text;

    public Position At { get; } = at;

    public List<NodeMember> Members { get; } = [];

    public List<Node> Items { get; } = [];

    public bool IsScalar => Kind is not (NodeKind.Map or NodeKind.List);

    /// <summary>The member of that name; of several, the first.</summary>
    public Node? this[string key] => Members.Count == 0 ? null : (index ??= Index()).GetValueOrDefault(key);

    public static Node Map(Position at, params IEnumerable<(string Key, Node Value)> members)
    {
        var map = new Node(NodeKind.Map, "", at);
        map.Members.AddRange(members.Select(member => new NodeMember(member.Key, member.Value.At, member.Value)));
        return map;
    }

    public static Node List(Position at, params IEnumerable<Node> items)
    {
        var list = new Node(NodeKind.List, "", at);
        list.Items.AddRange(items);
        return list;
    }

    public static Node String(Position at, string text) => new(NodeKind.String, text, at);

    public static Node Boolean(Position at, bool value) => new(NodeKind.Boolean, value ? "true" : "false", at);

    /// <summary>Adds a member, or replaces the one of that name.</summary>
    public void Set(string key, Node value)
    {
        var member = new NodeMember(key, value.At, value);
        var present = Members.FindIndex(candidate => candidate.Key == key);
        if (present < 0)
        {
            Members.Add(member);
        }
        else
        {
            Members[present] = member;
        }

        index = null;
    }

    /// <summary>Puts another value in the place of a member's.</summary>
    public void Replace(int place, Node value)
    {
        Members[place] = Members[place] with { Value = value };
        index = null;
    }

    public bool Has(string key) => this[key] is not null;

    public bool IsTrue(string key) => this[key] is { Kind: NodeKind.Boolean, Text: "true" };

    /// <summary>The text of a plain member; null where there is none, or null.</summary>
    public string? TextOf(string key) => this[key] is { IsScalar: true, Kind: not NodeKind.Null } value ? value.Text : null;

    /// <summary>Members that are not x-….</summary>
    public IEnumerable<NodeMember> OwnMembers => Members.Where(member => !member.Key.StartsWith("x-", StringComparison.Ordinal));

    private Dictionary<string, Node> Index()
    {
        var members = new Dictionary<string, Node>(StringComparer.Ordinal);
        foreach (var member in Members)
        {
            members.TryAdd(member.Key, member.Value);
        }

        return members;
    }
}
