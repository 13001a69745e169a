namespace GoldenService.Testing;

using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

/// <summary>What the database means to do for a statement.</summary>
public sealed partial record QueryPlan(string Text, IReadOnlyList<TableRead> Reads);

/// <summary>A table, or what the statement calls it; by which index it is read, if by any, and under which conditions; and whether rows are sorted only to take the first few.</summary>
public sealed partial record TableRead(string Table, string Index, string Conditions, bool IsSorted)
{
    /// <summary>The columns under a condition, in the order of the index.</summary>
    public IReadOnlyList<string> Sought { get; } = [.. Condition().Matches(Conditions).Select(condition => condition.Groups[1].Value).Distinct()];

    /// <summary>Behind a range an index cannot be sought any further.</summary>
    public bool EndsInRange { get; } = Condition().Matches(Conditions) is [.., var last] && last.Groups[2].Value != "=";

    [GeneratedRegex(@"(\w+)\)?(?:::[\w ]+)?\s*(=|<|>)")]
    private static partial Regex Condition();
}
