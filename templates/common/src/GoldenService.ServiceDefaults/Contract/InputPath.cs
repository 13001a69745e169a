namespace GoldenService.ServiceDefaults;

using System;
using System.Globalization;
using System.Text;

/// <summary>
/// The name of a value as its request has it: <c>limit</c>, <c>lines[0].quantity</c>, <c>$</c> for the body itself.
/// It is put together only when something fails.
/// </summary>
internal readonly record struct InputPath
{
    /// <summary>As much of a name as a response repeats, where the caller has chosen the name.</summary>
    private const int MaxNameLength = 100;

    private readonly InputParent? parent;
    private readonly string? name;
    private readonly int index;

    private InputPath(InputParent? parent, string? name, int index)
    {
        this.parent = parent;
        this.name = name;
        this.index = index;
    }

    /// <summary>The body.</summary>
    public static InputPath Root => default;

    public bool IsRoot => parent is null && name is null;

    /// <summary>A parameter, or a member of the body.</summary>
    public static InputPath Of(string name) => new(null, name, -1);

    /// <summary>A member whose name the contract knows.</summary>
    public static InputPath Member(InputParent? parent, string name) => new(parent, name, -1);

    /// <summary>A member whose name only the caller knows.</summary>
    public static InputPath Other(InputParent? parent, string name) => new(parent, Clip(name), -1);

    public static InputPath Item(InputParent parent, int index) => new(parent, null, index);

    /// <summary>The beginning of a text, without half a character at its end.</summary>
    public static string Clip(string text, int length = MaxNameLength) =>
        text.Length <= length ? text : $"{text.AsSpan(0, char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)}…";

    public override string ToString()
    {
        var text = new StringBuilder();
        AppendTo(text);
        return text.ToString();
    }

    private void AppendTo(StringBuilder text)
    {
        if (IsRoot)
        {
            text.Append('$');
            return;
        }

        if (parent is { Path: { } path } && (name is null || !path.IsRoot))
        {
            path.AppendTo(text);
        }

        if (name is null)
        {
            text.Append(CultureInfo.InvariantCulture, $"[{index}]");
        }
        else
        {
            text.Append(text.Length > 0 ? "." : "").Append(name);
        }
    }
}

/// <summary>An object or an array, for the paths of what is in it.</summary>
internal sealed class InputParent(InputPath path)
{
    public InputPath Path { get; } = path;
}
