using System.Text.RegularExpressions;

namespace Golden.Templates.Tests;

/// <summary>
/// A solution in a folder of a larger repository, whose own settings would break it, and with the project that docs/contract.md adds. It is the system
/// of both services, which has all that the others have.
/// </summary>
public sealed partial class LargerRepositoryTests(InstalledPack pack) : TemplateTests(pack)
{
    // What MSBuild, the SDK and the compiler look for in the folders above.
    static readonly Dictionary<string, string> Above = new()
    {
        ["Directory.Build.props"] = Failing("BeforeTargets=\"Restore;Build\""),
        ["Directory.Build.targets"] = """<Project><ItemGroup><PackageReference Include="No.Such.Package" Version="1.0.0" /></ItemGroup></Project>""",
        ["Directory.Packages.props"] = """<Project><ItemGroup><GlobalPackageReference Include="No.Such.Package" Version="1.0.0" /></ItemGroup></Project>""",
        ["Directory.Solution.props"] = Failing("BeforeTargets=\"Restore;Build\""),
        ["Directory.Solution.targets"] = Failing("BeforeTargets=\"Restore;Build\""),
        ["Directory.Build.rsp"] = "-property:TargetFramework=none",
        [".globalconfig"] = "is_global = true\ndotnet_diagnostic.CA1062.severity = error\n",
        [".editorconfig"] = "[*.cs]\ndotnet_diagnostic.CA2007.severity = error\n",
        ["global.json"] = """{ "sdk": { "version": "1.0.0", "rollForward": "disable" } }""",
    };

    [Fact]
    public async Task ItBuildsAndPublishesAndItsLockFilesStay()
    {
        foreach (var (name, text) in Above)
        {
            await File.WriteAllTextAsync(Path.Combine(Folder, name), text, TestContext.Current.CancellationToken);
        }

        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "golden", "Acme");
        await AddCalendarAsync(solution);
        await solution.BuildAsync("-p:RunAnalyzers=true");
        solution.ShouldNameItsProjects();
        Assert.Contains("src/Acme.Calendar/Generated/Client.cs", solution.Files());

        // What names no platform has the SDK choose one.
        var locks = Locks(solution);
        (await CommandLine.DotnetAsync(solution.Folder, "publish", "src/Acme.Api", "--use-current-runtime", "-p:PublishSingleFile=true", "-p:RunAnalyzers=false", "-nologo")).ShouldSucceed();
        Assert.Equal(locks, Locks(solution));
        (await CommandLine.DotnetAsync(solution.Folder, "restore", "--locked-mode")).ShouldSucceed();

        await ShouldRestoreInTheImageAsync(solution, "src/Acme.Api");
    }

    /// <summary>As docs/contract.md says, with a contract that the solution has already.</summary>
    static async Task AddCalendarAsync(GeneratedSolution solution)
    {
        var section = Section().Match(await solution.ReadAsync("docs/contract.md")).Value;
        var project = NamedFile().Match(section).Value;
        var folder = Path.GetDirectoryName(project)!;
        var contract = Contract().Match(section).Value;
        Directory.CreateDirectory(Path.Combine(solution.Folder, folder));
        await solution.WriteAsync(project, Block(section, "xml"));
        await solution.WriteAsync($"{folder}/{contract}", await solution.ReadAsync("src/Acme.Carrier/carrier.yaml"));
        foreach (var command in Block(section, "shell").Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(command => command != "dotnet build"))
        {
            (await CommandLine.DotnetAsync(solution.Folder, command.Split(' ')[1..])).ShouldSucceed();
        }
    }

    /// <summary>Does on this machine what the first stages of the Dockerfile do: there a project that was added is restored, too.</summary>
    async Task ShouldRestoreInTheImageAsync(GeneratedSolution solution, string project)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The commands of a Dockerfile need the shell of Linux; everything before this line ran.");
        var dockerfile = await solution.ReadAsync($"{project}/Dockerfile");
        var context = Pack.CreateFolder(); // Nothing is above it in the image.
        foreach (var file in solution.Files().Where(file => !file.StartsWith("tests/", StringComparison.Ordinal) && !Output().IsMatch(file)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(context, file))!);
            File.Copy(Path.Combine(solution.Folder, file), Path.Combine(context, file));
        }

        foreach (var command in Command().Matches(dockerfile).Select(match => match.Value).TakeWhile(command => !command.StartsWith("dotnet publish", StringComparison.Ordinal)))
        {
            (await CommandLine.RunAsync(CommandLine.StartInfo("bash", context, "-e", "-c", command))).ShouldSucceed();
        }

        Assert.True(File.Exists(Path.Combine(context, "src/Acme.Calendar/obj/project.assets.json")));
        Assert.Empty(Directory.GetFiles(Path.Combine(context, "src"), "*.yaml", SearchOption.AllDirectories));
    }

    static SortedDictionary<string, string> Locks(GeneratedSolution solution) => new(
        solution.Files().Where(file => file.EndsWith("/packages.lock.json", StringComparison.Ordinal) && !Output().IsMatch(file)).ToDictionary(file => file, file => File.ReadAllText(Path.Combine(solution.Folder, file))),
        StringComparer.Ordinal);

    static string Failing(string order) => $"""<Project><Target Name="Above" {order}><Error Text="This is not of the solution." /></Target></Project>""";

    static string Block(string section, string language) => section.Split($"```{language}\n")[1].Split("```")[0];

    [GeneratedRegex(@"(?<=^## Calling another service\n).*?(?=^## )", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Section();

    [GeneratedRegex(@"(?<=`)src/[^`]+(?=`)")]
    private static partial Regex NamedFile();

    [GeneratedRegex("(?<=Include=\")[^\"]+")]
    private static partial Regex Contract();

    [GeneratedRegex("(?<=^RUN ).+$", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex("(?:^|/)(?:bin|obj)/")]
    private static partial Regex Output();
}
