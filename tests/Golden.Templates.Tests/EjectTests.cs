using System.Text.RegularExpressions;

namespace Golden.Templates.Tests;

/// <summary>docs/eject.md, done as it says: what it names is taken from the page, so that a step that is missing there fails here.</summary>
public sealed partial class EjectTests(InstalledPack pack) : TemplateTests(pack)
{
    [Theory]
    [InlineData("webapi-golden", "Acme.Orders", "--typescript-client", "true", "--ci", "azure")]
    [InlineData("worker-golden", "Acme.Shipping")]
    public async Task ASolutionLeavesTheContractPipeline(string template, string name, params string[] options)
    {
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, template, name, options);
        var generated = Generated(solution);
        var page = await solution.ReadAsync("docs/eject.md");

        var lines = Xml().Matches(page).Select(line => line.Value).ToList();
        var (contract, resource, import) = (lines[0], lines[1], lines[2]);
        var projects = Declarations().Match(page);
        foreach (var project in Project().Matches(projects.Groups["clients"].Value).Select(match => match.Value))
        {
            await RemoveAsync(solution, project, " *<ContractClient .*/>\n");
        }

        foreach (var project in Project().Matches(projects.Groups["servers"].Value).Select(match => match.Value))
        {
            await solution.ReplaceAsync(project, contract, resource);
        }

        if (TypeScript().Match(page) is { Success: true, Value: var typeScript })
        {
            await RemoveAsync(solution, typeScript, " *<ContractClient .*/>\n");
        }

        Assert.DoesNotContain(solution.Files(), file => file.EndsWith(".csproj", StringComparison.Ordinal) && File.ReadAllText(Path.Combine(solution.Folder, file)).Contains("<Contract", StringComparison.Ordinal));
        await solution.ReplaceAsync(Targets().Match(page).Value, import, "");

        var deleted = Deleted().Match(page);
        Directory.Delete(Path.Combine(solution.Folder, deleted.Groups["folder"].Value), recursive: true);
        File.Delete(Path.Combine(solution.Folder, deleted.Groups["page"].Value));
        foreach (var file in solution.Files().Where(file => Path.GetFileName(file) == deleted.Groups["files"].Value))
        {
            File.Delete(Path.Combine(solution.Folder, file));
        }

        var package = Package().Match(page);
        await RemoveAsync(solution, package.Groups["file"].Value, $".*\"{Regex.Escape(package.Groups["package"].Value)}\".*\n");
        var step = Assert.Single(Step().Matches(page));
        var title = Regex.Escape(step.Groups["step"].Value);
        await RemoveAsync(solution, step.Groups["file"].Value, $@"      - name: {title}\n(?:        .*\n)+|      - script: \|\n(?:          .*\n)+        displayName: {title}\n");

        // The contract may change now, and nobody asks for NSwag; the rest still holds the service against it.
        var served = Assert.Single(solution.Files(), file => file.StartsWith("src/", StringComparison.Ordinal) && file.EndsWith("/Generated/openapi.yaml", StringComparison.Ordinal));
        File.Delete(Path.Combine(solution.Folder, served.Replace("/Generated", "", StringComparison.Ordinal)));
        await solution.ReplaceAsync(served, "  version: '1.0.0'\n", "  version: '1.1.0'\n");
        await solution.BuildAsync("-p:CI=true");
        Assert.Equal(generated, Generated(solution));
        var test = await CommandLine.DotnetAsync(solution.Folder, ["test", "--no-build", .. GeneratedSolution.SomeTests, "--filter-class", "*.ConformanceTests", "--filter-class", "*.ChecklistTests", "--filter-class", "*.StaticAnalysisTests"]);
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

    static List<string> Generated(GeneratedSolution solution) => [.. solution.Files().Where(file => file.Contains("/Generated/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    [GeneratedRegex("(?<=```xml\\n +)<.*/>")]
    private static partial Regex Xml();

    [GeneratedRegex("<ContractClient …/>` from (?<clients>.*?)replace\\n.*?\\n   in (?<servers>.*?) by\\n", RegexOptions.Singleline)]
    private static partial Regex Declarations();

    [GeneratedRegex("(?<=Also remove the line `<ContractClient …/>` of the TypeScript client from `)[^`]+")]
    private static partial Regex TypeScript();

    [GeneratedRegex(@"(?<=`)Directory\.Build\.targets(?=`)")]
    private static partial Regex Targets();

    [GeneratedRegex(@"(?<=`)(?:src|tests)/[^`]+\.csproj(?=`)")]
    private static partial Regex Project();

    [GeneratedRegex("Delete the folder `(?<folder>[^`]+)`, the page `(?<page>[^`]+)` and the files `(?<files>[^`]+)`")]
    private static partial Regex Deleted();

    [GeneratedRegex("Remove the line of `(?<package>[^`]+)` from `(?<file>[^`]+)`")]
    private static partial Regex Package();

    [GeneratedRegex(@"from\s+`(?<file>[^`]+\.yml)`\s+(?:remove\s+)?the\s+step\s+\*(?<step>[^*]+)\*", RegexOptions.IgnoreCase)]
    private static partial Regex Step();
}
