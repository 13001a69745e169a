namespace GoldenService.ServiceDefaults;

using System;
using System.Buffers.Text;
using System.Globalization;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text.Json;

/// <summary>
/// One value of a request, a parameter or a part of the body, that is read strictly: in JSON's and RFC 3339's own
/// forms, in no culture's. What does not fit is noted under the value's name in the request and read as a default,
/// so that reading goes on and one response says everything that is wrong, up to a hundred failures.
/// </summary>
public readonly partial struct InputValue
{
    private static readonly JsonElement NoLiteral = JsonElement.Parse("\"\"");

    private readonly RequestFailures failures;
    private readonly InputPath path;
    private readonly InputText? text;
    private readonly JsonElement json;

    /// <summary>A parameter, or a field of a form.</summary>
    internal InputValue(RequestFailures failures, InputPath path, InputText text)
        : this(failures, path, new InputContent(default, text))
    {
    }

    /// <summary>A part of the body.</summary>
    internal InputValue(RequestFailures failures, InputPath path, JsonElement json)
        : this(failures, path, new InputContent(json, null))
    {
    }

    internal InputValue(RequestFailures failures, InputPath path, InputContent content)
    {
        this.failures = failures;
        this.path = path;
        (json, text) = content;
    }

    /// <summary>Stands for a value that is missing, which is noted already.</summary>
    internal static InputValue Missing(RequestFailures failures, InputPath path) => new(failures, path, default(InputContent));

    /// <summary>Text that must be JSON.</summary>
    internal static InputValue FromJson(RequestFailures failures, InputPath path, string text)
    {
        if (TryParseJson(text, out var element))
        {
            return new(failures, path, element);
        }

        failures.Add(path, "json", "must be JSON");
        return Missing(failures, path);
    }

    // Nothing more is read once there are enough failures.
    private bool IsMissing => (text is null && json.ValueKind == JsonValueKind.Undefined) || failures.IsFull;

    private bool IsNull => text is null && json.ValueKind == JsonValueKind.Null;

    public T As<T>(Func<InputValue, T> read) => IsMissing ? default! : read(this);

    /// <summary>Reads an alternative of a union, whose limits count where it is read: they may say which alternative it is.</summary>
    public T As<T>(Func<InputValue, T> read, ContractValidator<T> limits) => Limited(read, value => value, limits);

    /// <inheritdoc cref="As{T}(Func{InputValue, T}, ContractValidator{T})"/>
    public T As<T>(Func<InputValue, T> read, ContractValidator<ContractItem<T>> limits) => Limited(read, static value => new ContractItem<T>(value), limits);

    /// <summary>Holds this value against a part of the contract that no type says.</summary>
    public InputValue Must(JsonCondition condition)
    {
        if (!IsMissing && AsWritten(condition.IsOfText) is { ValueKind: not JsonValueKind.Undefined } value && IsStorable(value) && !CheckBudget.IsMet(condition, value, failures))
        {
            failures.AddLimit(path.ToString(), condition.Rule, condition.Message);
        }

        return this;
    }

    /// <summary>This value, or null where it may be and is null.</summary>
    public InputValue? OrNull() => IsNull ? null : this;

    public string AsString()
    {
        if (IsMissing)
        {
            return null!;
        }

        if (text is not null)
        {
            return text.Read(out var value) is { } fault ? Fail<string>(fault) : Storable(value);
        }

        if (json.ValueKind != JsonValueKind.String)
        {
            return FailType<string>("a string");
        }

        return TryDecode(json, out var decoded) ? Storable(decoded) : Fail<string>("format", "must be well-formed Unicode");
    }

    public bool AsBoolean() => !IsMissing && Literal() is { } literal && literal.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => FailType<bool>("true or false"),
    };

    /// <summary>An integer as JSON Schema has it: 1.0 and 1e2 are integers.</summary>
    public int AsInt32() => (int)Integer(int.MinValue, int.MaxValue);

    /// <inheritdoc cref="AsInt32"/>
    public long AsInt64() => Integer(long.MinValue, long.MaxValue);

    /// <summary>A number that a decimal holds without rounding.</summary>
    public decimal AsDecimal()
    {
        const int safe = 28; // With no more characters, nothing is rounded, and a price keeps its zeros.
        return Number("a number") is not { } number ? 0
            : JsonMarshal.GetRawUtf8Value(number) is { Length: <= safe } raw && !raw.ContainsAny("eE"u8) && number.TryGetDecimal(out var value) ? value
            : ExactNumber.Of(number).TryGetDecimal(out value) ? value
            : Fail<decimal>("format", "must be a decimal number of at most 28 digits");
    }

    public double AsDouble() =>
        Number("a number") is not { } number ? 0
        : number.TryGetDouble(out var value) && double.IsFinite(value) ? value
        : Fail<double>("format", "must be a number of double precision");

    public float AsSingle() =>
        Number("a number") is not { } number ? 0
        : number.TryGetSingle(out var value) && float.IsFinite(value) ? value
        : Fail<float>("format", "must be a number of single precision");

    /// <summary>A UUID as RFC 9562 writes it.</summary>
    public Guid AsGuid() => Parse("a UUID", static (string value, out Guid guid) =>
        Guid.TryParseExact(value, "D", out guid) && value.All(static character => char.IsAsciiHexDigit(character) || character == '-'));

    /// <summary>A full-date of RFC 3339.</summary>
    public DateOnly AsDateOnly() => Parse("a date as in 2026-01-31", static (string value, out DateOnly date) => Rfc3339.TryParseDate(value, out date));

    /// <summary>A date-time of RFC 3339; the offset is not optional.</summary>
    public DateTimeOffset AsDateTimeOffset() => Parse("a time with its offset as in 2026-01-31T12:30:00Z", static (string value, out DateTimeOffset time) => Rfc3339.TryParseTime(value, out time));

    /// <summary>Base64 as RFC 4648, section 4, has it: padded, without white space.</summary>
    public byte[] AsBytes() => Parse("base64", static (string value, out byte[] bytes) =>
    {
        bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(value.Length)];
        if (value.Length % 4 != 0 || value.AsSpan().ContainsAny(" \t\r\n") || !Convert.TryFromBase64String(value, bytes, out var length))
        {
            return false;
        }

        Array.Resize(ref bytes, length);
        return true;
    });

    /// <summary>A file in a form.</summary>
    public Upload AsFile() =>
        IsMissing ? null!
        : text?.File is { } file ? new(file.FileName, file.ContentType ?? "application/octet-stream", file.Length, file.OpenReadStream())
        : Fail<Upload>("type", "must be a file");

    /// <summary>Any value of JSON, null too; its strings are held to the same as others.</summary>
    public JsonElement AsJson() =>
        IsMissing ? default
        : text is not null ? AsString() is { } value ? JsonSerializer.SerializeToElement(value) : default
        : IsStorable(json) ? json.Clone()
        : Fail<JsonElement>("format", "must have well-formed Unicode without the character NUL in its strings");

    /// <summary>A value that is always the same.</summary>
    public InputValue Const(string value) => AsString() is not { } sent ? Missing(failures, path) : sent == value ? this : FailConst(value);

    /// <inheritdoc cref="Const(string)"/>
    public InputValue Const(bool value) => IsMissing || Literal()?.ValueKind == (value ? JsonValueKind.True : JsonValueKind.False) ? this : FailConst(value ? "true" : "false");

    /// <inheritdoc cref="Const(string)"/>
    public InputValue Const(long value) => IsMissing || (IsNumber(out var number) && number.TryGetInt64(out var sent) && sent == value) ? this : FailConst($"{value}");

    /// <inheritdoc cref="Const(string)"/>
    public InputValue Const(decimal value) => IsMissing || (IsNumber(out var number) && number.TryGetDecimal(out var sent) && sent == value) ? this : FailConst(value.ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc cref="Const(string)"/>
    public InputValue Const(double value) => IsMissing || (Literal() is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var sent) && sent.Equals(value)) ? this : FailConst(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Notes that this is none of the values that an enumeration has.</summary>
    public T Reject<T>(string? value, params ReadOnlySpan<string> allowed) =>
        value is null || IsMissing ? default! : Fail<T>("enum", $"must be one of {string.Join(", ", allowed)}");

    /// <inheritdoc cref="Reject{T}(string?, ReadOnlySpan{string})"/>
    public T Reject<T>(long value, params ReadOnlySpan<long> allowed) =>
        IsMissing || (failures.Any && failures.HasFailed(path)) ? default! : Fail<T>("enum", $"must be one of {string.Join(", ", allowed.ToArray())}");

    private T Limited<T, TLimited>(Func<InputValue, T> read, Func<T, TLimited> limited, ContractValidator<TLimited> limits)
    {
        var before = failures.Left;
        var value = As(read);
        if (IsMissing || failures.Left < before)
        {
            return value;
        }

        foreach (var failure in CheckBudget.Validate(limits, limited(value), failures))
        {
            var name = failure.PropertyName.TrimStart('.');
            failures.AddLimit(name is "" or ['[', ..] ? $"{path}{name}" : path.IsRoot ? name : $"{path}.{name}", failure.ErrorCode, failure.ErrorMessage);
        }

        return value;
    }

    private delegate bool TryParse<T>(string value, out T result);

    private T Parse<T>(string expected, TryParse<T> tryParse)
    {
        var value = AsString();
        return value is null ? default! : tryParse(value, out var result) ? result : Fail<T>("format", "must be ", expected);
    }

    private long Integer(long least, long most)
    {
        if (Number("an integer") is not { } number)
        {
            return 0;
        }

        if (number.TryGetInt64(out var value))
        {
            return value >= least && value <= most ? value : FailRange(least, most);
        }

        var exact = ExactNumber.Of(number);
        return !exact.IsInteger ? FailType<long>("an integer")
            : exact.TryGetInt64(out value) && value >= least && value <= most ? value
            : FailRange(least, most);
    }

    private JsonElement? Number(string expected)
    {
        if (IsMissing || Literal() is not { } number)
        {
            return null;
        }

        if (number.ValueKind != JsonValueKind.Number)
        {
            FailType<object>(expected);
            return null;
        }

        return number;
    }

    private bool IsNumber(out ExactNumber number)
    {
        var literal = Literal();
        var isNumber = literal?.ValueKind == JsonValueKind.Number;
        number = isNumber ? ExactNumber.Of(literal!.Value) : default;
        return isNumber;
    }

    /// <summary>This value as JSON. Text that is not exactly a literal of JSON is a string where a number or a boolean is due; null where the text itself is at fault.</summary>
    private JsonElement? Literal()
    {
        if (text is null)
        {
            return json;
        }

        if (text.Read(out var value) is { } fault)
        {
            Fail<object>(fault);
            return null;
        }

        // JSON allows white space around a value; a parameter does not.
        return !value.Any(char.IsWhiteSpace) && TryParseJson(value, out var literal) ? literal : NoLiteral;
    }

    // Undefined where a text is at fault, which its reader notes.
    private JsonElement AsWritten(bool isText) =>
        text is null ? json
        : text.Read(out var value) is not null ? default
        : !isText && Literal() is { ValueKind: not JsonValueKind.String } literal ? literal
        : JsonSerializer.SerializeToElement(value);

    private string Storable(string value) =>
        value.Contains('\0', StringComparison.Ordinal) ? Fail<string>("format", "must not contain the character NUL") : value; // PostgreSQL cannot store it, and no field has a use for it.

    private InputValue FailConst(string expected)
    {
        Fail<object>("const", "must be ", expected);
        return Missing(failures, path);
    }

    private T FailType<T>(string expected) => IsNull ? Fail<T>("type", "must not be null") : Fail<T>("type", "must be ", expected);

    private long FailRange(long least, long most) => Fail<long>("format", $"must be between {least} and {most}");

    private T Fail<T>(InputFault fault) => Fail<T>(fault.Rule, fault.Message);

    private T Fail<T>(string rule, string message, string expected = "")
    {
        failures.Add(path, rule, message, expected);
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

    // Fails at a lone surrogate, and at bytes that are not UTF-8.
    private static bool TryDecode(JsonElement element, out string value)
    {
        try
        {
            value = element.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            value = "";
            return false;
        }
    }

    private static bool IsStorable(JsonElement json)
    {
        try
        {
            var reader = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(json));
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.GetString()!.Contains('\0', StringComparison.Ordinal))
                {
                    return false;
                }
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}

/// <summary>What a value consists of: JSON or text; neither where it is missing.</summary>
internal readonly record struct InputContent(JsonElement Json, InputText? Text)
{
    public bool IsMissing => Text is null && Json.ValueKind == JsonValueKind.Undefined;
}
