namespace GoldenService.ServiceDefaults;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;

/// <summary>
/// One value of a request, a parameter or a part of the body, that is read strictly: in JSON's and RFC 3339's own
/// forms, in no culture's. What does not fit is noted under the value's name in the request and read as a default,
/// so that reading goes on and one answer tells everything that is wrong.
/// </summary>
public readonly struct InputValue
{
    private static readonly JsonElement NoLiteral = JsonElement.Parse("\"\"");

    private readonly RequestFailures failures;
    private readonly InputPath path;
    private readonly string? text;
    private readonly JsonElement json;

    /// <summary>A parameter, which is text.</summary>
    internal InputValue(RequestFailures failures, string name, string text)
    {
        this.failures = failures;
        this.text = text;
        path = InputPath.Root.Member(name);
    }

    /// <summary>A part of the body.</summary>
    internal InputValue(RequestFailures failures, InputPath path, JsonElement json)
    {
        this.failures = failures;
        this.path = path;
        this.json = json;
    }

    /// <summary>Stands for a value that is missing, which is noted already.</summary>
    internal static InputValue Missing(RequestFailures failures, InputPath path) => new(failures, path, default);

    private bool IsMissing => text is null && json.ValueKind == JsonValueKind.Undefined;

    public T As<T>(Func<InputValue, T> read) => read(this);

    public string AsString()
    {
        if (IsMissing)
        {
            return null!;
        }

        if (text is null && json.ValueKind != JsonValueKind.String)
        {
            return Fail<string>("type", "must be a string");
        }

        if ((text ?? Text(json)) is not { } value)
        {
            return Fail<string>("format", "must be well-formed Unicode");
        }

        // PostgreSQL cannot store it, and no field has a use for it.
        return value.Contains('\0', StringComparison.Ordinal) ? Fail<string>("format", "must not contain the character NUL") : value;
    }

    public bool AsBoolean() => !IsMissing && Literal().ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => Fail<bool>("type", "must be true or false"),
    };

    public int AsInt32() =>
        Number("an integer") is not { } number ? 0
        : number.TryGetInt32(out var value) ? value
        : FailInteger<int>(number, int.MinValue, int.MaxValue);

    public long AsInt64() =>
        Number("an integer") is not { } number ? 0
        : number.TryGetInt64(out var value) ? value
        : FailInteger<long>(number, long.MinValue, long.MaxValue);

    public decimal AsDecimal() =>
        Number("a number") is not { } number ? 0
        : number.TryGetDecimal(out var value) && IsExact(number, value) ? value
        : Fail<decimal>("format", "must be a decimal number of at most 28 digits");

    public double AsDouble() =>
        Number("a number") is not { } number ? 0
        : number.TryGetDouble(out var value) && double.IsFinite(value) ? value
        : Fail<double>("format", "must be a number of double precision");

    public Guid AsGuid() => Parse("a UUID", static (string value, out Guid guid) => Guid.TryParseExact(value, "D", out guid));

    /// <summary>A full-date of RFC 3339.</summary>
    public DateOnly AsDateOnly() => Parse("a date as in 2026-01-31", static (string value, out DateOnly date) =>
        DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date));

    /// <summary>A date-time of RFC 3339; the offset is not optional.</summary>
    public DateTimeOffset AsDateTimeOffset() => Parse("a time with its offset as in 2026-01-31T12:30:00Z", static (string value, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(value, ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time));

    public IReadOnlyList<T> AsList<T>(Func<InputValue, T> read)
    {
        if (IsMissing)
        {
            return null!;
        }

        if (json.ValueKind != JsonValueKind.Array)
        {
            return Fail<IReadOnlyList<T>>("type", "must be an array");
        }

        var list = new List<T>(json.GetArrayLength());
        foreach (var element in json.EnumerateArray())
        {
            var item = new InputValue(failures, path.Item(list.Count), element);
            list.Add(element.ValueKind == JsonValueKind.Null ? item.FailNull<T>() : read(item));
        }

        return list;
    }

    /// <summary>An object that has these members and no others.</summary>
    public InputMembers AsMembers(params ReadOnlySpan<string> names)
    {
        var values = new JsonElement[names.Length];
        if (json.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in json.EnumerateObject())
            {
                if (Name(member) is not { } name)
                {
                    Fail<object>("format", "has a member whose name is not well-formed Unicode");
                }
                else if (names.IndexOf(name) is var index && index < 0)
                {
                    failures.Add(path.Member(name), "unknown", "is not a member that the contract knows");
                }
                else if (values[index].ValueKind != JsonValueKind.Undefined)
                {
                    failures.Add(path.Member(name), "unique", "must be given once");
                }
                else
                {
                    values[index] = member.Value;
                }
            }
        }
        else if (!IsMissing)
        {
            Fail<object>("type", "must be an object");
        }

        return new InputMembers(failures, path, names.ToArray(), values, isObject: json.ValueKind == JsonValueKind.Object);
    }

    /// <summary>Notes that this is none of the values that an enumeration has.</summary>
    public T Refuse<T>(string? value, params ReadOnlySpan<string> allowed) =>
        value is null ? default! : Fail<T>("enum", $"must be one of {string.Join(", ", allowed)}");

    internal T FailNull<T>() => Fail<T>("type", "must not be null");

    private delegate bool TryParse<T>(string value, out T result);

    private T Parse<T>(string expected, TryParse<T> tryParse)
    {
        var value = AsString();
        return value is null ? default! : tryParse(value, out var result) ? result : Fail<T>("format", $"must be {expected}");
    }

    private JsonElement? Number(string expected)
    {
        if (IsMissing)
        {
            return null;
        }

        var number = Literal();
        if (number.ValueKind != JsonValueKind.Number)
        {
            Fail<object>("type", $"must be {expected}");
            return null;
        }

        return number;
    }

    // A decimal rounds what it cannot hold, down to zero.
    private static bool IsExact(JsonElement number, decimal value)
    {
        var digits = number.GetRawText().TakeWhile(character => character is not ('e' or 'E')).Where(char.IsAsciiDigit).ToList();
        return digits.Count <= 28 && (value != 0 || digits.All(digit => digit == '0'));
    }

    private T FailInteger<T>(JsonElement number, long least, long most) =>
        number.GetRawText().All(character => character is '-' or (>= '0' and <= '9'))
            ? Fail<T>("format", $"must be between {least} and {most}")
            : Fail<T>("type", "must be an integer");

    /// <summary>This value as JSON; text that is not exactly a literal of JSON is a string to whoever wants a number or a boolean.</summary>
    private JsonElement Literal()
    {
        if (text is null)
        {
            return json;
        }

        // JSON allows white space around a value; a parameter does not.
        return !text.Any(char.IsWhiteSpace) && TryParseJson(text, out var literal) ? literal : NoLiteral;
    }

    private T Fail<T>(string rule, string message)
    {
        failures.Add(path, rule, message);
        return default!;
    }

    private static bool TryParseJson(string text, out JsonElement element)
    {
        try
        {
            element = JsonElement.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            element = default;
            return false;
        }
    }

    private static string? Text(JsonElement element)
    {
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate, or bytes that are not UTF-8.
            return null;
        }
    }

    private static string? Name(JsonProperty member)
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
}
