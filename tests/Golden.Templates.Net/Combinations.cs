namespace Golden.Templates.Net;

/// <summary>The combinations of a template's options.</summary>
static class Combinations
{
    /// <summary>
    /// Every value of every choice with every other. A value that is free (a port) is always given, so that equal choices make equal
    /// outputs; it is left out in one combination more.
    /// </summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Of(IReadOnlyList<Option> options)
    {
        var choices = options.Where(option => !option.IsFree).ToList();
        var free = options.Where(option => option.IsFree).ToList();
        var count = choices.Aggregate(1, (product, option) => product * option.Values.Count);
        var all = Enumerable.Range(0, count).Select(number => Combination(number, free));
        return free.Count == 0 ? [.. all] : [.. all, Combination(0, [])];

        IReadOnlyDictionary<string, string> Combination(int number, List<Option> given)
        {
            var combination = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var option in choices)
            {
                (number, var index) = Math.DivRem(number, option.Values.Count);
                combination[option.Name] = option.Values[index];
            }

            foreach (var option in given)
            {
                combination[option.Name] = option.DataType is "integer" or "int" ? "4321" : "given";
            }

            return combination;
        }
    }

    /// <summary>The same, ordered so that the first few have every pair of values: whatever is wrong shows early. Also says how many those are.</summary>
    public static (IReadOnlyList<IReadOnlyDictionary<string, string>> Ordered, int Covering) PairsFirst(IReadOnlyList<IReadOnlyDictionary<string, string>> combinations)
    {
        var rest = combinations.Select(combination => (Combination: combination, Pairs: Pairs(combination).ToHashSet())).ToList();
        var missing = rest.SelectMany(candidate => candidate.Pairs).ToHashSet();
        var covering = new List<IReadOnlyDictionary<string, string>>();
        while (missing.Count > 0)
        {
            var best = rest.MaxBy(candidate => candidate.Pairs.Count(missing.Contains));
            missing.ExceptWith(best.Pairs);
            rest.Remove(best);
            covering.Add(best.Combination);
        }

        return ([.. covering, .. rest.Select(candidate => candidate.Combination)], covering.Count);
    }

    static IEnumerable<(string, string)> Pairs(IReadOnlyDictionary<string, string> combination) =>
        from first in combination
        from second in combination
        where string.CompareOrdinal(first.Key, second.Key) <= 0
        select ($"{first.Key}={first.Value}", $"{second.Key}={second.Value}");
}
