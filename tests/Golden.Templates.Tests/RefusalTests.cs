namespace Golden.Templates.Tests;

/// <summary>What cannot work ends with a sentence and a code of its own, and leaves no file.</summary>
public sealed class RefusalTests(InstalledPack pack) : TemplateTests(pack)
{
    const int PostActionFailed = 105, ExistingFiles = 73, InvalidOption = 127;

    const string NotAFolder = "Nothing was written: the name is also the name of the folder, and Windows or MSBuild does not support a folder named";

    [Theory]
    [InlineData("a/b", InvalidOption, "Name cannot contain any of the following characters")]
    [InlineData("..", PostActionFailed, NotAFolder)]
    [InlineData("a:b", PostActionFailed, NotAFolder)]
    [InlineData(@"a\b", PostActionFailed, NotAFolder)]
    [InlineData("it's", PostActionFailed, NotAFolder)]
    [InlineData("$(x)", PostActionFailed, NotAFolder)]
    [InlineData("50%25", PostActionFailed, NotAFolder)]
    public Task NameThatNoFolderCanHave(string name, int exitCode, string sentence)
    {
        // Windows' own dotnet refuses these two as it refuses a slash.
        var refusedByCli = OperatingSystem.IsWindows() && name.AsSpan().ContainsAny('\\', ':');
        return Refuses(refusedByCli ? InvalidOption : exitCode, refusedByCli ? "Name cannot contain any of the following characters" : sentence, "--name", name);
    }

    [Fact]
    public Task OptionThatDoesNotExist() => Refuses(InvalidOption, "'--databse' is not a valid option", "--name", "Acme.Orders", "--databse", "sqlite");

    [Fact]
    public Task PortThatIsNotANumber() => Refuses(InvalidOption, "Cannot parse argument 'http' for option '--http-port'", "--name", "Acme.Orders", "--http-port", "http");

    [Theory]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("99999")]
    [InlineData("-1")]
    public Task PortThatIsNone(string port) => Refuses(PostActionFailed, "Nothing was written: --http-port must be a port, a number from 1 to 65535.", "--name", "Acme.Orders", "--http-port", port);

    [Fact]
    public Task NothingAndSomethingToDeploy() => Refuses(PostActionFailed, "Nothing was written: --deploy none cannot be combined with another value", "--name", "Acme.Orders", "--deploy", "none", "--deploy", "compose");

    [Fact]
    public async Task FilesThatExist()
    {
        var solution = Directory.CreateDirectory(Path.Combine(Folder, "Work", "Acme.Orders"));
        var readme = Path.Combine(solution.FullName, "README.md");
        await File.WriteAllTextAsync(readme, "mine", TestContext.Current.CancellationToken);

        await Refuses(ExistingFiles, "Overwrite   ./README.md", "--name", "Acme.Orders");

        Assert.Equal("mine", await File.ReadAllTextAsync(readme, TestContext.Current.CancellationToken));
    }

    async Task Refuses(int exitCode, string sentence, params string[] arguments)
    {
        var work = Directory.CreateDirectory(Path.Combine(Folder, "Work")).FullName;
        var before = Files();

        var refused = await Pack.NewAsync(work, ["webapi-golden", "--no-restore", .. arguments]);

        refused.ShouldExitWith(exitCode);
        Assert.Contains(sentence, refused.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Output, StringComparison.Ordinal);
        Assert.Equal(before, Files());
    }

    // The folder above the working one too, where `..` would write.
    string[] Files() => [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
