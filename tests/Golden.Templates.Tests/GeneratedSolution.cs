using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Golden.Templates.Tests;

/// <summary>A solution that `dotnet new` wrote.</summary>
sealed partial class GeneratedSolution(string folder)
{
    public string Folder => folder;

    public string ProjectName => Path.GetFileNameWithoutExtension(SolutionFile);

    string SolutionFile => Assert.Single(Directory.GetFiles(folder, "*.slnx"));

    /// <summary>Generates without a restore: the build that follows restores, so that nothing is done twice.</summary>
    public static async Task<GeneratedSolution> CreateAsync(InstalledPack pack, string parent, string template, string name, params string[] options)
    {
        var created = await pack.NewAsync(parent, [template, "--name", name, "--no-restore", .. options]);
        created.ShouldSucceed();
        return new(Path.Combine(parent, name));
    }

    /// <summary>Every file, relative to the solution, with slashes.</summary>
    public IReadOnlyList<string> Files() =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))];

    /// <summary>What the build has made of the contract, by file.</summary>
    public IReadOnlyDictionary<string, string> Generated() => Files()
        .Where(file => file.Contains("/Generated/", StringComparison.Ordinal) || file == "contract/contract.lock")
        .ToDictionary(file => file, file => File.ReadAllText(Path.Combine(folder, file)));

    public async Task RestoreAsync() => (await CommandLine.DotnetAsync(folder, "restore")).ShouldSucceed();

    /// <summary>Builds on one node, because tests run side by side and a second node costs more than it saves.</summary>
    public async Task BuildAsync(params string[] options)
    {
        var build = await CommandLine.DotnetAsync(folder, ["build", "-warnaserror", "-nologo", "-m:1", .. options]);
        build.ShouldSucceed();
        Assert.Contains("0 Warning(s)", build.Output, StringComparison.Ordinal);
    }

    // The tests of one solution keep all cores busy; those of two would only wait for each other, some of them too long.
    static readonly SemaphoreSlim OneAtATime = new(1);

    /// <summary>Runs the solution's own tests and returns how many passed.</summary>
    public async Task<int> TestAsync(params (string Name, string Value)[] environment)
    {
        var start = CommandLine.StartInfo("dotnet", folder, "test", "--no-build");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        await OneAtATime.WaitAsync(TestContext.Current.CancellationToken);
        CommandResult test;
        try
        {
            test = await CommandLine.RunAsync(start);
        }
        finally
        {
            OneAtATime.Release();
        }

        test.ShouldSucceed();
        var passed = int.Parse(Succeeded().Match(test.Output).Groups[1].ValueSpan);
        Assert.True(passed > 0, $"`dotnet test` in {folder} ran no test.");
        return passed;
    }

    /// <summary>Every project that the solution names is on disk, and the solution names every project on disk.</summary>
    public void ShouldNameItsProjects()
    {
        var named = XDocument.Load(SolutionFile).Descendants("Project").Select(project => project.Attribute("Path")!.Value);
        var onDisk = Files().Where(file => file.EndsWith(".csproj", StringComparison.Ordinal));
        Assert.Equal(onDisk.Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    /// <summary>No file, folder or line tells that this was made from a template.</summary>
    public void ShouldHaveNoTraceOfTheTemplate()
    {
        foreach (var file in Files())
        {
            Assert.False(Trace().IsMatch(file), $"The file name {file} in {folder} still has a token of the template.");
            var lines = File.ReadAllLines(Path.Combine(folder, file));
            for (var number = 0; number < lines.Length; number++)
            {
                Assert.False(
                    Trace().IsMatch(lines[number]),
                    $"Line {number + 1} of {file} in {folder} still has a token or a directive of the template: {lines[number]}");
            }
        }
    }

    [GeneratedRegex(@"succeeded: (\d+)")]
    private static partial Regex Succeeded();

    [GeneratedRegex(@"GoldenService|golden-service|localhost:5180|^\s*(//(//)?|<!--)?#(if|elseif|else|endif)\b|//[-+]:cnd|\.template\.config")]
    private static partial Regex Trace();
}
