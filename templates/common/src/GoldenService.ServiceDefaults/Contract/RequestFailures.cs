namespace GoldenService.ServiceDefaults;

using System;
using System.Collections.Generic;
using System.Linq;

/// <summary>What in a request does not keep to the contract: for each field, by its name in the request, the rules that it breaks.</summary>
internal sealed class RequestFailures
{
    // A body may be wrong in a million places; the caller mends the first hundred first.
    private const int Most = 100;

    private readonly Dictionary<string, List<string>> fields = [];
    private readonly HashSet<string> unreadable = [];

    public bool Any => fields.Count > 0;

    /// <summary>Whether a value could not be read at all, so that a default stands in its place.</summary>
    public bool AnyUnreadable => unreadable.Count > 0;

    /// <summary>Notes a value that could not be read.</summary>
    public void Add(InputPath path, string rule, string message)
    {
        if (fields.Count < Most)
        {
            var field = path.ToString();
            unreadable.Add(field);
            Note(field, rule, message);
        }
    }

    /// <summary>Notes a value that breaks a limit, unless it is only the default of one that could not be read, or a part of such a default.</summary>
    public void AddLimit(string field, string rule, string message)
    {
        if (fields.Count < Most && !unreadable.Any(whole => IsPart(field, whole)))
        {
            Note(field, rule, message);
        }
    }

    /// <summary>Whether the value that stands for this field is only a default.</summary>
    public bool IsUnreadable(InputPath path) => unreadable.Contains(path.ToString());

    public Dictionary<string, string[]> ToDictionary() => fields.ToDictionary(field => field.Key, field => field.Value.ToArray());

    private static bool IsPart(string field, string whole) =>
        field.StartsWith(whole, StringComparison.Ordinal) && (field.Length == whole.Length || field[whole.Length] is '.' or '[');

    private void Note(string field, string rule, string message)
    {
        if (!fields.TryGetValue(field, out var messages))
        {
            fields.Add(field, messages = []);
        }

        messages.Add($"{rule}: {message}.");
    }
}
