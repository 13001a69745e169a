namespace GoldenService.ServiceDefaults;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text.Json;

/// <summary>What in a request does not keep to the contract: for each field, by its name in the request, the rules that it breaks.</summary>
internal sealed class RequestFailures
{
    // A body may be wrong in a million places; the caller corrects the first hundred first.
    internal const int Most = 100;

    private const int MaxFieldLength = 500;
    private const int MaxMessageLength = 1000;

    private readonly List<Failure> failures = [];
    private readonly Trials trials;
    private HashSet<string>? unreadable;

    public RequestFailures()
        : this(new Trials())
    {
    }

    private RequestFailures(Trials trials) => this.trials = trials;

    public bool Any => failures.Count > 0;

    /// <summary>Whether there are so many that nothing more is read or checked.</summary>
    public bool IsFull => failures.Count >= Most;

    public int Left => Most - failures.Count;

    /// <summary>Whether a value could not be read at all, so that a default stands in its place.</summary>
    public bool AnyUnreadable { get; private set; }

    /// <summary>Whether the body could not be read, as a whole.</summary>
    public bool IsBodyUnreadable => failures.Exists(failure => failure.Path.IsRoot && failure.IsUnreadable);

    /// <summary>The JSON that is read, by which trials find what was tried before.</summary>
    public JsonElement Document { get => trials.Document; set => trials.Document = value; }

    /// <summary>How long patterns that backtrack have taken, in trials too.</summary>
    public TimeSpan MatchTime { get => trials.MatchTime; set => trials.MatchTime = value; }

    /// <summary>Whether the value that was read last is only a default.</summary>
    public bool HasFailed(InputPath path) => failures is [.., var last] && last.Path.Equals(path);

    /// <summary>Notes a value that could not be read.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="rule">The keyword of the contract that it breaks.</param>
    /// <param name="message">What it must be like.</param>
    /// <param name="expected">The end of the message, which is put together only when a response has it: most trials fail.</param>
    public void Add(InputPath path, string rule, string message, string expected = "")
    {
        if (!IsFull)
        {
            failures.Add(new(path, rule, message, expected, IsUnreadable: true));
            AnyUnreadable = true;
            unreadable = null;
        }
    }

    /// <summary>Notes a value that breaks a limit, unless it is only the default of one that could not be read, or a part of such a default.</summary>
    public void AddLimit(string field, string rule, string message)
    {
        if (!IsFull && !IsPartOfUnreadable(field))
        {
            failures.Add(new(InputPath.Of(field), rule, message, "", IsUnreadable: false));
        }
    }

    public void AddAll(RequestFailures others)
    {
        foreach (var failure in others.failures.Take(Left))
        {
            failures.Add(failure);
            AnyUnreadable |= failure.IsUnreadable;
        }

        unreadable = null;
    }

    public Dictionary<string, string[]> ToDictionary() => failures
        .GroupBy(failure => InputPath.Clip(failure.Path.ToString(), MaxFieldLength), failure => InputPath.Clip($"{failure.Rule}: {failure.Message}{failure.Expected}.", MaxMessageLength))
        .ToDictionary(field => field.Key, field => field.Distinct().ToArray());

    /// <summary>Begins to read a value as one of several alternatives, whose failures count only if none fits.</summary>
    public RequestFailures BeginTrial()
    {
        trials.Depth++;
        return trials.Spare.TryPop(out var spare) ? spare : new(trials);
    }

    public void EndTrial() => trials.Depth--;

    /// <summary>Whether a trial comes closer than another: its type is right, it does not fail at what tells the alternatives apart, and it fails in fewer places.</summary>
    public bool IsCloserThan(RequestFailures other, InputPath path) => Distance(path) < other.Distance(path);

    /// <summary>Lets another trial use this one's memory.</summary>
    public void Release()
    {
        failures.Clear();
        AnyUnreadable = false;
        unreadable = null;
        trials.Spare.Push(this);
    }

    /// <summary>
    /// What became of this value when these alternatives were tried on it before, within another trial. Without this, work
    /// would double with each level of a recursive schema.
    /// </summary>
    public bool TryRecall(Delegate alternatives, JsonElement value, out (object? Value, RequestFailures? Failures) result)
    {
        result = default;
        return Key(alternatives, value) is { } key && trials.Results.TryGetValue(key, out result);
    }

    /// <returns>Whether it is kept.</returns>
    public bool Remember(Delegate alternatives, JsonElement value, object? fitting, RequestFailures? closest) =>
        Key(alternatives, value) is { } key && trials.Results.TryAdd(key, (fitting, closest));

    private int Distance(InputPath path)
    {
        var distance = failures.Count;
        foreach (var failure in failures)
        {
            distance += failure.Rule == "type" && failure.Path.Equals(path) ? 4 * Most : failure.Rule is "const" or "enum" ? 2 * Most : 0;
        }

        return distance;
    }

    private (Delegate, int)? Key(Delegate alternatives, JsonElement value) =>
        trials.Depth > 0
        && value.ValueKind is JsonValueKind.Object or JsonValueKind.Array
        && trials.Document.ValueKind != JsonValueKind.Undefined
        && JsonMarshal.GetRawUtf8Value(trials.Document).Overlaps(JsonMarshal.GetRawUtf8Value(value), out var offset)
            ? (alternatives, offset)
            : null;

    private bool IsPartOfUnreadable(string field)
    {
        unreadable ??= [.. failures.Where(failure => failure.IsUnreadable).Select(failure => failure.Path.ToString())];
        if (unreadable.Count == 0)
        {
            return false;
        }

        var wholes = unreadable.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var end = 1; end < field.Length; end++)
        {
            if (field[end] is '.' or '[' && wholes.Contains(field.AsSpan(0, end)))
            {
                return true;
            }
        }

        return unreadable.Contains(field);
    }

    private readonly record struct Failure(InputPath Path, string Rule, string Message, string Expected, bool IsUnreadable);

    /// <summary>What all trials of a request share.</summary>
    private sealed class Trials
    {
        public int Depth { get; set; }

        public JsonElement Document { get; set; }

        public TimeSpan MatchTime { get; set; }

        public Stack<RequestFailures> Spare { get; } = [];

        public Dictionary<(Delegate, int), (object?, RequestFailures?)> Results { get; } = [];
    }
}
