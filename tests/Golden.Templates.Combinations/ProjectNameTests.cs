using System.Diagnostics;
using Golden.Templates.Tests;

namespace Golden.Templates.Combinations;

/// <summary>Every name makes a solution that compiles, or is refused with a sentence; nothing is written outside the output folder.</summary>
public sealed class ProjectNameTests(CombinationCheck check)
{
    public static TheoryData<string> Templates => [.. TemplateFolder.All];

    [Theory]
    [MemberData(nameof(Templates))]
    public async Task EveryNameCompilesOrIsRefused(string template)
    {
        var clock = Stopwatch.StartNew();
        var names = new NameCheck(check, await TemplateFolder.LoadAsync(template));
        await names.RunAsync();
        var summary = $"{names} in {clock.Elapsed.TotalSeconds:0.0} s (seed of the composed names: {ProjectNames.Seed})";
        Summary.Write(summary);
        Assert.True(names.Failures.Count == 0, $"{summary}\n{string.Join('\n', names.Failures.Take(25))}");
    }

    [Fact(Explicit = true)] // EveryNameCompilesOrIsRefused has a few; the nightly run has these, too.
    public async Task OtherNamesCompileInAWholeSystem()
    {
        var names = new NameCheck(check, await TemplateFolder.LoadAsync("golden"));
        await names.CompileWholeAsync(NameCheck.MoreWhole);
        Assert.True(names.Failures.Count == 0, string.Join('\n', names.Failures.Take(25)));
    }

    /// <summary>Names that are not spelled like a namespace, or that C#, NuGet, Windows or the generated code use for something else.</summary>
    [Theory]
    [InlineData("webapi-golden", "my-api", "my_api")]
    [InlineData("webapi-golden", "My App", "My_App")]
    [InlineData("webapi-golden", "3d.Api", "_3d.Api")]
    [InlineData("webapi-golden", "Acme..Orders", "Acme.Orders")]
    [InlineData("webapi-golden", "Acme.OrdersAndInvoicesForAllRegionsOfTheContinentAndTheIsles", "Acme.OrdersAndInvoicesForAllRegionsOfTheContinentAndTheIsles")]
    [InlineData("webapi-golden", "Acme (new)", "Acme_new")]
    [InlineData("webapi-golden", ".Acme.", "Acme")]
    [InlineData("webapi-golden", "Acme. -Orders", "Acme.Orders")]
    [InlineData("webapi-golden", "_acme__orders_", "_acme__orders_")]
    [InlineData("webapi-golden", "Acme.2nd", "Acme._2nd")]
    [InlineData("webapi-golden", "!", "App")]
    [InlineData("webapi-golden", "100% Ours", "_100_Ours")]
    [InlineData("webapi-golden", "Program", "_Program")]
    [InlineData("webapi-golden", "Acme.Task", "Acme.Task")]
    [InlineData("webapi-golden", "Acme.Results", "Acme.Results")]
    [InlineData("webapi-golden", "Client.Gateway", "_Client.Gateway")]
    [InlineData("webapi-golden", "Order", "Order")]
    [InlineData("webapi-golden", "Orders", "Orders")]
    [InlineData("webapi-golden", "Microsoft.Orders", "Microsoft.Orders")]
    [InlineData("webapi-golden", "Client", "_Client")]
    [InlineData("webapi-golden", "Tests", "_Tests")]
    [InlineData("webapi-golden", "Acme.Order", "Acme.Order")]
    [InlineData("webapi-golden", "Acme.Api", "Acme.Api")]
    [InlineData("webapi-golden", "WebApplication.Orders", "_WebApplication.Orders")]
    [InlineData("webapi-golden", "Acme.Acme.Acme", "Acme._Acme._Acme")]
    [InlineData("webapi-golden", "Acme.record", "Acme._record")]
    [InlineData("webapi-golden", "System", "_System")]
    [InlineData("webapi-golden", "field.Orders", "_field.Orders")]
    [InlineData("webapi-golden", "rabbitmq", "_rabbitmq")]
    [InlineData("webapi-golden", "nul.Orders", "_nul.Orders")]
    [InlineData("worker-golden", "Messages", "Messages")]
    [InlineData("worker-golden", "Acme.Worker", "Acme.Worker")]
    [InlineData("worker-golden", "my-worker", "my_worker")]
    [InlineData("worker-golden", "Api.Gateway", "Api.Gateway")]
    [InlineData("worker-golden", "WebhooksOperations", "_WebhooksOperations")]
    [InlineData("worker-golden", "Shipments", "Shipments")]
    public async Task ANameBecomesThatOfAProject(string template, string name, string projectName) =>
        Assert.Equal(projectName, (await new NameCheck(check, await TemplateFolder.LoadAsync(template)).MapAsync(name)).ProjectName);

    /// <summary>Images, databases, audiences and packages are called by it.</summary>
    [Theory]
    [InlineData("Acme.Orders", "acme-orders")]
    [InlineData("My App", "my-app")]
    [InlineData("3d.Api", "app-3-d-api")]
    [InlineData("_Größe_", "gr-e")]
    [InlineData("日本", "app")]
    public async Task ANameBecomesThatOfWhatIsDeployed(string name, string slug) =>
        Assert.Equal(slug, (await new NameCheck(check, await TemplateFolder.LoadAsync("webapi-golden")).MapAsync(name)).Slug);

    /// <summary>The check of names holds: without one step of the form that maps them, it finds a name that does not work.</summary>
    /// <remarks>
    /// Some steps are not here. Without collapseDots, trim and kebab names work and are ugly. Without escapeLaterFirstSegment the code that is generated
    /// works, because it names its own namespaces from the root; code that is added later need not.
    /// </remarks>
    [Theory(Explicit = true)] // It proves the check, not the templates: the nightly run does.
    [InlineData("invalidToSpace", "A & B")]
    [InlineData("cutAtSixty", "LONG")]
    [InlineData("spaceToUnderscore", "My App")]
    [InlineData("emptyToApp", "!")]
    [InlineData("escapeBadStart", "3d.Api")]
    [InlineData("escapeDiscard", "Acme._")]
    [InlineData("escapeKeyword", "class.Orders")]
    [InlineData("escapeRootNamesOfCode", "Contract.Orders")]
    [InlineData("escapeLaterRootNamespaces", "Acme.System")]
    [InlineData("escapeDeviceName", "nul.Orders")]
    [InlineData("escapePackageName", "OpenTelemetry")]
    [InlineData("otherToDash", "Größe", "slug")]
    [InlineData("slugBeginsWithLetter", "3d.Api", "slug")]
    [InlineData("cutAtForty", "Acme.OrdersAndInvoicesForAllRegionsOfTheContinent", "slug")]
    [InlineData("trimDashes", "Acm.OrdersAndInvoicesForAllRegionsOfTheContinent", "slug")]
    [InlineData("emptyToSlugOfApp", "日本", "slug")]
    public async Task EachStepOfTheFormIsNeeded(string step, string name, string form = "projectName")
    {
        var template = (await TemplateFolder.LoadAsync("webapi-golden")).EditConfig(config =>
        {
            var steps = config["forms"]![form]!["steps"]!.AsArray();
            Assert.True(steps.Remove(steps.Single(other => (string?)other == step)));
        });
        var names = new NameCheck(check, template);
        await names.RunAsync(name == "LONG" ? new string('日', 90) : name);
        TestContext.Current.TestOutputHelper!.WriteLine(string.Join('\n', names.Failures));
        Assert.NotEmpty(names.Failures);
    }
}
