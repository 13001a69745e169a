using System.Text.Json;
using System.Text.RegularExpressions;

namespace Golden.Templates.Tests;

/// <summary>What becomes of a project's name: names of files, namespaces and assemblies.</summary>
public abstract class NameTests(InstalledPack pack) : TemplateTests(pack)
{
    private protected async Task<GeneratedSolution> GeneratesAsync(string name, string projectName)
    {
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "webapi-golden", name);
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

    /// <summary>Runs the service's own tests too. That takes a minute, so only names do it that differ at run time.</summary>
    private protected async Task WorksAsync(string name, string projectName) => await (await BuildsAsync(name, projectName)).TestAsync();
}

/// <summary>Names that are not spelled like a namespace.</summary>
public sealed class SpellingTests(InstalledPack pack) : NameTests(pack)
{
    const string Sixty = "Acme.OrdersAndInvoicesForAllRegionsOfTheContinentAndTheIsles";

    [Theory]
    [InlineData("Acme.Orders", "Acme.Orders")]
    [InlineData("日本", "日本")]
    public Task Works(string name, string projectName) => WorksAsync(name, projectName);

    [Theory]
    [InlineData("my-api", "my_api")]
    [InlineData("My App", "My_App")]
    [InlineData("3d.Api", "_3d.Api")]
    [InlineData("Acme..Orders", "Acme.Orders")]
    [InlineData("A & B", "A_B")]
    [InlineData(Sixty, Sixty)]
    public Task Builds(string name, string projectName) => BuildsAsync(name, projectName);

    [Theory]
    [InlineData("Acme (new)", "Acme_new")]
    [InlineData(".Acme.", "Acme")]
    [InlineData("Acme. -Orders", "Acme.Orders")]
    [InlineData("_acme__orders_", "_acme__orders_")]
    [InlineData("Acme.2nd", "Acme._2nd")]
    [InlineData("!", "App")]
    [InlineData("100% Ours", "_100_Ours")]
    public Task IsMadeValid(string name, string projectName) => GeneratesAsync(name, projectName);

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
    [Theory]
    [InlineData("class", "_class")]
    [InlineData("Acme.System.Microsoft.Program.Acme", "Acme._System._Microsoft._Program._Acme")]
    public Task Works(string name, string projectName) => WorksAsync(name, projectName);

    [Theory]
    [InlineData("new.Class-Lib", "_new.Class_Lib")]
    [InlineData("Program", "_Program")]
    [InlineData("Acme.Task", "Acme.Task")]
    [InlineData("Acme.Results", "Acme.Results")]
    public Task Builds(string name, string projectName) => BuildsAsync(name, projectName);

    // The generated tests, which refer to the other two projects, are what would not compile.
    [Fact]
    public async Task BuildsWhenItStartsLikeAProjectEnds() => await (await GeneratesAsync("Api.Gateway", "_Api.Gateway")).BuildAsync();

    // NuGet would take the project OpenTelemetry.Api for the package of that name, and find a cycle.
    [Fact]
    public async Task RestoresWhenItIsThatOfAPackage() => await (await GeneratesAsync("OpenTelemetry", "_OpenTelemetry")).RestoreAsync();

    [Theory]
    [InlineData("Order", "Order")]
    [InlineData("Orders", "Orders")]
    [InlineData("System", "System")]
    [InlineData("Microsoft.Orders", "Microsoft.Orders")]
    [InlineData("Client", "_Client")]
    [InlineData("Tests", "_Tests")]
    [InlineData("Acme.Order", "Acme.Order")]
    [InlineData("Acme.Api", "Acme.Api")]
    [InlineData("WebApplication.Orders", "_WebApplication.Orders")]
    [InlineData("Acme.Acme.Acme", "Acme._Acme._Acme")]
    [InlineData("Acme.record", "Acme._record")]
    [InlineData("field.Orders", "_field.Orders")]
    [InlineData("rabbitmq", "_rabbitmq")]
    [InlineData("nul.Orders", "_nul.Orders")]
    public Task IsEscapedWhereItMust(string name, string projectName) => GeneratesAsync(name, projectName);

    /// <summary>The namespace of a project hides a type of the same name from the top-level statements of Program.cs.</summary>
    [Fact]
    public async Task EveryTypeThatProgramNamesIsEscaped()
    {
        var program = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "templates/webapi-golden/src/GoldenService.Api/Program.cs"), TestContext.Current.CancellationToken);
        var code = Regex.Replace(program, """//.*|^\s*using .*;|"(\\.|[^"\\])*""" + "\"", "", RegexOptions.Multiline);
        AssertEscaped("escapeRootNamesOfCode", Regex.Matches(code, @"(?<![\w.])[A-Z]\w*").Select(match => match.Value), "", "Program.cs names this type");
    }

    /// <summary>A later part of the name hides a root namespace of the same name from the using directives inside the namespace.</summary>
    [Fact]
    public async Task EveryRootNamespaceInUseIsEscaped()
    {
        var roots = new HashSet<string>();
        foreach (var file in await Repository.TrackedFilesAsync("templates/webapi-golden/src/**/*.cs", "templates/webapi-golden/tests/**/*.cs"))
        {
            var code = await File.ReadAllTextAsync(Path.Combine(Repository.Root, file), TestContext.Current.CancellationToken);
            roots.UnionWith(Regex.Matches(code, @"^\s*using (?:static )?(?:\w+ = )?(?:global::)?(\w+)[.;]", RegexOptions.Multiline).Select(match => match.Groups[1].Value));
        }

        roots.Remove("GoldenService");
        AssertEscaped("escapeLaterRootNamespaces", roots, "Acme.", "a using directive starts with it");
    }

    static void AssertEscaped(string form, IEnumerable<string> names, string prefix, string reason)
    {
        var config = Path.Combine(Repository.Root, "templates/webapi-golden/.template.config/template.json");
        using var template = JsonDocument.Parse(File.ReadAllText(config), new() { CommentHandling = JsonCommentHandling.Skip });
        var pattern = template.RootElement.GetProperty("forms").GetProperty(form).GetProperty("pattern").GetString()!;
        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.True(Regex.IsMatch(prefix + name, pattern), $"Add {name} to {form} in template.json: {reason}."));
    }
}
