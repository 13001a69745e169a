namespace Golden.Templates.Combinations;

public sealed class SolutionCheckTests
{
    [Theory]
    [InlineData("README.md", "[a](a.md)", "README.md(1): There is no a.md")]
    [InlineData("README.md", "[a](../a.md)", "There is no ../a.md")]
    [InlineData("Dockerfile", "FROM a:1\nCOPY src/*/*.fsproj /a", "Dockerfile(2): Nothing in the solution matches src/*/*.fsproj")]
    [InlineData("README.md", "# A\n[a](docs/a.md#a)", "README.md(2): There is no heading for docs/a.md#a")]
    [InlineData("README.md", "# A\n[a](#b)", "There is no heading for README.md#b")]
    [InlineData("README.md", "```\ndotnet run --project src/B\n```", "README.md(2): There is no src/B")]
    [InlineData("README.md", "```\nsh b/c.sh\n```", "There is no b/c.sh")]
    [InlineData("docs/a.md", "`B.cs`", "docs/a.md(1): The text mentions B.cs")]
    [InlineData("README.md", "`src/A/B`", "The text mentions src/A/B")]
    [InlineData("README.md", "`B/`", "The text mentions B,")]
    public void WhatAFileNamesIsThere(string path, string text, string message) => Finds(message, (path, text));

    [Theory]
    [InlineData("README.md", "[a](docs/a.md) [b](docs/) [c](docs/a.md#the-page) [d](src/A)")]
    [InlineData("README.md", "# It is `b`\n\n[a](#it-is-b)")]
    [InlineData("Dockerfile", "FROM a:1\nCOPY . /a\nCOPY src/*/*.csproj /a\nCOPY src/** /a\nCOPY artifacts/a /a")]
    [InlineData("README.md", "```\ndotnet run --project src/A\ncat application/json artifacts/b.json src/A/bin/c.json\n```")]
    [InlineData("docs/README.md", "```\ncat ./a.md/../a.md\n```")]
    [InlineData("README.md", "`src/A` `A/` `A/Program.cs` `Program.cs` `application/json`")]
    public void WhatIsThereOrIsNoPathIsNotFound(string path, string text) => FindsNothing((path, text));

    [Fact]
    public void EveryProjectIsInTheSolution()
    {
        Finds("src/B/B.csproj: The solution (.slnx) does not list this project", ("src/B/B.csproj", "<Project />"));
        Finds("a.slnx(1): There is no src/B/B.csproj", ("a.slnx", "<Solution><Project Path=\"src/A/A.csproj\" /><Project Path=\"src/B/B.csproj\" /></Solution>"));
    }

    [Fact]
    public void SomethingNamesEveryFile() => Finds("deploy/b.conf: Nothing names this file", ("deploy/b.conf", "see deploy/b.conf"));

    [Theory]
    [InlineData("`deploy/b.conf`")]
    [InlineData("b.conf")]
    [InlineData("All of deploy/ is it")]
    [InlineData("[a](deploy)")]
    public void AFileIsNamedByItsPathItsNameOrItsFolder(string text) => FindsNothing(("deploy/b.conf", "a"), ("README.md", text));

    [Theory]
    [InlineData("Dockerfile", "FROM a:1\nCOPY deploy/*/*.conf /a")]
    [InlineData("README.md", "[a](deploy)")]
    public void AReferenceNamesWhatItMatches(string path, string text) => FindsNothing(("deploy/b/c.conf", "a"), (path, text));

    [Theory]
    [InlineData("src/A/Some.txt")]
    [InlineData("src/A/Deep/Some.txt")]
    [InlineData("Directory.Build.props", "<Project />")]
    [InlineData("Deep/AGENTS.md")]
    [InlineData(".github/dependabot.yml", "a: 1")]
    [InlineData(".vscode/launch.json", "{}")]
    [InlineData("requests.http")]
    [InlineData("compose.dev.yaml", "services: {}")]
    [InlineData("deploy/kustomization.yaml", "resources: []")]
    public void WhatToolsFindNeedsNoName(string path, string text = "a") => FindsNothing((path, text));

    [Fact]
    public void TheSolutionsOwnFolderNamesNoFile() => Finds("deploy/b.conf: Nothing names", ("deploy/b.conf", "a"), ("Dockerfile", "FROM a:1\nCOPY . /a"));

    [Fact]
    public void AWordIsNotTheNameOfAFolder() => Finds("deploy/b.conf: Nothing names", ("deploy/b.conf", "a"), ("README.md", "You deploy it."));

    [Fact]
    public void AProgramOutsideTheProjectsRunsByItself()
    {
        Finds("eng/a.cs: No project compiles this file", ("eng/a.cs", "class A;"), ("README.md", "eng/a.cs"));
        Finds("eng/a.cs: Nothing names this file", ("eng/a.cs", "#:package A\n"));
        FindsNothing(("eng/a.cs", "// Makes a.\n\n#:package A\n"), ("README.md", "`dotnet run eng/a.cs`"));
        FindsNothing(("eng/a.cs", "#!/usr/bin/env dotnet\n"), ("README.md", "`eng/a.cs`"));
    }

