using Golden.Templates.Tests;

[assembly: AssemblyFixture(typeof(InstalledPack))]

namespace Golden.Templates.Tests;

/// <summary>The pack as a user gets it: packed once, and installed from the nupkg into a template hive of its own.</summary>
public sealed class InstalledPack : IAsyncLifetime
{
    // Outside the repository, so that no Directory.Build.props or .editorconfig of ours reaches what is generated.
    readonly DirectoryInfo _workspace = Directory.CreateTempSubdirectory("golden-");
    Turn? _turn;
    volatile bool _keep;

    public string Nupkg { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        _turn = await Turn.TakeAsync();
        var feed = Path.Combine(_workspace.FullName, "feed");
        var pack = await CommandLine.DotnetAsync(Repository.Root, "pack", "TemplatePack.csproj", "--output", feed);
        pack.ShouldSucceed();
        Nupkg = Assert.Single(Directory.GetFiles(feed, "*.nupkg"));
        var install = await NewAsync(_workspace.FullName, "install", Nupkg);
        install.ShouldSucceed();
    }

    /// <summary>Runs `dotnet new` with the private hive, so that the user's own templates stay as they are.</summary>
    internal Task<CommandResult> NewAsync(string folder, params string[] arguments) =>
        CommandLine.DotnetAsync(folder, ["new", .. arguments, "--debug:custom-hive", Path.Combine(_workspace.FullName, "hive")]);

    /// <summary>An empty folder with a short path, because a whole path on Windows has 260 characters.</summary>
    internal string CreateFolder() => _workspace.CreateSubdirectory(Guid.NewGuid().ToString("n")[..6]).FullName;

    /// <summary>Leaves the folders on disk for a look at what went wrong.</summary>
    internal void KeepFolders() => _keep = true;

    public async ValueTask DisposeAsync()
    {
        await CompilerServer.ShutDownAsync();
        if (!_keep)
        {
            _workspace.Delete(recursive: true);
        }

        _turn?.Dispose();
    }
}
