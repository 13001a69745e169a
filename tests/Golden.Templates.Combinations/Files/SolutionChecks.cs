namespace Golden.Templates.Combinations;

/// <summary>What is wrong between the files of a solution: what one names and is not there, and what none names.</summary>
static class SolutionChecks
{
    static readonly string[] EndsOfFiles = [".cs", ".csproj", ".slnx", ".yaml", ".yml", ".json", ".sh", ".proj"];

    static readonly HashSet<string> FoundByTools = new(StringComparer.OrdinalIgnoreCase)
    {
        "README.md", "AGENTS.md", "SECURITY.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", ".gitignore", ".gitattributes", ".editorconfig", ".dockerignore",
        ".npmrc", "global.json", "nuget.config", "Directory.Build.props", "Directory.Build.rsp", "Directory.Build.targets", "Directory.Packages.props", "Directory.Solution.props", "Dockerfile",
        "azure-pipelines.yml", "kustomization.yaml",
    };

    public static IEnumerable<Finding> Check(IReadOnlyDictionary<string, OutputFile> files, Func<OutputFile, FileFacts> factsOf)
    {
        var facts = files.Values.ToDictionary(file => file.Path, factsOf, StringComparer.Ordinal);
        var folders = new HashSet<string>(StringComparer.Ordinal) { "" };
        foreach (var file in files.Values)
        {
            for (var folder = file.Folder.TrimEnd('/'); folders.Add(folder); folder = Parent(folder))
            {
            }
        }

        return [.. Missing(facts, folders), .. ProjectsOutsideTheSolution(facts), .. Orphans(files, facts), .. ContractLock.Findings(files), .. Dockerfile.Findings(files)];
    }

    static IEnumerable<Finding> Missing(Dictionary<string, FileFacts> facts, HashSet<string> folders)
    {
        foreach (var reference in facts.Values.SelectMany(fact => fact.References).Where(reference => !SolutionPath.IsMadeByTools(reference.Target)))
        {
            var target = reference.Target.TrimEnd('/');
            var message = reference.Kind switch
            {
                ReferenceKind.Path when !Exists(target) => $"There is no {target} in the solution.",
                ReferenceKind.Glob when !Any(path => SolutionPath.Matches(target, path)) => $"Nothing in the solution matches {target}.",
                ReferenceKind.Anchor when !HasAnchor(target) => $"There is no heading for {target}.",
                ReferenceKind.Command when MustExist(target) && !Exists(target) && !Exists(SolutionPath.Resolve(Folder(reference.File), target)) =>
                    $"There is no {target} in the solution.",
                ReferenceKind.Mention when (reference.Target != target || MustExist(target)) && !Any(path => EndsWith(path, target)) =>
                    $"The text mentions {target}, and no file or folder of the solution is named so.",
                _ => null,
            };
            if (message is not null)
            {
                yield return new(reference.File, reference.Line, message);
            }
        }

        bool Any(Func<string, bool> isIt) => facts.Keys.Any(isIt) || folders.Any(isIt);

        bool Exists(string path) => facts.ContainsKey(path) || folders.Contains(path);

        bool MustExist(string path) =>
            EndsOfFiles.Any(end => path.EndsWith(end, StringComparison.OrdinalIgnoreCase)) || Exists(path.Split('/')[0]);

        bool HasAnchor(string target)
        {
            var mark = target.IndexOf('#');
            // Where the file itself is missing, its own reference says so.
            return !facts.TryGetValue(target[..mark], out var page) || page.Anchors.Contains(target[(mark + 1)..]);
        }
    }

    static IEnumerable<Finding> ProjectsOutsideTheSolution(Dictionary<string, FileFacts> facts)
    {
        var listed = facts.Where(file => IsSolution(file.Key)).SelectMany(file => file.Value.References, (_, reference) => reference.Target).ToHashSet();
        return facts.Keys
            // The compiler of contracts is built when a contract is stale, and by nobody else.
            .Where(path => path.EndsWith(".csproj", StringComparison.Ordinal) && path != "contract/contract.csproj" && !listed.Contains(path))
            .Select(path => new Finding(path, 0, "The solution (.slnx) does not list this project: `dotnet build` and `dotnet test` pass it over."));
    }

    static IEnumerable<Finding> Orphans(IReadOnlyDictionary<string, OutputFile> files, Dictionary<string, FileFacts> facts)
    {
        var projectFolders = files.Values
            .Where(file => file.Folder.Length > 0 && (file.Name == "package.json" || file.Ends("proj")))
            .Select(file => file.Folder)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var file in files.Values.Where(file => !projectFolders.Any(folder => file.Path.StartsWith(folder, StringComparison.Ordinal))))
        {
            var isProgram = file.Ends(".cs");
            if (isProgram && !IsFileBasedProgram(file))
            {
                yield return file.Finding(0, "No project compiles this file, and it has no `#:` directive at its top, so that `dotnet run` does not, either.");
            }
            else if (!IsFoundByTools(file) && !facts.Any(other => other.Key != file.Path && Names(other.Value, file)))
            {
                yield return file.Finding(0, "Nothing names this file: leave it out where what uses it is left out, or say in a document what it is for.");
            }
        }
    }

    static bool Names(FileFacts facts, OutputFile file) =>
        facts.Mentions.Contains(file.Path)
        || (file.Name.Contains('.') && facts.Mentions.Contains(file.Name))
        || (file.Folder.Length > 0 && (facts.Mentions.Contains(file.Folder) || facts.Mentions.Contains(file.Folder.TrimEnd('/'))))
        || facts.References.Any(reference => reference.Kind switch
        {
            ReferenceKind.Path => reference.Target == file.Path || file.Folder.StartsWith(reference.Target + "/", StringComparison.Ordinal),
            ReferenceKind.Glob => SolutionPath.Matches(reference.Target, file.Path),
            _ => false,
        });

    static bool IsFoundByTools(OutputFile file) =>
        FoundByTools.Contains(file.Name)
        || IsSolution(file.Path)
        || file.Ends(".http")
        || file.Path == ".config/dotnet-tools.json"
        || file.Path.StartsWith(".github/", StringComparison.Ordinal)
        || file.Path.StartsWith(".vscode/", StringComparison.Ordinal)
        || Compose.Is(file);

    static bool IsFileBasedProgram(OutputFile file) => file.Lines
        .Select(line => line.Trim())
        .TakeWhile(line => line.Length == 0 || line.StartsWith("//", StringComparison.Ordinal) || line[0] == '#')
        .Any(line => line.StartsWith("#:", StringComparison.Ordinal) || line.StartsWith("#!", StringComparison.Ordinal));

    static bool IsSolution(string path) => path.EndsWith(".slnx", StringComparison.Ordinal);

    static bool EndsWith(string path, string end) =>
        path.EndsWith(end, StringComparison.Ordinal) && (path.Length == end.Length || path[path.Length - end.Length - 1] == '/');

    static string Folder(string path) => path[..(path.LastIndexOf('/') + 1)];

    static string Parent(string folder) => folder.LastIndexOf('/') is var slash and >= 0 ? folder[..slash] : "";
}
