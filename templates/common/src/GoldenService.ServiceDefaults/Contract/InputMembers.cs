namespace GoldenService.ServiceDefaults;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

/// <summary>The members of an object in a request.</summary>
public struct InputMembers
{
    private readonly RequestFailures failures;
    private readonly InputPath path;
    private readonly bool isObject;
    private readonly int count;
    private readonly (string Name, InputContent Content)[] found;
    private readonly string[] names;
    private readonly JsonElement json;
    private readonly IReadOnlyList<KeyValuePair<string, InputText>> fields;
    private InputParent? parent;

    private InputMembers(
        RequestFailures failures,
        InputPath path,
        bool isObject,
        int count,
        (string, InputContent)[] found,
        string[] names,
        JsonElement json,
        IReadOnlyList<KeyValuePair<string, InputText>> fields) =>
        (this.failures, this.path, this.isObject, this.count, this.found, this.names, this.json, this.fields) = (failures, path, isObject, count, found, names, json, fields);

    private InputParent Parent => parent ??= new(path);

    /// <summary>How many members the object may have, those with other names too.</summary>
    public readonly void Limit(int minProperties = 0, int maxProperties = int.MaxValue)
    {
        if (isObject && count < minProperties)
        {
            failures.AddLimit(path.ToString(), "minProperties", $"must have at least {Members(minProperties)}");
        }
        else if (isObject && count > maxProperties)
        {
            failures.AddLimit(path.ToString(), "maxProperties", $"must have at most {Members(maxProperties)}");
        }
    }

    /// <summary>A member that must be there and must not be null.</summary>
    public InputValue Required(string name)
    {
        var content = Find(name);
        if (content.Json.ValueKind == JsonValueKind.Null)
        {
            failures.Add(InputPath.Member(Parent, name), "type", "must not be null");
            content = default;
        }
        else if (isObject && content.IsMissing)
        {
            failures.Add(InputPath.Member(Parent, name), "required", "is missing");
        }

        return content.IsMissing ? InputValue.Missing(failures, path) : new(failures, InputPath.Member(Parent, name), content);
    }

    /// <summary>A member that must be there, and may be null where conditions allow it.</summary>
    public InputValue? RequiredNullable(string name, params ReadOnlySpan<JsonCondition> conditions)
    {
        // Where there is no object, that alone is the failure.
        if (isObject && Find(name).IsMissing)
        {
            failures.Add(InputPath.Member(Parent, name), "required", "is missing");
        }

        return OptionalNullable(name, conditions);
    }

    /// <summary>A member that may be left out, but must not be null.</summary>
    public InputValue? Optional(string name)
    {
        if (Find(name).Json.ValueKind == JsonValueKind.Null)
        {
            failures.Add(InputPath.Member(Parent, name), "type", "must not be null; leave it out instead");
        }

        return OptionalNullable(name);
    }

    /// <summary>A member that may be left out, or null where conditions allow it.</summary>
    public InputValue? OptionalNullable(string name, params ReadOnlySpan<JsonCondition> conditions)
    {
        var content = Find(name);
        if (content.IsMissing)
        {
            return null;
        }

        var value = new InputValue(failures, InputPath.Member(Parent, name), content);
        foreach (var condition in conditions)
        {
            value.Must(condition);
        }

        return value.OrNull();
    }

    /// <summary>A member for which absent and null differ (RFC 7396).</summary>
    public Optional<T> Patch<T>(string name, Func<InputValue, T> read) =>
        Find(name).IsMissing ? default : new(OptionalNullable(name) is { } value ? read(value) : default!);

    /// <summary>The members with other names. Null without any.</summary>
    public IDictionary<string, JsonElement>? Others() =>
        Others(static value => value.AsJson()) is { Count: > 0 } others ? new Dictionary<string, JsonElement>(others) : null;

    /// <inheritdoc cref="Others()"/>
    public IReadOnlyDictionary<string, T> Others<T>(Func<InputValue, T> read) => AsMap(read, count: 0) ?? new Dictionary<string, T>();

    internal static InputMembers None(RequestFailures failures, InputPath path) => new(failures, path, false, 0, [], [], default, []);

    internal static string Members(int count) => $"{count} member{(count == 1 ? "" : "s")}";

    /// <summary>The name of a member, if it is well-formed Unicode.</summary>
    internal static string? NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The members that have no name of the contract; null without an object.</summary>
    internal IReadOnlyDictionary<string, T> AsMap<T>(Func<InputValue, T> read, int count)
    {
        if (!isObject)
        {
            return null!;
        }

        var map = new Dictionary<string, T>(count);
        foreach (var (name, content) in EnumerateOthers())
        {
            if (failures.IsFull)
            {
                break;
            }

            if (name is null || name.Contains('\0', StringComparison.Ordinal))
            {
                failures.Add(path, "format", "has a member whose name is not well-formed Unicode without the character NUL");
            }
            else if (map.ContainsKey(name))
            {
                failures.Add(InputPath.Other(Parent, name), "unique", "must be given once");
            }
            else
            {
                map.Add(name, read(new InputValue(failures, InputPath.Other(Parent, name), content)));
            }
        }

        return map;
    }

    private readonly IEnumerable<(string? Name, InputContent Content)> EnumerateOthers()
    {
        var known = names;
        return json.ValueKind == JsonValueKind.Object
            ? json.EnumerateObject().Select(member => (NameOf(member), new InputContent(member.Value, null))).Where(member => !known.Contains(member.Item1))
            : fields.Where(field => !known.Contains(field.Key)).Select(field => ((string?)field.Key, new InputContent(default, field.Value)));
    }

    private readonly InputContent Find(string name)
    {
        foreach (var member in found)
        {
            if (member.Name == name)
            {
                return member.Content;
            }
        }

        return default;
    }

    /// <summary>Collects the members that are there: objects may be many, and most of their members absent.</summary>
    internal ref struct Builder(RequestFailures failures, InputPath path, ReadOnlySpan<string> names, bool isOpen, int count)
    {
        private readonly ReadOnlySpan<string> names = names;
        private (string Name, InputContent Content)[] found = names.Length == 0 ? [] : new (string, InputContent)[Math.Min(names.Length, count)];
        private InputParent? parent;

        public int Next { get; private set; }

        private InputParent Parent => parent ??= new(path);

        public void Add(string name, InputContent content)
        {
            foreach (var (other, _) in found.AsSpan(0, Next))
            {
                if (other == name)
                {
                    failures.Add(InputPath.Member(Parent, name), "unique", "must be given once");
                    return;
                }
            }

            found[Next++] = (name, content);
        }

        public void AddOther(string name) => failures.Add(InputPath.Other(Parent, name), "unknown", "is not a member that the contract knows");

        public readonly InputMembers Build(JsonElement json, IReadOnlyList<KeyValuePair<string, InputText>> fields) =>
            isOpen && count > Next ? new(failures, path, true, count, found, names.ToArray(), json, fields) : new(failures, path, true, count, found, [], default, []);
    }
}
