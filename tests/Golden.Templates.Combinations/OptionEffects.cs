using Golden.Templates.Tests;

namespace Golden.Templates.Combinations;

/// <summary>An option, or a choice of one, that changes nothing is a defect: a condition is misspelled, or the option is dead.</summary>
static class OptionEffects
{
    public static IEnumerable<Finding> Check(IReadOnlyList<Option> options, IReadOnlyList<Output> outputs)
    {
        var complete = outputs.Where(output => output.Options.Count == options.Count).ToList();
        return options.SelectMany(option => option.IsFree ? Free(complete, option.Name) : Choice(complete, option));
    }

    static IEnumerable<Finding> Choice(List<Output> outputs, Option option)
    {
        // What is always refused cannot be compared.
        var written = outputs.Where(output => output.Refusal is null).ToList();
        var values = option.Values.Where(value => written.Exists(output => output.Options[option.Name] == value)).ToList();
        var alike = written.GroupBy(output => string.Join(' ', output.Options.Where(other => other.Key != option.Name).Select(other => $"{other.Key}={other.Value}").Order(StringComparer.Ordinal)))
            .Select(group => group.ToDictionary(output => output.Options[option.Name], output => output.Key)).ToList();
        return
            from first in values
            from second in values
            where string.CompareOrdinal(first, second) < 0
                && alike.Where(with => with.ContainsKey(first) && with.ContainsKey(second)).All(with => with[first] == with[second])
            select new Finding(TemplateConfig.File, 0, $"The option {option.Name} makes no difference between \"{first}\" and \"{second}\".");
    }

    static IEnumerable<Finding> Free(List<Output> outputs, string option)
    {
        var given = outputs.First(output => output.Files.Count > 0);
        var value = given.Options[option];
        return given.Files.Values.Any(file => file.Text.Contains(value, StringComparison.Ordinal))
            ? []
            : [new(TemplateConfig.File, 0, $"The option {option} has no effect: no file has the value given, {value}.")];
    }
}
