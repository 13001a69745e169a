using System.Collections.Concurrent;

namespace Golden.Templates.Combinations;

/// <summary>A finding, the first combination that has it, and how many have it.</summary>
sealed record Failure(Finding Finding, Output? First, int Count)
{
    public override string ToString() => First is null ? Finding.ToString() : $"{Finding}\n    in {Count} combination(s), one of them: {First.Command}";
}

/// <summary>Collects findings from several threads, each finding once.</summary>
sealed class Failures
{
    readonly ConcurrentDictionary<Finding, Failure> _byFinding = new();

    public bool Any => !_byFinding.IsEmpty;

    public int Count => _byFinding.Count;

    public void Add(Finding finding, Output? output = null, int count = 1) =>
        _byFinding.AddOrUpdate(finding, _ => new(finding, output, count), (_, failure) => failure with { Count = failure.Count + count });

    public void Add(IEnumerable<Finding> findings, Output? output = null, int count = 1)
    {
        foreach (var finding in findings)
        {
            Add(finding, output, count);
        }
    }

    public IReadOnlyList<Failure> ToList() => [.. _byFinding.Values.OrderBy(failure => failure.Finding.File, StringComparer.Ordinal).ThenBy(failure => failure.Finding.Line)];
}
