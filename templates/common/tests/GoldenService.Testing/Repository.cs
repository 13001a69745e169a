namespace GoldenService.Testing;

using System;
using System.IO;

/// <summary>The repository that the tests are in.</summary>
public static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder.GetFiles("*.slnx") is [])
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests must be below the folder of the solution.");
        }

        return folder.FullName;
    }
}
