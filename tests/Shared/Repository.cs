namespace Golden.Templates.Tests;

/// <summary>The checkout that the tests were built from.</summary>
static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The project of tests that runs, as "Combinations".</summary>
    public static string Stage { get; } = typeof(Repository).Assembly.GetName().Name!.Split('.')[^1];

    /// <summary>The files that git tracks below the given paths, relative to the root, with slashes, in ordinal order.</summary>
    public static async Task<IReadOnlyList<string>> TrackedFilesAsync(params string[] paths)
    {
        var listing = await CommandLine.RunAsync(CommandLine.StartInfo("git", Root, ["-c", "core.quotepath=off", "ls-files", "--", .. paths]));
        listing.ShouldSucceed();
        var files = listing.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.NotEmpty(files);
        return [.. files.Order(StringComparer.Ordinal)];
    }

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TemplatePack.csproj")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} contains TemplatePack.csproj. Run the tests from a clone of the repository.");
    }
}
