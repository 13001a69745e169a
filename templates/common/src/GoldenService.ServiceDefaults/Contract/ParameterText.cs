namespace GoldenService.ServiceDefaults;

using System;
using System.Collections.Generic;
using System.Linq;

/// <summary>A parameter in one of the styles. It is split first and decoded then, so that an encoded separator is a part of a value.</summary>
/// <param name="name">The parameter's name.</param>
/// <param name="style">How it is written.</param>
/// <param name="values">What is sent under its name, encoded.</param>
/// <param name="decode">Decodes a part of it.</param>
/// <param name="all">Names, decoded, and values of all parameters in the same place, for the styles that write an object as several of them.</param>
internal sealed class ParameterText(
    string name,
    ParameterStyle style,
    IReadOnlyList<string> values,
    Func<string, string> decode,
    IReadOnlyList<KeyValuePair<string, string>> all) : InputText
{
    private string[] Separators => style switch
    {
        ParameterStyle.LabelExploded => ["."],
        ParameterStyle.MatrixExploded => [";"],
        ParameterStyle.SpaceDelimited => ["%20", "+", " "],
        ParameterStyle.PipeDelimited => ["|", "%7C", "%7c"],
        _ => [","],
    };

    private bool IsExploded => style is ParameterStyle.SimpleExploded or ParameterStyle.LabelExploded or ParameterStyle.MatrixExploded;

    public override InputFault? Read(out string text)
    {
        var fault = ReadOnce(out var raw);
        if (fault is null && style is ParameterStyle.Matrix or ParameterStyle.MatrixExploded)
        {
            fault = CutName(raw, out raw);
        }

        text = decode(raw);
        return fault;
    }

    public override InputFault? ReadItems(out IReadOnlyList<InputText> items)
    {
        items = [];
        if (style == ParameterStyle.DeepObject)
        {
            return InputFault.NoList;
        }

        if (style == ParameterStyle.FormExploded)
        {
            items = [.. values.Select(Item)];
            return null;
        }

        var fault = ReadAll(out var raw);
        if (fault is null && style == ParameterStyle.Matrix)
        {
            fault = CutName(raw, out raw);
        }

        var parts = Split(raw);
        for (var i = 0; i < parts.Length && fault is null && style == ParameterStyle.MatrixExploded; i++)
        {
            fault = CutName(parts[i], out parts[i]);
        }

        items = [.. parts.Select(Item)];
        return fault;
    }

    public override InputFault? ReadMembers(ReadOnlySpan<string> names, out IReadOnlyList<KeyValuePair<string, InputText>> members)
    {
        members = [];
        switch (style)
        {
            case ParameterStyle.FormExploded when all.Count == 0:
                // A member of an object has no members.
                return InputFault.NoObject;
            case ParameterStyle.FormExploded:
                var known = names.ToArray();
                members = Group(all.Where(parameter => known.Length == 0 || known.Contains(parameter.Key)));
                return null;
            case ParameterStyle.DeepObject:
                var own = all.Where(parameter => parameter.Key.StartsWith($"{name}[", StringComparison.Ordinal)).ToList();
                members = Group(own.Select(parameter => new KeyValuePair<string, string>(parameter.Key[(name.Length + 1)..].TrimEnd(']'), parameter.Value)));
                return own.TrueForAll(parameter => parameter.Key.IndexOfAny(['[', ']'], name.Length + 1) == parameter.Key.Length - 1)
                    ? null
                    : new("format", $"must have members as in {name}[member], one level deep");
        }

        var fault = ReadAll(out var raw);
        if (fault is null && style == ParameterStyle.Matrix)
        {
            fault = CutName(raw, out raw);
        }

        var parts = Split(raw);
        if (fault is null && (IsExploded ? parts.Any(part => !part.Contains('=', StringComparison.Ordinal)) : parts.Length % 2 != 0))
        {
            fault = new("format", IsExploded ? $"must have members as in name=value, separated by '{Separators[0]}'" : $"must have names and values in turn, separated by '{Separators[0]}'");
        }

        if (fault is null)
        {
            members = IsExploded
                ? [.. parts.Select(part => Member(part[..part.IndexOf('=', StringComparison.Ordinal)], part[(part.IndexOf('=', StringComparison.Ordinal) + 1)..]))]
                : [.. parts.Chunk(2).Select(pair => Member(pair[0], pair[1]))];
        }

        return fault;
    }

    // A list may be in several headers (RFC 9110, section 5.3).
    private InputFault? ReadAll(out string raw)
    {
        if (values.Count > 1 && style is ParameterStyle.Simple or ParameterStyle.SimpleExploded)
        {
            raw = string.Join(',', values);
            return null;
        }

        return ReadOnce(out raw);
    }

    private InputFault? ReadOnce(out string raw)
    {
        raw = values is [var first, ..] ? first : "";
        if (values.Count != 1)
        {
            return values.Count == 0 ? InputFault.NoObject : InputFault.NotOnce;
        }

        var prefix = style switch
        {
            ParameterStyle.Label or ParameterStyle.LabelExploded => '.',
            ParameterStyle.Matrix or ParameterStyle.MatrixExploded => ';',
            _ => '\0',
        };
        if (prefix != '\0')
        {
            if (!raw.StartsWith(prefix))
            {
                return new("format", $"must begin with '{prefix}'");
            }

            raw = raw[1..];
        }

        return null;
    }

    /// <summary>Matrix parameters repeat their name before the value.</summary>
    private InputFault? CutName(string part, out string raw)
    {
        raw = part == name ? "" : part;
        if (part != name && !part.StartsWith($"{name}=", StringComparison.Ordinal))
        {
            return new("format", $"must begin with ';{name}='");
        }

        raw = part == name ? "" : part[(name.Length + 1)..];
        return null;
    }

    // An empty value has no items: it looks the same as one empty item.
    private string[] Split(string raw) => raw.Length == 0 ? [] : raw.Split(Separators, StringSplitOptions.None);

    private PlainText Item(string raw) => new(decode(raw));

    private KeyValuePair<string, InputText> Member(string rawName, string raw) => new(decode(rawName), Item(raw));

    // A member may be an array: then its name is there several times.
    private List<KeyValuePair<string, InputText>> Group(IEnumerable<KeyValuePair<string, string>> parameters) =>
        [.. parameters.GroupBy(parameter => parameter.Key, parameter => parameter.Value).Select(member =>
            new KeyValuePair<string, InputText>(member.Key, new ParameterText(member.Key, ParameterStyle.FormExploded, [.. member], decode, [])))];
}
