namespace GoldenService.Tests;

using System;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.RegularExpressions;
using Xunit;

/// <summary>docs/checklist.md and the traits of the tests say the same.</summary>
public sealed partial class ChecklistTests
{
    [Fact] // Fails when a row has no test, names a class that does not prove it, or when a trait has no row.
    public void Each_row_names_the_classes_that_have_its_trait()
    {
        var page = File.ReadAllText(Path.Combine(RepositorySecretsTests.Root(), "docs", "checklist.md"));
        var rows = Row().Matches(page).SelectMany(row => Name().Matches(row.Groups["tests"].Value).Select(name => $"{row.Groups["row"].Value}: {name.Value}"));
        var traits =
            from type in typeof(ChecklistTests).Assembly.GetTypes()
            from member in type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly).Where(IsTest).Append<MemberInfo>(type)
            from trait in member.GetCustomAttributes<TraitAttribute>(inherit: false)
            where trait.Name == "Checklist"
            select $"{trait.Value}: {type.Name}";

        Assert.Equal(rows.Order(StringComparer.Ordinal), traits.Distinct().Order(StringComparer.Ordinal));
        Assert.All(Row().Matches(page), row => Assert.NotEmpty(Name().Matches(row.Groups["tests"].Value)));
    }

    private static bool IsTest(MethodInfo method) => method.IsDefined(typeof(FactAttribute), inherit: true);

    [GeneratedRegex(@"^\| `(?<row>[\w-]+)` \|[^|]*\|(?<tests>[^|]*)\|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"(?<=`)\w+(?=`)")]
    private static partial Regex Name();
}
