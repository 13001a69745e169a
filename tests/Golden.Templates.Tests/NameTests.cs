using System.Text.Json;
using System.Text.RegularExpressions;

namespace Golden.Templates.Tests;

/// <summary>What becomes of a project's name: names of files, namespaces and assemblies.</summary>
public abstract class NameTests(InstalledPack pack) : TemplateTests(pack)
{
    private protected virtual string Template => "webapi-golden";

    private protected async Task<GeneratedSolution> GeneratesAsync(string name, string projectName)
    {
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, Template, name);
        Assert.Equal(projectName, solution.ProjectName);
        solution.ShouldNameItsProjects();
        solution.ShouldHaveNoTraceOfTheTemplate();
        return solution;
    }

    private protected async Task<GeneratedSolution> BuildsAsync(string name, string projectName)
    {
        var solution = await GeneratesAsync(name, projectName);
        await solution.BuildAsync();
        return solution;
    }
}

/// <summary>Names that are not spelled like a namespace.</summary>
public sealed class SpellingTests(InstalledPack pack) : NameTests(pack)
{
    // What MSBuild and NuGet may take for something else in a path. All names are compiled by Golden.Templates.Combinations.
    [Fact]
    public Task Builds() => BuildsAsync("A & B", "A_B");

    [Fact]
    public async Task IsCutToWhatAFileNameCanHold()
    {
        // Three bytes a character, the most there is: the longest file of the build must stay within 255 bytes.
        var solution = await GeneratesAsync(new string('日', 70), new string('日', 60));
        await solution.BuildAsync();
    }
}

/// <summary>Names that C#, NuGet, Windows or the generated code already use for something else.</summary>
public sealed class TakenNameTests(InstalledPack pack) : NameTests(pack)
{
    [Fact]
    public Task Builds() => BuildsAsync("new.Class-Lib", "_new.Class_Lib");

    // NuGet would take the project OpenTelemetry.Api for the package of that name, and find a cycle.
    [Fact]
    public async Task RestoresWhenItIsThatOfAPackage() => await (await GeneratesAsync("OpenTelemetry", "_OpenTelemetry")).RestoreAsync();

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

/// <summary>The worker shares how names are made with the web API; these are the names that are its own.</summary>
public sealed class WorkerNameTests(InstalledPack pack) : NameTests(pack)
{
    private protected override string Template => "worker-golden";

    [Fact]
    public Task Builds() => BuildsAsync("Worker.Gateway", "Worker.Gateway");
}
