namespace Golden.Templates.Tests;

/// <summary>The checkout that the tests were built from.</summary>
static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The package set that services get when a test asks for none: core, or what the environment says, which is a property of packing too.</summary>
    public static string DefaultPackages { get; } = Environment.GetEnvironmentVariable("DefaultPackages") is { Length: > 0 } packages ? packages : "core";

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
            if (File.Exists(Path.Combine(folder.FullName, "pack", "TemplatePack.csproj")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds pack/TemplatePack.csproj: run the tests from a checkout.");
    }
}
