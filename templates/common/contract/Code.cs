namespace ContractCompiler;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

/// <summary>A file of code as it is written: lines with an indentation, blocks in braces.</summary>
sealed class Code
{
    private readonly StringBuilder text = new();
    private int depth;

    /// <summary>Lines; an empty one has no spaces.</summary>
    public void Line(string lines = "")
    {
        foreach (var line in lines.Split('\n'))
        {
            if (line.Length > 0)
            {
                text.Append(' ', depth * 4).Append(line);
            }

            text.Append('\n');
        }
    }

    public void Open(string lines)
    {
        Line(lines);
        Line("{");
        depth++;
    }

    public void Close(string end = "")
    {
        depth--;
        Line("}" + end);
    }

    /// <summary>Writes each item, with an empty line between two.</summary>
    public void Separated<T>(IEnumerable<T> items, Action<T> write)
    {
        foreach (var (index, item) in items.Index())
        {
            if (index > 0)
            {
                Line();
            }

            write(item);
        }
    }

    /// <summary>A summary; nothing where there is no text.</summary>
    public void Summary(string? description) => Element("summary", description);

    public void Remarks(string? description) => Element("remarks", description);

    public override string ToString() => text.ToString();

    /// <summary>A text of the contract as one line without controls.</summary>
    public static string OneLine(string description) =>
        string.Join(' ', description.Split(description.Where(c => char.IsWhiteSpace(c) || char.IsControl(c)).Distinct().ToArray(), StringSplitOptions.RemoveEmptyEntries));

    /// <summary>A text as a literal of C# or TypeScript.</summary>
    public static string Quote(string value)
    {
        var literal = new StringBuilder("\"");
        foreach (var c in value)
        {
            literal.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' => $"\\u{(int)c:x4}",
                _ => c.ToString(),
            });
        }

        return literal.Append('"').ToString();
    }

    private void Element(string name, string? description)
    {
        if (!string.IsNullOrWhiteSpace(description))
        {
            var line = OneLine(description).Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
            Line($"/// <{name}>{line}</{name}>");
        }
    }
}
