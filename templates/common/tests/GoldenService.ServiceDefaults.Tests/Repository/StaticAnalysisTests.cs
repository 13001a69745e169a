namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using global::GoldenService.Testing;
using Xunit;

/// <summary>That the code has no warning is what each build says; here stands that the build asks, everywhere.</summary>
[Trait("Checklist", "static-analysis")]
public sealed partial class StaticAnalysisTests
{
    private static readonly string Root = Repository.Root;

    [Theory] // Fails when the setting is taken out or weakened.
    [InlineData("Nullable", "enable")]
    [InlineData("TreatWarningsAsErrors", "true")]
    [InlineData("AnalysisLevel", "latest-recommended")]
    [InlineData("AnalysisLevelSecurity", "latest-all")]
    [InlineData("NuGetAudit", "true")]
    [InlineData("NuGetAuditMode", "all")]
    [InlineData("NuGetAuditLevel", "low")]
    [InlineData("RestorePackagesWithLockFile", "true")]
    public void Every_project_is_checked(string setting, string value)
    {
        var settings = XDocument.Load(Path.Combine(Root, "Directory.Build.props")).Descendants(setting);

        Assert.Equal(value, Assert.Single(settings).Value);
        Assert.All(Projects(), project => Assert.Empty(XDocument.Load(project).Descendants(setting)));
    }

    [Fact] // Fails when a project turns a warning off, or has a Directory.Build.props of its own.
    public void No_project_is_an_exception()
    {
        Assert.NotEmpty(Projects());
        Assert.All(Projects(), project => Assert.DoesNotMatch(Exemption(), File.ReadAllText(project)));
        Assert.Equal([Path.Combine(Root, "Directory.Build.props")], Directory.GetFiles(Root, "Directory.Build.props", SearchOption.AllDirectories));
    }

    [Fact] // Fails when code turns a warning off and does not say why.
    public void What_code_turns_off_has_its_reason()
    {
        var sources = Directory.GetFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(Root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin" or "Migrations" or "Generated"))
            .Select(File.ReadAllText)
            .ToList();

        Assert.NotEmpty(sources);
        Assert.All(sources, source => Assert.DoesNotContain("#pragma warning disable", source, StringComparison.Ordinal));
        Assert.All(sources.SelectMany(source => Suppression().Matches(source)), suppression => Assert.Contains("Justification", suppression.Value, StringComparison.Ordinal));
    }

    private static string[] Projects() => Directory.GetFiles(Root, "*.csproj", SearchOption.AllDirectories);

    [GeneratedRegex("<(?:NoWarn|WarningsNotAsErrors|RunAnalyzers|EnableNETAnalyzers|AnalysisMode)\\b")]
    private static partial Regex Exemption();

    [GeneratedRegex(@"\[SuppressMessage\([^\]]*\]")]
    private static partial Regex Suppression();
}
