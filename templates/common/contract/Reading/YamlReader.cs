namespace ContractCompiler.Reading;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Numerics;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

/// <summary>Reads YAML 1.2 (core schema, with merge keys) into nodes.</summary>
sealed partial class YamlReader
{
    // An alias may stand for much; what it stands for is one node, but a bomb of merges would be copied.
    private const int MostMerged = 100_000;
    private const int MostDepth = 512;

    private readonly string file;
    private readonly Parser parser;
    private readonly Dictionary<string, Node> anchors = [];
    private int merged;
    private int depth;

    private YamlReader(string text, string file)
    {
        this.file = file;

        // YamlDotNet 18.1 takes a line of spaces in a block scalar for its end; an empty line says the same.
        parser = new Parser(new Scanner(new StringReader(BlankLine().Replace(text, "")), skipComments: true));
    }

    /// <exception cref="UnreadableException">It is not YAML, or has more than one document.</exception>
    public static Node Read(string text, string file)
    {
        try
        {
            return new YamlReader(text, file).Document();
        }
        catch (YamlException exception)
        {
            throw new UnreadableException(new(file, (int)exception.Start.Line, (int)exception.Start.Column), $"is not YAML here: {exception.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>Whether a plain scalar of this text is a string to every reader, those of YAML 1.1 too.</summary>
    public static bool IsText(string text) => KindOf(text) == NodeKind.String && !Old().IsMatch(text);

    private Node Document()
    {
        parser.Consume<StreamStart>();
        if (parser.Accept<StreamEnd>(out _))
        {
            throw new UnreadableException(new(file, 1, 1), "is empty");
        }

        parser.Consume<DocumentStart>();
        var root = Value();
        parser.Consume<DocumentEnd>();
        return parser.Accept<DocumentStart>(out var second)
            ? throw new UnreadableException(At(second), "has a second document, which begins here: put it into a file of its own")
            : root;
    }

    private Node Value()
    {
        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            return anchors.TryGetValue(alias.Value.Value, out var anchored)
                ? anchored
                : throw new UnreadableException(At(alias), $"refers to the anchor '{alias.Value.Value}', which no value before it has");
        }

        var start = parser.Current as NodeEvent ?? throw new UnreadableException(new(file, 1, 1), "has no value here");
        var node = parser.Current switch
        {
            Scalar => Plain(parser.Consume<Scalar>()),
            SequenceStart => new Node(NodeKind.List, "", At(parser.Consume<SequenceStart>())),
            _ => new Node(NodeKind.Map, "", At(parser.Consume<MappingStart>())),
        };
        if (!start.Anchor.IsEmpty)
        {
            anchors[start.Anchor.Value] = node;
        }

        if (++depth > MostDepth)
        {
            throw new UnreadableException(node.At, $"has more than {MostDepth} values inside one another here");
        }

        if (node.Kind == NodeKind.List)
        {
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                node.Items.Add(Value());
            }
        }
        else if (node.Kind == NodeKind.Map)
        {
            Members(node);
        }

        depth--;
        return node;
    }

    private void Members(Node map)
    {
        var merges = new List<(int Place, Node Merged)>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (!parser.TryConsume<Scalar>(out var key))
            {
                throw new UnreadableException(At(parser.Current!), "has a name that is no text");
            }

            var value = Value();
            if (key.Value == "<<" && key.Style == ScalarStyle.Plain)
            {
                if ((value.Kind == NodeKind.List ? value.Items : [value]).Find(merge => merge.Kind != NodeKind.Map) is { } other)
                {
                    throw new UnreadableException(other.At, "is merged here, and is no map: only maps can be merged");
                }

                merges.AddRange((value.Kind == NodeKind.List ? value.Items : [value]).Select(merge => (map.Members.Count, merge)));
            }
            else
            {
                map.Members.Add(new(key.Value, At(key), value));
            }
        }

        // The map's own members count, wherever they stand.
        foreach (var (place, merge) in merges.AsEnumerable().Reverse())
        {
            var own = map.Members.Select(member => member.Key).ToHashSet();
            var members = merge.Members.Where(member => !own.Contains(member.Key)).ToList();
            merged += members.Count;
            if (merged > MostMerged)
            {
                throw new UnreadableException(map.At, "merges more than 100,000 members");
            }

            map.Members.InsertRange(place, members);
        }
    }

    private Node Plain(Scalar scalar)
    {
        var (text, at) = (scalar.Value, At(scalar));
        if (scalar.Style != ScalarStyle.Plain || scalar.Tag == "tag:yaml.org,2002:str" || scalar.Tag == "!")
        {
            return Node.String(at, text);
        }

        return KindOf(text) switch
        {
            NodeKind.Null => new(NodeKind.Null, "", at),
            NodeKind.Boolean => Node.Boolean(at, text[0] is 't' or 'T'),
            NodeKind.Number when text is ['0', 'x' or 'o', ..] => new(NodeKind.Number, Whole(text[2..], text[1] == 'x' ? 16 : 8), at),
            var kind => new(kind, text, at),
        };
    }

    // JSON has neither hexadecimal nor octal numbers.
    private static string Whole(string digits, int radix) =>
        digits.Aggregate(BigInteger.Zero, (number, digit) => (number * radix) + Convert.ToInt32(digit.ToString(), 16)).ToString(CultureInfo.InvariantCulture);

    private static NodeKind KindOf(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => NodeKind.Null,
        "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => NodeKind.Boolean,
        _ => Number().IsMatch(text) ? NodeKind.Number : NodeKind.String,
    };

    private Position At(ParsingEvent parsed) => new(file, (int)parsed.Start.Line, (int)parsed.Start.Column);

    [GeneratedRegex(@"^[ \t]+(?=\r?$)", RegexOptions.Multiline)]
    private static partial Regex BlankLine();

    [GeneratedRegex(@"^([-+.]?[0-9].*|[=<].*|y|n|yes|no|on|off)$", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Old();

    [GeneratedRegex(@"^[-+]?((\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0x[0-9a-fA-F]+|0o[0-7]+)$", RegexOptions.NonBacktracking)]
    private static partial Regex Number();
}