    static void Finds(string message, params IEnumerable<(string Path, string Text)> added) =>
        Assert.Contains(message, Assert.Single(Check(added)), StringComparison.Ordinal);

    static void FindsNothing(params IEnumerable<(string Path, string Text)> added) => Assert.Empty(Check(added));

    /// <summary>Comments of the contract and line endings aside, as the build itself compares.</summary>
    [Fact]
    public void GeneratedCodeIsMadeOfWhatIsThere()
    {
        const string HashOfA = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
        const string Record = $"{HashOfA} a.liquid\n{HashOfA} openapi.yaml\n";

        const string Lock = "src/A/Generated/contract.lock";
        (string, string)[] solution = [("src/A/A.csproj", "<Project><ItemGroup><Contract Include=\"openapi.yaml\" /></ItemGroup></Project>"), ("contract/contract.proj", "<Project />"), (Lock, Record), ("contract/a.liquid", "a"), ("src/A/openapi.yaml", "a")];

        FindsNothing([.. solution, ("src/A/openapi.yaml", "  # b\r\na")]);
        Finds($"{Lock}(1): The generated code was made of another a.liquid", [.. solution, ("contract/a.liquid", "b")]);
        Finds($"{Lock}(1): The generated code was made of another a.liquid", [.. solution, ("contract/a.liquid", "# b\na")]);
        Finds($"{Lock}(2): The generated code was made of another openapi.yaml", [.. solution, ("src/A/openapi.yaml", "b")]);
        Finds($"{Lock}(1): There is no contract/b.liquid", [.. solution, (Lock, $"{HashOfA} b.liquid\n")]);
        Finds($"{Lock}: No project has a contract whose code is here", [.. solution, ("src/A/A.csproj", "<Project />")]);
        Finds("src/A/B/Generated/contract.lock: There is no contract.lock beside the code of src/A/openapi.yaml", [.. solution, ("src/A/A.csproj", "<Project><ItemGroup><Contract Include=\"openapi.yaml\" /><ContractGateway Include=\"openapi.yaml\" Service=\"B\" /></ItemGroup></Project>")]);
        Finds("There is no contract.lock beside the code of src/A/openapi.yaml", [.. solution, ("src/A/A.csproj", "<Project><ItemGroup><Contract Include=\"openapi.yaml\" /><ContractClient Include=\"openapi.yaml\" Kind=\"other\" Code=\"../b/b.ts\" /></ItemGroup></Project>")]);
    }

    /// <summary>A restore of an image has the projects that it needs, of which a later step would bring the rest.</summary>
    [Theory]
    [InlineData("COPY src/A/A.csproj src/A/", "Dockerfile(3): Nothing before copies src/B/B.csproj")]
    [InlineData("COPY src/B/B.csproj src/B/", "Dockerfile(3): Nothing before copies src/A/A.csproj")]
    [InlineData("COPY src/A/A.csproj src/B/B.csproj ./", null)]
    [InlineData("COPY --parents src/*/*.csproj ./", null)]
    [InlineData("COPY src/ src/", null)]
    [InlineData("COPY . .", null)]
    [InlineData("COPY src/A/A.csproj src/A/", "Dockerfile(3): Nothing before copies src/B/B.csproj", "src/A")]
    [InlineData("COPY src/A/A.csproj src/B/B.csproj ./", null, "src/A")]
    public void AnImageRestoresWhatItHas(string copy, string? message, string project = "src/A/A.csproj")
    {
        (string, string)[] solution =
        [
            ("a.slnx", "<Solution><Project Path=\"src/A/A.csproj\" /><Project Path=\"src/B/B.csproj\" /></Solution>"),
            ("src/A/A.csproj", "<Project><ItemGroup><ProjectReference Include=\"../B/B.csproj\" /></ItemGroup></Project>"),
            ("src/B/B.csproj", "<Project />"),
            ("Dockerfile", $"FROM a:1\n{copy}\nRUN dotnet restore {project} --locked-mode\nCOPY . .\n"),
        ];
        if (message is null)
        {
            FindsNothing(solution);
        }
        else
        {
            Finds(message, solution);
        }
    }

    /// <summary>A small solution in which nothing is wrong, with files added or replaced.</summary>
    static IEnumerable<string> Check(IEnumerable<(string Path, string Text)> added)
    {
        var files = new Dictionary<string, OutputFile>(StringComparer.Ordinal);
        foreach (var (path, text) in (IEnumerable<(string, string)>)[
            ("a.slnx", "<Solution><Project Path=\"src/A/A.csproj\" /></Solution>"),
            ("src/A/A.csproj", "<Project />"),
            ("src/A/Program.cs", "return;"),
            ("docs/a.md", "# The page"),
            ("docs/index.html", "docs/a.md"),
            ("LICENSE", "docs/index.html"),
            .. added])
        {
            files[path] = new(path, text);
        }

        return SolutionChecks.Check(files, FileFacts.Of).Select(finding => finding.ToString());
    }
}
