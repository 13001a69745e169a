using System.Text.RegularExpressions;

namespace Golden.Templates.Tests;

/// <summary>docs/eject.md, done as it says: what it names is taken from the page, so that a step that is missing there fails here.</summary>
public sealed partial class EjectTests(InstalledPack pack) : TemplateTests(pack)
{
    [Theory]
    [InlineData("webapi-golden", "Acme.Orders", "core")]
    [InlineData("worker-golden", "Acme.Shipping", "full")]
    public async Task ASolutionLeavesTheContractPipeline(string template, string name, string packages)
    {
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, template, name, "--packages", packages);
        var generated = Generated(solution);
        var page = await solution.ReadAsync("docs/eject.md");

        var import = Import().Match(page).Value;
        var projects = Project().Matches(page).Select(match => match.Value).Distinct().ToList();
        Assert.NotEmpty(projects);
        foreach (var project in projects)
        {
            var text = await solution.ReadAsync(project);
            Assert.Contains(import, text, StringComparison.Ordinal);
            await solution.WriteAsync(project, text.Replace(import, "", StringComparison.Ordinal));
        }

        // The image is built without it too: what a Dockerfile copies must be there.
        var copy = Copied().Match(page).Value;
        var dockerfile = await solution.ReadAsync("Dockerfile");
        Assert.Contains($"{copy}\n", dockerfile, StringComparison.Ordinal);
        dockerfile = dockerfile.Replace($"{copy}\n", "", StringComparison.Ordinal);
        Assert.DoesNotContain("contract/", dockerfile, StringComparison.Ordinal);
        await solution.WriteAsync("Dockerfile", dockerfile);

        var deleted = Deleted().Match(page);
        Directory.Delete(Path.Combine(solution.Folder, deleted.Groups["folder"].Value), recursive: true);
        File.Delete(Path.Combine(solution.Folder, deleted.Groups["page"].Value));
        var steps = Step().Matches(page);
        Assert.Equal(packages == "core" ? 2 : 1, steps.Count);
        foreach (Match step in steps)
        {
            var workflow = await solution.ReadAsync(step.Groups["file"].Value);
            var without = Regex.Replace(workflow, $@"      - name: {Regex.Escape(step.Groups["step"].Value)}\n(?:        .*\n)+", "");
            without = SetupNode().Replace(without, "");
            Assert.NotEqual(workflow, without);
            Assert.DoesNotContain("npm", without, StringComparison.Ordinal);
            await solution.WriteAsync(step.Groups["file"].Value, without);
        }

        var updates = await solution.ReadAsync(".github/dependabot.yml");
        if (packages == "core")
        {
            Assert.Single(NpmUpdates().Matches(updates));
            await solution.WriteAsync(".github/dependabot.yml", NpmUpdates().Replace(updates, ""));
        }
        else
        {
            Assert.DoesNotContain("npm", updates, StringComparison.Ordinal);
            var package = Package().Match(page);
            var versions = await solution.ReadAsync(package.Groups["file"].Value);
            var without = Regex.Replace(versions, $".*\"{Regex.Escape(package.Groups["package"].Value)}\".*\n", "");
            Assert.NotEqual(versions, without);
            await solution.WriteAsync(package.Groups["file"].Value, without);
        }

        // The contract may change now, and nobody asks for NSwag; the rest still holds the service against it.
        var contract = await solution.ReadAsync("openapi.yaml");
        await solution.WriteAsync("openapi.yaml", contract.Replace("  version: 1.0.0\n", "  version: 1.1.0\n", StringComparison.Ordinal));
        Assert.NotEqual(contract, await solution.ReadAsync("openapi.yaml"));
        await solution.BuildAsync("-p:CI=true");
        Assert.Equal(generated, Generated(solution));
        var test = await CommandLine.DotnetAsync(solution.Folder, "test", "--no-build", "--filter-class", "*.ConformanceTests", "--filter-class", "*.ChecklistTests", "--filter-class", "*.StaticAnalysisTests");
        test.ShouldSucceed();
        Assert.DoesNotContain("succeeded: 0", test.Output, StringComparison.Ordinal);
    }

    static List<string> Generated(GeneratedSolution solution) => [.. solution.Files().Where(file => file.Contains("/Generated/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    [GeneratedRegex("<Import .*/>")]
    private static partial Regex Import();

    [GeneratedRegex(@"(?<=`)src/[^`]+\.csproj(?=`)")]
    private static partial Regex Project();

    [GeneratedRegex("(?<=`)COPY [^`]+(?=`)")]
    private static partial Regex Copied();

    [GeneratedRegex("Delete the folder `(?<folder>[^`]+)` and the page `(?<page>[^`]+)`")]
    private static partial Regex Deleted();

    [GeneratedRegex("Remove the line of `(?<package>[^`]+)` from `(?<file>[^`]+)`")]
    private static partial Regex Package();

    [GeneratedRegex(@"from\s+`(?<file>[^`]+\.yml)`\s+(?:remove\s+)?the\s+step\s+\*(?<step>[^*]+)\*", RegexOptions.IgnoreCase)]
    private static partial Regex Step();

    [GeneratedRegex(@"  - package-ecosystem: npm\n(?:    .*\n)+")]
    private static partial Regex NpmUpdates();

    [GeneratedRegex(@"      - uses: actions/setup-node.*\n(?:        .*\n)+")]
    private static partial Regex SetupNode();
}
