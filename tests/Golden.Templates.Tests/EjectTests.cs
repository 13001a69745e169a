using System.Text.RegularExpressions;

namespace Golden.Templates.Tests;

/// <summary>docs/eject.md, done as it says: what it names is taken from the page, so that a step that is missing there fails here.</summary>
public sealed partial class EjectTests(InstalledPack pack) : TemplateTests(pack)
{
    [Theory]
    [InlineData("webapi-golden", "Acme.Orders")]
    [InlineData("worker-golden", "Acme.Shipping")]
    public async Task ASolutionLeavesTheContractPipeline(string template, string name)
    {
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, template, name);
        var generated = Generated(solution);
        var page = await solution.ReadAsync("docs/eject.md");

        var property = Property().Match(page).Value;
        var projects = Project().Matches(page).Select(match => match.Value).Distinct().ToList();
        Assert.NotEmpty(projects);
        foreach (var project in projects)
        {
            var text = await solution.ReadAsync(project);
            Assert.Contains(property, text, StringComparison.Ordinal);
            await solution.WriteAsync(project, text.Replace(property, "", StringComparison.Ordinal));
        }

        Assert.DoesNotContain(solution.Files(), file => file.EndsWith(".csproj", StringComparison.Ordinal) && File.ReadAllText(Path.Combine(solution.Folder, file)).Contains(property, StringComparison.Ordinal));
        await solution.ReplaceAsync(Targets().Match(page).Value, Import().Match(page).Value, "");

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
        var package = Package().Match(page);
        await RemoveAsync(solution, package.Groups["file"].Value, $".*\"{Regex.Escape(package.Groups["package"].Value)}\".*\n");
        var step = Assert.Single(Step().Matches(page));
        await RemoveAsync(solution, step.Groups["file"].Value, $@"      - name: {Regex.Escape(step.Groups["step"].Value)}\n(?:        .*\n)+");

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

    static async Task RemoveAsync(GeneratedSolution solution, string path, string pattern)
    {
        var before = await solution.ReadAsync(path);
        var after = Regex.Replace(before, pattern, "");
        Assert.NotEqual(before, after);
        await solution.WriteAsync(path, after);
    }

    static List<string> Generated(GeneratedSolution solution) => [.. solution.Files().Where(file => file.Contains("/Generated/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    [GeneratedRegex("<UsesContract>.*</UsesContract>")]
    private static partial Regex Property();

    [GeneratedRegex(@"(?<=`)Directory\.Build\.targets(?=`)")]
    private static partial Regex Targets();

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
}
