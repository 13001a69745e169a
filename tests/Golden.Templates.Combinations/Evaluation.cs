using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Golden.Templates.Tests;

namespace Golden.Templates.Combinations;

/// <summary>How a project compiles: the compiler's command line as the SDK makes it of the project file, and the sources that it adds.</summary>
/// <param name="Path">The project file, relative to the solution.</param>
/// <param name="Arguments">Without the project's own sources.</param>
/// <param name="Added">Paths, relative to the solution, and texts of what the SDK generates: assembly attributes, analyzer settings.</param>
sealed record ProjectArguments(string Path, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Added)
{
    public string Folder => Path[..(Path.LastIndexOf('/') + 1)];

    public string AssemblyName => System.IO.Path.GetFileNameWithoutExtension(Path);
}

/// <summary>What NuGet and MSBuild make of the build files of an output: each project's references, options and analyzers.</summary>
/// <param name="Errors">Why the restore failed; empty where it did not.</param>
/// <param name="Packages">The ids of all packages in the closure.</param>
sealed record Evaluation(string ProjectName, IReadOnlyList<ProjectArguments> Projects, IReadOnlyList<string> Errors, IReadOnlySet<string> Packages);

/// <summary>
/// Restores and evaluates the distinct build files of many outputs in one run of MSBuild. Compiler arguments are what a build on a server
/// (CI=true) would use, with code style enforced.
/// </summary>
sealed partial class Evaluations : IDisposable
{
    // A solution stands here as far as its compiler arguments tell, so that equal sources of different outputs are equal.
    public static readonly string Root = Path.GetFullPath("/solution/");

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("golden-combinations-");
    readonly Dictionary<string, Evaluation> _evaluations = [];

    public Evaluation this[Output output]
    {
        get
        {
            var parts = Parts(output).Select(part => _evaluations[part.Key]).ToList();
            return new(
                output.ProjectName,
                [.. parts.SelectMany(part => part.Projects)],
                [.. parts.SelectMany(part => part.Errors)],
                parts.SelectMany(part => part.Packages).ToHashSet(StringComparer.OrdinalIgnoreCase));
        }
    }

    public int Count => _evaluations.Count;

