namespace GoldenService.ServiceDefaults;

using System;
using System.Linq;
using System.Text.Json;

/// <summary>Reads JSON as a request's body is read, wherever it comes from: a queue, a file, an event.</summary>
public static class JsonInput
{
    /// <param name="json">JSON in UTF-8 (RFC 8259); a byte order mark is ignored.</param>
    /// <param name="read">A reader of the contract.</param>
    /// <exception cref="JsonException">It is not JSON, or not what the reader reads.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> json, Func<InputValue, T> read)
    {
        var failures = new RequestFailures();
        using var document = JsonDocument.Parse(WithoutMark(json));
        var value = Read(document.RootElement, read, failures);
        return failures.Any
            ? throw new JsonException(string.Join(" ", failures.ToDictionary().Select(field => $"{field.Key}: {string.Join(" ", field.Value)}")))
            : value;
    }

    internal static T Read<T>(JsonElement json, Func<InputValue, T> read, RequestFailures failures)
    {
        failures.Document = json;
        var value = read(new InputValue(failures, InputPath.Root, json));
        return failures.IsBodyUnreadable ? default! : value;
    }

    internal static void Note(RequestFailures failures, JsonException exception) =>
        failures.Add(InputPath.Root, "json", $"is not JSON, as line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1} shows");

    internal static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> text) => text.Span is [0xEF, 0xBB, 0xBF, ..] ? text[3..] : text;
}
