namespace ContractCompiler.Reading;

using System;
using System.Globalization;
using System.IO;
using System.Linq;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

/// <summary>Writes nodes as YAML, so that reading it gives the same nodes.</summary>
static class YamlWriter
{
    public static string Write(Node root)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var emitter = new Emitter(text, new EmitterSettings(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024, skipAnchorName: true, newLine: "\n").WithIndentedSequences());
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Write(root, emitter);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private static void Write(Node node, Emitter emitter)
    {
        switch (node.Kind)
        {
            case NodeKind.Map:
                emitter.Emit(new MappingStart(default, default, isImplicit: true, node.Members.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var member in node.Members)
                {
                    emitter.Emit(Text(member.Key));
                    Write(member.Value, emitter);
                }

                emitter.Emit(new MappingEnd());
                break;
            case NodeKind.List:
                var isShort = node.Items.Count < 8 && node.Items.TrueForAll(item => item.IsScalar && item.Text.Length < 40);
                emitter.Emit(new SequenceStart(default, default, isImplicit: true, isShort ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in node.Items)
                {
                    Write(item, emitter);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case NodeKind.String:
                emitter.Emit(Text(node.Text));
                break;
            default:
                emitter.Emit(new Scalar(default, default, node.Kind == NodeKind.Null ? "null" : node.Text, ScalarStyle.Plain, isPlainImplicit: true, isQuotedImplicit: false));
                break;
        }
    }

    // What reads as a number, a boolean or null without quotes gets them.
    private static Scalar Text(string text) => new(default, default, text, Style(text), isPlainImplicit: true, isQuotedImplicit: true);

    private static ScalarStyle Style(string text) =>
        text.Any(c => char.IsControl(c) && c != '\n') || text.Contains('\u2028', StringComparison.Ordinal) || text.Contains('\u2029', StringComparison.Ordinal) ? ScalarStyle.DoubleQuoted
        : text.Contains('\n', StringComparison.Ordinal) ? (text.Split('\n').Any(line => line.EndsWith(' ') || line.StartsWith(' ')) ? ScalarStyle.DoubleQuoted : ScalarStyle.Literal)
        : YamlReader.IsText(text) ? ScalarStyle.Any
        : ScalarStyle.SingleQuoted;
}