    /// <summary>Evaluates what has not been evaluated yet.</summary>
    public async Task AddAsync(IEnumerable<Output> outputs)
    {
        var fresh = outputs.SelectMany(Parts).DistinctBy(part => part.Key).Where(part => !_evaluations.ContainsKey(part.Key)).ToList();
        if (fresh.Count == 0)
        {
            return;
        }

        var folders = fresh.Select((_, index) => $"{_evaluations.Count + index}").ToList();
        foreach (var (part, folder) in fresh.Zip(folders))
        {
            foreach (var file in part.Files)
            {
                Write(Path.Combine(_folder.FullName, folder, file.Path), file.Text);
            }
        }

        await EvaluateAsync(folders);
        foreach (var (part, folder) in fresh.Zip(folders))
        {
            _evaluations[part.Key] = Read(part, Path.Combine(_folder.FullName, folder));
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>What is evaluated on its own: the projects of the solution, with the programs that refer to them, and each other program without a project.</summary>
    static IEnumerable<Part> Parts(Output output)
    {
        var build = output.Files.Values.Where(IsBuildFile).ToList();
        var programs = output.Files.Values.Where(FileProgram.Is).ToLookup(FileProgram.RefersToProjects);
        var referring = programs[true].Select(program => new OutputFile(FileProgram.ProjectPath(program), FileProgram.Project(program)));
        yield return new(OutputFiles.Key([.. build, .. programs[true]]) + ' ' + output.ProjectName, output.ProjectName, [.. output.Files.Values, .. referring]);
        foreach (var program in programs[false])
        {
            List<OutputFile> files = [.. build.Where(file => !IsProject(file)), program];
            yield return new(OutputFiles.Key(files), output.ProjectName, [.. files, new(FileProgram.ProjectPath(program), FileProgram.Project(program))]);
        }
    }

    public static bool IsBuildFile(OutputFile file) =>
        file.Name is "global.json" or ".editorconfig" or ".globalconfig" or "nuget.config" || Path.GetExtension(file.Name) is ".csproj" or ".props" or ".targets";

    // The compiler of contracts is the same in every combination, and compiled where the templates are.
    static bool IsProject(OutputFile file) => file.Name.EndsWith(".csproj", StringComparison.Ordinal) && !file.Path.StartsWith("contract/", StringComparison.Ordinal);

    static void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    async Task EvaluateAsync(List<string> folders)
    {
        var round = Path.Combine(_folder.FullName, $"round{folders[0]}");
        Write(round + ".targets", """
            <Project>
              <Target Name="WriteArguments" AfterTargets="CoreCompile">
                <WriteLinesToFile File="$(MSBuildProjectDirectory)/obj/$(MSBuildProjectName).rsp" Lines="@(CscCommandLineArgs)" />
              </Target>
            </Project>
            """);
        Write(round + ".proj", $"""
            <Project DefaultTargets="Evaluate">
              <Import Project="$(MSBuildToolsPath)/NuGet.targets" />
              <ItemGroup>
                {string.Join("\n    ", folders.Select(folder => $"<Solution Include=\"{Path.Combine(_folder.FullName, folder)}/**/*.csproj\" />"))}
                <!-- All of them are restored at once: one by one, each would have NuGet evaluate again what it refers to. -->
                <RestoreGraphProjectInputItems Include="@(Solution)" />
              </ItemGroup>
              <Target Name="Evaluate">
                <CallTarget Targets="Restore" ContinueOnError="true" />
                <MSBuild Projects="@(Solution)" Targets="Compile" BuildInParallel="true" ContinueOnError="true"
                         Properties="BuildProjectReferences=false;DesignTimeBuild=true;SkipCompilerExecution=true;ProvideCommandLineArgs=true;CustomAfterMicrosoftCommonTargets={round}.targets" />
              </Target>
            </Project>
            """);
        var start = CommandLine.StartInfo("dotnet", _folder.FullName, "msbuild", round + ".proj", "-m:2", "-nologo", "-v:q");
        start.Environment["CI"] = "true";
        await CommandLine.RunAsync(start);
    }

    static Evaluation Read(Part part, string folder)
    {
        var projects = new List<ProjectArguments>();
        var errors = new List<string>();
        var packages = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var project in part.Files.Where(IsProject).Select(project => project.Path))
        {
            var obj = Path.Combine(folder, Path.GetDirectoryName(project)!, "obj");
            ReadAssets(Path.Combine(obj, "project.assets.json"), project, errors, packages);
            var arguments = Path.Combine(obj, Path.GetFileNameWithoutExtension(project) + ".rsp");
            if (File.Exists(arguments))
            {
                projects.Add(ReadArguments(project, folder, File.ReadAllLines(arguments)));
            }
            else if (errors.Count == 0)
            {
                errors.Add($"{project}: MSBuild cannot make a compiler's command line of this project.");
            }
        }

        return new(part.ProjectName, projects, errors, packages);
    }

    static void ReadAssets(string file, string project, List<string> errors, HashSet<string> packages)
    {
        if (!File.Exists(file))
        {
            errors.Add($"{project}: NuGet cannot restore this project at all.");
            return;
        }

        using var assets = JsonDocument.Parse(File.ReadAllBytes(file));
        if (assets.RootElement.TryGetProperty("logs", out var logs))
        {
            foreach (var log in logs.EnumerateArray())
            {
                errors.Add($"{project}: {log.GetProperty("code").GetString()}: {log.GetProperty("message").GetString()}");
            }
        }

        foreach (var library in assets.RootElement.GetProperty("libraries").EnumerateObject())
        {
            if (library.Value.GetProperty("type").GetString() == "package")
            {
                packages.Add(library.Name[..library.Name.IndexOf('/')]);
            }
        }
    }

    static ProjectArguments ReadArguments(string project, string folder, string[] lines)
    {
        var projectFolder = Path.Combine(folder, Path.GetDirectoryName(project)!);
        var added = new Dictionary<string, string>();
        var arguments = new List<string>();
        // Each line is one argument, quoted where it would not be one in a shell.
        foreach (var line in lines.Select(line => line.Replace("\"", "", StringComparison.Ordinal)))
        {
            var file = Path.GetFullPath(AnalyzerConfig().Match(line) is { Success: true } config ? config.Groups[1].Value : line, projectFolder);
            var inObj = file.StartsWith(Path.Combine(projectFolder, "obj"), StringComparison.Ordinal);
            if (inObj && File.Exists(file))
            {
                added[Path.GetRelativePath(folder, file).Replace('\\', '/')] = File.ReadAllText(file).Replace(folder + Path.DirectorySeparatorChar, Root, StringComparison.Ordinal);
            }

            if (inObj || !line.EndsWith(".cs", StringComparison.Ordinal))
            {
                arguments.Add(line.Replace(folder + Path.DirectorySeparatorChar, Root, StringComparison.Ordinal));
            }
        }

        return new(project, arguments, added);
    }

    sealed record Part(string Key, string ProjectName, IEnumerable<OutputFile> Files);

    [GeneratedRegex("^/analyzerconfig:(.+)$")]
    private static partial Regex AnalyzerConfig();
}

/// <summary>A C# file that is a program without a project (`dotnet run x.cs`): its directives say what a project would.</summary>
static partial class FileProgram
{
    public static bool Is(OutputFile file) => file.Name.EndsWith(".cs", StringComparison.Ordinal) && Directive().IsMatch(file.Text);

    public static string ProjectPath(OutputFile program) => program.Path + ".csproj";

    public static bool RefersToProjects(OutputFile program) => Directive().Matches(program.Text).Any(match => match.Groups[1].Value == "project");

    /// <summary>The project that the SDK would make of the file.</summary>
    public static string Project(OutputFile program)
    {
        var sdk = "Microsoft.NET.Sdk";
        XElement properties = new("PropertyGroup", new XElement("OutputType", "Exe"), new XElement("EnableDefaultItems", "false"), new XElement("Features", "$(Features);FileBasedProgram"));
        XElement items = new("ItemGroup", new XElement("Compile", new XAttribute("Include", program.Name)));
        foreach (var (kind, name, value) in Directive().Matches(program.Text).Select(match => (match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value)))
        {
            switch (kind)
            {
                case "package":
                    items.Add(new XElement("PackageReference", new XAttribute("Include", name), value.Length == 0 ? null : new XAttribute("Version", value)));
                    break;
                case "property":
                    properties.Add(new XElement(name, value));
                    break;
                case "sdk":
                    sdk = value.Length == 0 ? name : $"{name}/{value}";
                    break;
                case "project":
                    // The SDK takes the project of a folder.
                    items.Add(new XElement("ProjectReference", new XAttribute("Include", $"{name}/{Path.GetFileName(name)}.csproj")));
                    break;
            }
        }

        return new XElement("Project", new XAttribute("Sdk", sdk), properties, items).ToString();
    }

    [GeneratedRegex(@"^#:(\w+) +([^\s=@]+)(?:[=@](.*?))?\r?$", RegexOptions.Multiline)]
    private static partial Regex Directive();
}
