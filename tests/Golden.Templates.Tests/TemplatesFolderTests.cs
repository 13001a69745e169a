namespace Golden.Templates.Tests;

/// <summary>The folder `templates` as a maintainer works with it: installed as it is, and built as one solution.</summary>
public sealed class TemplatesFolderTests(InstalledPack pack) : TemplateTests(pack)
{
    static readonly string Templates = Path.Combine(Repository.Root, "templates");

    /// <summary>What templates share is found from there as from the nupkg.</summary>
    [Theory]
    [InlineData("webapi-golden")]
    [InlineData("worker-golden")]
    public async Task InstalledFromTheFolderATemplateGeneratesTheSame(string template)
    {
        var hive = Path.Combine(Folder, "hive");
        (await CommandLine.DotnetAsync(Folder, "new", "install", Templates, "--debug:custom-hive", hive)).ShouldSucceed();

        string[] options = ["--name", "Acme.Orders", "--http-port", "5123", "--no-restore", "--database", "postgres", "--error-tracking", "sentry", "--typescript-client", "true"];
        (await CommandLine.DotnetAsync(Folder, ["new", template, .. options, "--output", Path.Combine(Folder, "folder"), "--debug:custom-hive", hive])).ShouldSucceed();
        (await Pack.NewAsync(Folder, [template, .. options, "--output", Path.Combine(Folder, "nupkg")])).ShouldSucceed();

        Assert.Equal(await ContentsAsync("nupkg"), await ContentsAsync("folder"));
    }

    /// <summary>In place the defaults compile without a warning, with generated code that is up to date, and no tracked file changes.</summary>
    [Fact]
    public async Task TheDefaultsOfAllTemplatesBuildInPlace()
    {
        var before = await StatusAsync();

        var build = await CommandLine.DotnetAsync(Templates, "build", "-warnaserror", "-nologo", "-m:1", "-p:CI=true", "-p:RegenerateContract=true");

        build.ShouldSucceed();
        Assert.Equal(before, await StatusAsync());
    }

    static async Task<string> StatusAsync()
    {
        var status = await CommandLine.RunAsync(CommandLine.StartInfo("git", Repository.Root, ["status", "--porcelain"]));
        status.ShouldSucceed();
        var changes = await CommandLine.RunAsync(CommandLine.StartInfo("git", Repository.Root, ["diff"]));
        changes.ShouldSucceed();
        return status.Output + changes.Output;
    }

    async Task<SortedDictionary<string, string>> ContentsAsync(string folder)
    {
        var root = Path.Combine(Folder, folder);
        var contents = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
        {
            contents.Add(Path.GetRelativePath(root, file), await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        }

        Assert.NotEmpty(contents);
        return contents;
    }
}
