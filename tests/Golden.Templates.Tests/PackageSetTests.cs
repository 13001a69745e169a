using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Golden.Templates.Tests;

/// <summary>Services of the package set `full` do what those of `core` do: they have the same tests. Where the feed lacks one of its packages they are skipped.</summary>
public sealed partial class PackageSetTests(InstalledPack pack) : TemplateTests(pack)
{
    [Theory]
    [InlineData("webapi-golden", "sqlite", "--error-tracking", "sentry")]
    [InlineData("webapi-golden", "postgres", "--auth", "none")]
    [InlineData("worker-golden", "sqlite", "--error-tracking", "sentry")]
    public async Task OfTheSetFullAServiceBuildsAndItsTestsPass(string template, string database, string option, string value)
    {
        (string, string)[] server = database == "postgres" ? [(PostgresServer.Variable, PostgresServer.ConnectionString())] : [];
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, template, "Acme.Orders", "--packages", "full", "--database", database, option, value);
        solution.ShouldNameItsProjects();
        solution.ShouldHaveNoTraceOfTheTemplate();
        await solution.RestoreWhereTheFeedHasItAsync();
        solution.ShouldHaveRestoredExactly();

        Assert.DoesNotContain(".NET 8", await solution.BuildAsync("-p:CI=true"), StringComparison.Ordinal);
        Assert.True(await solution.TestAsync([.. server, ("CI", "true")]) > 100);
    }

    /// <summary>NSwag of NuGet makes what that of npm makes, and npm is not needed.</summary>
    [Fact]
    public async Task OfTheSetFullNSwagComesFromNuGet()
    {
        const string Versions = "Directory.Packages.props";
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "webapi-golden", "Acme.Orders", "--packages", "full", "--typescript-client");
        Assert.DoesNotContain(solution.Files(), file => file.StartsWith("contract/package", StringComparison.Ordinal));
        await solution.RestoreWhereTheFeedHasItAsync();

        var committed = solution.Generated();
        await solution.BuildAsync("-p:CI=true", "-p:RegenerateContract=true");
        Assert.Equal(committed, solution.Generated());

        await solution.ReplaceAsync("openapi.yaml", "maximum: 200\n", "maximum: 199\n");
        await solution.BuildAsync();
        Assert.Equal(["Rules.cs", "contract.lock"], solution.Generated().Where(file => committed[file.Key] != file.Value).Select(file => Path.GetFileName(file.Key)).Order(StringComparer.Ordinal));

        await solution.WriteAsync(Versions, NSwagVersion().Replace(await solution.ReadAsync(Versions), "14.0.0"));
        var stale = await CommandLine.DotnetAsync(solution.Folder, "build", "--no-restore", "-nologo", "-m:1", "-p:CI=true");
        stale.ShouldExitWith(1);
        Assert.Contains("error CONTRACT001: The generated code is older than what it is made of (NSwag).", stale.Output, StringComparison.Ordinal);
    }

    /// <summary>Its versions stand in a file of their own, where a package or a condition may be forgotten.</summary>
    [Theory]
    [InlineData("webapi-golden")]
    [InlineData("worker-golden")]
    public async Task TheSetFullHasThePackagesOfCoreAtTheirVersionsOrNewerOnes(string template)
    {
        var (core, full) = (await PackagesAsync(template, ""), await PackagesAsync(template, ".template.config/packages-full"));

        // The package that takes the place of each brings it along.
        string[] replaced = ["OpenTelemetry", "Serilog.Extensions.Logging"];
        Assert.Equal(replaced, core.Keys.Except(full.Keys).Order(StringComparer.Ordinal));
        foreach (var (name, package) in core.Where(package => full.ContainsKey(package.Key)))
        {
            Assert.Equal($"{name} {package.Condition}", $"{name} {full[name].Condition}");
            Assert.True(full[name].Version >= package.Version, $"{name} is {package.Version} in core and {full[name].Version} in full.");
        }
    }

    /// <summary>Each package with the condition that it stands under.</summary>
    static async Task<Dictionary<string, (Version Version, string Condition)>> PackagesAsync(string template, string folder)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "templates", template, folder, "Directory.Packages.props"), TestContext.Current.CancellationToken);
        var packages = new Dictionary<string, (Version, string)>();
        var condition = "";
        foreach (var line in text.Split('\n').Select(line => line.Trim()))
        {
            if (Directive().Match(line) is { Success: true } directive)
            {
                condition = directive.Groups[1].Value switch { "if" => directive.Groups[2].Value, "else" => $"not {condition}", _ => "" };
            }
            else if (line.StartsWith("<PackageVersion ", StringComparison.Ordinal))
            {
                var package = XElement.Parse(line);
                packages.Add(package.Attribute("Include")!.Value, (Version.Parse(package.Attribute("Version")!.Value), condition));
            }
        }

        return packages;
    }

    [GeneratedRegex("""(?<="NSwag.MSBuild" Version=")[^"]+""")]
    private static partial Regex NSwagVersion();

    [GeneratedRegex(@"^<!--#(if|else|endif)\s*(\(.*\))?")]
    private static partial Regex Directive();
}
