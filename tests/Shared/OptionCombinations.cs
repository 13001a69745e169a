namespace Golden.Templates.Tests;

/// <summary>An option of a template: what a user can give.</summary>
/// <param name="Values">Every value of a choice (every subset, where several may be chosen); empty where the value is free.</param>
/// <param name="IsAside">Only post actions read it, so that no file depends on it.</param>
sealed record Option(string Name, string DataType, IReadOnlyList<string> Values, bool IsAside)
{
    public bool IsFree => Values.Count == 0;

    public bool IsCrossed => !IsFree && !IsAside;

    public static Option Of(string name, string dataType, string[] choices, bool mayBeSeveral, bool isAside) =>
        new(name, dataType, dataType == "bool" ? ["false", "true"] : mayBeSeveral ? [.. Subsets(choices)] : choices, isAside);

    // Where a choice says that it is none of them, there is no other way to say it.
    static IEnumerable<string> Subsets(string[] choices) =>
        Enumerable.Range(0, 1 << choices.Length).Skip(choices.Contains("none") ? 1 : 0).Select(set => string.Join('|', choices.Where((_, index) => (set & 1 << index) != 0)));
}

/// <summary>The combinations of a template's options.</summary>
static class OptionCombinations
{
    /// <summary>
    /// Every value of every choice with every other. A value that is free (a port) is given in all of them, so that equal choices make
    /// equal outputs; one more is without it. An option that only post actions read keeps its first value; one more has the other.
    /// </summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Of(IReadOnlyList<Option> options)
    {
        var crossed = options.Where(option => option.IsCrossed).ToList();
        var free = options.Where(option => option.IsFree).ToList();
        var count = crossed.Aggregate(1, (product, option) => product * option.Values.Count);
        var all = Enumerable.Range(0, count).Select(Combination).ToList();
        var without = all[0].Where(value => !free.Exists(option => option.Name == value.Key)).ToDictionary();
        var aside =
            from option in options
            where option.IsAside && !option.IsFree
            from value in option.Values.Skip(1)
            select new Dictionary<string, string>(all[0]) { [option.Name] = value };
        return [.. all, .. aside, .. free.Count > 0 ? [without] : Array.Empty<Dictionary<string, string>>()];

        Dictionary<string, string> Combination(int number)
        {
            var combination = new Dictionary<string, string>();
            foreach (var option in options)
            {
                if (option.IsCrossed)
                {
                    (number, var index) = Math.DivRem(number, option.Values.Count);
                    combination[option.Name] = option.Values[index];
                }
                else
                {
                    combination[option.Name] = !option.IsFree ? option.Values[0] : option.DataType is "integer" or "int" ? "4321" : "given";
                }
            }

            return combination;
        }
    }

    /// <summary>A few of them that have every pair of values.</summary>
    /// <param name="rank">A pair is in a combination of the lowest rank that has it.</param>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Pairwise(
        IReadOnlyList<IReadOnlyDictionary<string, string>> combinations, Func<IReadOnlyDictionary<string, string>, int>? rank = null)
    {
        var covered = new HashSet<(string, string)>();
        var covering = new List<IReadOnlyDictionary<string, string>>();
        foreach (var group in combinations.GroupBy(rank ?? (_ => 0)).OrderBy(group => group.Key))
        {
            var pairs = group.ToDictionary(combination => combination, combination => Pairs(combination).ToHashSet());
            covering.AddRange(Fewest(pairs, pairs.Values.SelectMany(own => own).Except(covered)));
            covered.UnionWith(pairs.Values.SelectMany(own => own));
        }

        return covering;
    }

    /// <summary>As few as together have all of these parts, the one with the most first; parts that none has are left out.</summary>
    public static List<T> Fewest<T, TPart>(IReadOnlyDictionary<T, HashSet<TPart>> candidates, IEnumerable<TPart> parts)
        where T : notnull
    {
        var missing = parts.ToHashSet();
        var chosen = new List<T>();
        while (candidates.MaxBy(candidate => candidate.Value.Count(missing.Contains)) is { Key: not null } best && best.Value.Overlaps(missing))
        {
            missing.ExceptWith(best.Value);
            chosen.Add(best.Key);
        }

        return chosen;
    }

    /// <summary>Whether a value is none and another one at once.</summary>
    public static bool IsContradictory(string? value) => value?.Split('|') is { Length: > 1 } chosen && chosen.Contains("none");

    static IEnumerable<(string, string)> Pairs(IReadOnlyDictionary<string, string> combination)
    {
        // Of a value that is several, each.
        var values = combination.SelectMany(option => option.Value.Split('|').Select(value => $"{option.Key}={value}")).Order(StringComparer.Ordinal).ToList();
        return values.SelectMany((first, index) => values.Skip(index).Select(second => (first, second)));
    }
}
