namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using global::GoldenService.Testing;
using Xunit;

/// <summary>docs/checklist.md and the traits of the tests of all projects say the same; those of features are not named there. docs/reliability.md names tests too.</summary>
public sealed partial class ChecklistTests
{
    private static readonly IReadOnlyList<(string Name, string Tests)> Rows =
        [.. Row().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "checklist.md"))).Select(row => (row.Groups["row"].Value, row.Groups["tests"].Value))];

    private static readonly IReadOnlyList<(string Row, string Class, bool MustBeNamed)> Proofs =
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories).SelectMany(Read)];

    [Fact] // Fails when no test proves a row, or when a trait has no row.
    public void Each_row_has_a_test_and_each_trait_a_row() =>
        Assert.Equal(Rows.Select(row => row.Name).Order(StringComparer.Ordinal), Proofs.Select(proof => proof.Row).Distinct().Order(StringComparer.Ordinal));

    [Fact] // Fails when a row names a class that does not prove it, or lacks one of the platform or of the specifications that does.
    public void Each_row_names_the_classes_that_have_its_trait()
    {
        var named = Rows.SelectMany(row => Name().Matches(row.Tests).Select(name => $"{row.Name}: {name.Value}")).ToList();

        Assert.Empty(named.Except(Proofs.Select(proof => $"{proof.Row}: {proof.Class}")));
        Assert.Empty(Proofs.Where(proof => proof.MustBeNamed).Select(proof => $"{proof.Row}: {proof.Class}").Except(named));
    }

    [Fact]
    public void The_tests_that_the_page_on_reliability_names_are_there()
    {
        var named = Name().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "reliability.md"))).Select(name => name.Value).Where(name => name.EndsWith("Tests", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(named);
        Assert.Empty(named.Except(Directory.GetFiles(Path.Combine(Repository.Root, "tests"), "*Tests*.cs", SearchOption.AllDirectories).Select(file => Path.GetFileName(file).Split('.')[0])));
    }

    private static IEnumerable<(string Row, string Class, bool MustBeNamed)> Read(string file)
    {
        var folders = Path.GetRelativePath(Repository.Root, file).Split(Path.DirectorySeparatorChar);
        var mustBeNamed = folders.Contains("Specifications") || folders.Contains("GoldenService.ServiceDefaults.Tests");
        return folders.Contains("obj") ? [] : Traits(File.ReadLines(file)).Select(trait => (trait.Row, trait.Class, mustBeNamed));
    }

    // A trait stands above a class, or above a test of the class before it.
    private static IEnumerable<(string Row, string Class)> Traits(IEnumerable<string> lines)
    {
        var (name, above) = ("", new List<string>());
        foreach (var line in lines)
        {
            if (Trait().Match(line) is { Success: true } trait)
            {
                above.Add(trait.Groups["row"].Value);
            }
            else if (Declaration().Match(line) is { Success: true } declaration)
            {
                name = declaration.Groups["class"] is { Success: true } type ? type.Value : name;
                foreach (var row in above)
                {
                    yield return (row, name);
                }

                above.Clear();
            }
        }
    }

    [GeneratedRegex(@"^\| `(?<row>[\w-]+)` \|[^|]*\|(?<tests>[^|]*)\|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"(?<=`)\w+(?=`)")]
    private static partial Regex Name();

    [GeneratedRegex("""^ *\[Trait\("Checklist", "(?<row>[\w-]+)"\)\]""")]
    private static partial Regex Trait();

    [GeneratedRegex(@"^(public sealed (partial )?class (?<class>\w+)|    public [\w<>]+( \w+)? \w+\()")]
    private static partial Regex Declaration();
}
