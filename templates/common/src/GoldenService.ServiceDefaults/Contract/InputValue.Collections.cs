namespace GoldenService.ServiceDefaults;

using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

/// <content>Arrays and objects.</content>
public readonly partial struct InputValue
{
    /// <param name="read">Reads an item.</param>
    /// <param name="maxItems">Of a longer array no item is read.</param>
    public IReadOnlyList<T> AsList<T>(Func<InputValue, T> read, int maxItems = int.MaxValue)
    {
        if (IsMissing)
        {
            return null!;
        }

        IReadOnlyList<InputText> items = [];
        if (text is not null && text.ReadItems(out items) is { } fault)
        {
            return Fail<IReadOnlyList<T>>(fault);
        }

        if (text is null && json.ValueKind != JsonValueKind.Array)
        {
            return FailType<IReadOnlyList<T>>("an array");
        }

        var count = text is null ? json.GetArrayLength() : items.Count;
        if (count > maxItems)
        {
            return Fail<IReadOnlyList<T>>("maxItems", $"must have at most {maxItems} item{(maxItems == 1 ? "" : "s")}");
        }

        var parent = new InputParent(path);
        var list = new List<T>(count);
        if (text is null)
        {
            foreach (var item in json.EnumerateArray())
            {
                if (failures.IsFull)
                {
                    break;
                }

                list.Add(read(new InputValue(failures, InputPath.Item(parent, list.Count), item)));
            }
        }
        else
        {
            foreach (var item in items)
            {
                list.Add(read(new InputValue(failures, InputPath.Item(parent, list.Count), item)));
            }
        }

        return list;
    }

    /// <param name="read">Reads the value of a member.</param>
    /// <param name="maxProperties">Of a larger object no member is read.</param>
    public IReadOnlyDictionary<string, T> AsMap<T>(Func<InputValue, T> read, int maxProperties = int.MaxValue)
    {
        var members = Members([], isOpen: true, out var count);
        return count > maxProperties
            ? Fail<IReadOnlyDictionary<string, T>>("maxProperties", $"must have at most {InputMembers.Members(maxProperties)}")
            : members.AsMap(read, count);
    }

    /// <summary>An object that has these members and no others.</summary>
    public InputMembers AsMembers(params ReadOnlySpan<string> names) => Members(names, isOpen: false, out _);

    /// <summary>An object that has these members, and may have others.</summary>
    public InputMembers AsOpenMembers(params ReadOnlySpan<string> names) => Members(names, isOpen: true, out _);

    private InputMembers Members(ReadOnlySpan<string> names, bool isOpen, out int count)
    {
        count = 0;
        if (!IsMissing && text is { HasJson: true })
        {
            return Read(text).Members(names, isOpen, out count);
        }

        if (!IsMissing && text is not null)
        {
            if (text.ReadMembers(names, out var fields) is { } fault)
            {
                Fail<object>(fault);
                return InputMembers.None(failures, path);
            }

            count = fields.Count;
            return Members(names, isOpen, fields);
        }

        if (!IsMissing && json.ValueKind != JsonValueKind.Object)
        {
            FailType<object>("an object");
        }

        if (IsMissing || json.ValueKind != JsonValueKind.Object)
        {
            return InputMembers.None(failures, path);
        }

        count = json.GetPropertyCount();
        return Members(names, isOpen, count);
    }

    private InputMembers Members(ReadOnlySpan<string> names, bool isOpen, int count)
    {
        var found = new InputMembers.Builder(failures, path, names, isOpen, count);
        if (names.Length > 0 || !isOpen)
        {
            foreach (var member in json.EnumerateObject())
            {
                if (failures.IsFull)
                {
                    break;
                }

                if (IndexOf(names, member, found.Next) is not { } index)
                {
                    Fail<object>("format", "has a member whose name is not well-formed Unicode");
                }
                else if (index >= 0)
                {
                    found.Add(names[index], new(member.Value, null));
                }
                else if (!isOpen)
                {
                    found.AddOther(member.Name);
                }
            }
        }

        return found.Build(json, []);
    }

    private InputMembers Members(ReadOnlySpan<string> names, bool isOpen, IReadOnlyList<KeyValuePair<string, InputText>> fields)
    {
        var found = new InputMembers.Builder(failures, path, names, isOpen, fields.Count);
        foreach (var (name, field) in fields)
        {
            if (names.Contains(name))
            {
                found.Add(name, new(default, field));
            }
            else if (!isOpen)
            {
                found.AddOther(name);
            }
        }

        return found.Build(default, fields);
    }

    /// <summary>JSON in the field of a form.</summary>
    private InputValue Read(InputText field)
    {
        if (field.Read(out var value) is not { } fault)
        {
            return FromJson(failures, path, value);
        }

        Fail<object>(fault);
        return Missing(failures, path);
    }

    /// <summary>Which of the names a member has, -1 for none, null for a name that is not Unicode. Members are mostly in the order of the contract.</summary>
    private static int? IndexOf(ReadOnlySpan<string> names, JsonProperty member, int next)
    {
        var raw = JsonMarshal.GetRawUtf8PropertyName(member);
        if (!raw.Contains((byte)'\\') && Ascii.IsValid(raw))
        {
            for (var i = 0; i < names.Length; i++)
            {
                var index = (next + i) % names.Length;
                if (Ascii.Equals(raw, names[index]))
                {
                    return index;
                }
            }

            return -1;
        }

        return InputMembers.NameOf(member) is { } name ? names.IndexOf(name) : null;
    }
}
