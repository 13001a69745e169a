using System.Text.Json;
using System.Text.RegularExpressions;

namespace Golden.Templates.Tests;

/// <summary>What becomes of a project's name: names of files, namespaces and assemblies, and a slug where those do not fit.</summary>
public abstract class NameTests(InstalledPack pack) : TemplateTests(pack)
{
    private protected async Task<GeneratedSolution> GeneratesAsync(string name, string projectName, string slug)
    {
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "webapi-golden", name);
        Assert.Equal(projectName, solution.ProjectName);
        solution.ShouldNameItsProjects();
        solution.ShouldHaveNoTraceOfTheTemplate();
        solution.ShouldMention(slug);
        return solution;
    }

    private protected async Task WorksAsync(string name, string projectName, string slug)
    {
        var solution = await GeneratesAsync(name, projectName, slug);
        await solution.BuildAsync();
        await solution.TestAsync();
    }
}

/// <summary>Names that are not spelled like a namespace.</summary>
public sealed class SpellingTests(InstalledPack pack) : NameTests(pack)
{
    const string Sixty = "Acme.OrdersAndInvoicesForAllRegionsOfTheContinentAndTheIsles";

    [Theory]
    [InlineData("Acme.Orders", "Acme.Orders", "acme-orders")]
    [InlineData("my-api", "my_api", "my-api")]
    [InlineData("My App", "My_App", "my-app")]
    [InlineData("3d.Api", "_3d.Api", "app-3-d-api")]
    [InlineData("Acme..Orders", "Acme.Orders", "acme-orders")]
    [InlineData("A & B", "A_B", "a-b")]
    [InlineData("日本", "日本", "app")]
    [InlineData(Sixty, Sixty, "acme-orders-and-invoices-for-all-regions-of-the-co")]
    public Task Works(string name, string projectName, string slug) => WorksAsync(name, projectName, slug);

    [Theory]
    [InlineData("Acme (new)", "Acme_new", "acme-new")]
    [InlineData(".Acme.", "Acme", "acme")]
    [InlineData("Acme. -Orders", "Acme.Orders", "acme-orders")]
    [InlineData("_acme__orders_", "_acme__orders_", "acme-orders")]
    [InlineData("Acme.2nd", "Acme._2nd", "acme-2-nd")]
    [InlineData("!", "App", "app")]
    [InlineData("100% Ours", "_100_Ours", "app-100-ours")]
    public Task IsMadeValid(string name, string projectName, string slug) => GeneratesAsync(name, projectName, slug);

    [Fact]
    public async Task IsCutToWhatAFileNameCanHold()
    {
        // Three bytes a character, the most there is: the longest file of the build must stay within 255 bytes.
        var solution = await GeneratesAsync(new string('日', 70), new string('日', 60), "app");
        await solution.BuildAsync();
    }
}

/// <summary>Names that C#, NuGet, Windows or the generated code already use for something else.</summary>
public sealed class TakenNameTests(InstalledPack pack) : NameTests(pack)
{
    [Theory]
    [InlineData("class", "_class", "class")]
    [InlineData("new.Class-Lib", "_new.Class_Lib", "new-class-lib")]
    [InlineData("Program", "_Program", "program")]
    [InlineData("Acme.Task", "Acme.Task", "acme-task")]
    [InlineData("Acme.Results", "Acme.Results", "acme-results")]
    [InlineData("Acme.System.Microsoft.Program.Acme", "Acme._System._Microsoft._Program._Acme", "acme-system-microsoft-program-acme")]
    public Task Works(string name, string projectName, string slug) => WorksAsync(name, projectName, slug);

    // The generated tests, which refer to the other two projects, are what would not compile.
    [Fact]
    public async Task BuildsWhenItStartsLikeAProjectEnds() => await (await GeneratesAsync("Api.Gateway", "_Api.Gateway", "api-gateway")).BuildAsync();

    // NuGet would take the project OpenTelemetry.Api for the package of that name, and find a cycle.
    [Fact]
    public async Task RestoresWhenItIsThatOfAPackage() => await (await GeneratesAsync("OpenTelemetry", "_OpenTelemetry", "open-telemetry")).RestoreAsync();

    [Theory]
    [InlineData("Order", "Order", "order")]
    [InlineData("Orders", "Orders", "orders")]
    [InlineData("System", "System", "system")]
    [InlineData("Microsoft.Orders", "Microsoft.Orders", "microsoft-orders")]
    [InlineData("Client", "_Client", "client")]
    [InlineData("Tests", "_Tests", "tests")]
    [InlineData("Acme.Order", "Acme.Order", "acme-order")]
    [InlineData("Acme.Api", "Acme.Api", "acme-api")]
    [InlineData("WebApplication.Orders", "_WebApplication.Orders", "web-application-orders")]
    [InlineData("Acme.Acme.Acme", "Acme._Acme._Acme", "acme-acme-acme")]
    [InlineData("Acme.record", "Acme._record", "acme-record")]
    [InlineData("rabbitmq", "_rabbitmq", "rabbitmq")]
    [InlineData("nul.Orders", "_nul.Orders", "nul-orders")]
    public Task IsEscapedWhereItMust(string name, string projectName, string slug) => GeneratesAsync(name, projectName, slug);

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
