using System.Text.Json;
using System.Text.RegularExpressions;

namespace Golden.Templates.Tests;

/// <summary>Names that C#, NuGet, Windows or the generated code already use for something else. All names are compiled by Golden.Templates.Combinations.</summary>
public sealed class NameTests(InstalledPack pack) : TemplateTests(pack)
{
    // NuGet would take the project OpenTelemetry.Api for the package of that name, and find a cycle.
    [Fact]
    public async Task RestoresWhenItIsThatOfAPackage()
    {
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "webapi-golden", "OpenTelemetry");
        Assert.Equal("_OpenTelemetry", solution.ProjectName);
        await solution.RestoreAsync();
    }

    /// <summary>The namespace of a project hides a type of the same name from the top-level statements of Program.cs.</summary>
    [Theory]
    [InlineData("webapi-golden", "webapi-golden/src/GoldenService.Api")]
    [InlineData("webapi-golden", "common/tests/GoldenService.ServiceDefaults.TestHost")]
    [InlineData("worker-golden", "worker-golden/src/GoldenService.Worker")]
    public async Task EveryTypeThatProgramNamesIsEscaped(string template, string project)
    {
        var program = await File.ReadAllTextAsync(Path.Combine(Repository.Root, $"templates/{project}/Program.cs"), TestContext.Current.CancellationToken);
        var code = Regex.Replace(program, """//.*|^\s*using .*;|"(\\.|[^"\\])*""" + "\"", "", RegexOptions.Multiline);
        AssertEscaped(template, "escapeRootNamesOfCode", Regex.Matches(code, @"(?<![\w.])[A-Z]\w*").Select(match => match.Value), "", "Program.cs names this type");
    }

    /// <summary>A later part of the name hides a root namespace of the same name from the using directives inside the namespace.</summary>
    [Theory]
    [InlineData("webapi-golden")]
    [InlineData("worker-golden")]
    public async Task EveryRootNamespaceInUseIsEscaped(string template)
    {
        var roots = new HashSet<string>();
        foreach (var file in await Repository.TrackedFilesAsync($"templates/{template}/src/**/*.cs", $"templates/{template}/tests/**/*.cs", "templates/common/**/*.cs"))
        {
            // The compiler of contracts has the same name in every solution.
            if (file.StartsWith("templates/common/contract/", StringComparison.Ordinal))
            {
                continue;
            }

            var code = await File.ReadAllTextAsync(Path.Combine(Repository.Root, file), TestContext.Current.CancellationToken);
            roots.UnionWith(Regex.Matches(code, @"^\s*using (?:static )?(?:\w+ = )?(?:global::)?(\w+)[.;]", RegexOptions.Multiline).Select(match => match.Groups[1].Value));
        }

        roots.Remove("GoldenService");
        AssertEscaped(template, "escapeLaterRootNamespaces", roots, "Acme.", "a using directive starts with it");
    }

    static void AssertEscaped(string template, string form, IEnumerable<string> names, string prefix, string reason)
    {
        var config = Path.Combine(Repository.Root, $"templates/{template}/.template.config/template.json");
        using var json = JsonDocument.Parse(File.ReadAllText(config), new() { CommentHandling = JsonCommentHandling.Skip });
        var pattern = json.RootElement.GetProperty("forms").GetProperty(form).GetProperty("pattern").GetString()!;
        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.True(Regex.IsMatch(prefix + name, pattern), $"Add {name} to {form} in the template.json of {template}: {reason}."));
    }
}
