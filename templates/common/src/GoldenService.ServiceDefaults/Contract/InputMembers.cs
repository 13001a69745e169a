namespace GoldenService.ServiceDefaults;

using System;
using System.Text.Json;

/// <summary>The members of an object in a request's body.</summary>
public readonly struct InputMembers
{
    private readonly RequestFailures failures;
    private readonly InputPath path;
    private readonly string[] names;
    private readonly JsonElement[] values;
    private readonly bool isObject;

    internal InputMembers(RequestFailures failures, InputPath path, string[] names, JsonElement[] values, bool isObject) =>
        (this.failures, this.path, this.names, this.values, this.isObject) = (failures, path, names, values, isObject);

    /// <summary>A member that must be there and must not be null.</summary>
    public InputValue Required(string name)
    {
        var value = Find(name);
        if (value.ValueKind == JsonValueKind.Null)
        {
            new InputValue(failures, path.Member(name), value).FailNull<object>();
            return InputValue.Missing(failures, path.Member(name));
        }

        return RequiredNullable(name) ?? InputValue.Missing(failures, path.Member(name));
    }

    /// <summary>A member that must be there, and may be null.</summary>
    public InputValue? RequiredNullable(string name)
    {
        // Where there is no object, that alone is the failure.
        if (isObject && Find(name).ValueKind == JsonValueKind.Undefined)
        {
            failures.Add(path.Member(name), "required", "is missing");
        }

        return OptionalNullable(name);
    }

    /// <summary>A member that may be left out, but must not be null.</summary>
    public InputValue? Optional(string name)
    {
        if (Find(name).ValueKind == JsonValueKind.Null)
        {
            failures.Add(path.Member(name), "type", "must not be null; leave it out instead");
        }

        return OptionalNullable(name);
    }

    /// <summary>A member that may be left out or null.</summary>
    public InputValue? OptionalNullable(string name) =>
        Find(name) is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } value ? new InputValue(failures, path.Member(name), value) : null;

    private JsonElement Find(string name) => values[Array.IndexOf(names, name)];
}
