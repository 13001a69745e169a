using Golden.Templates.Tests;

namespace Golden.Templates.Faults;

/// <summary>A file system of a few megabytes in memory, which can be filled. Only root can mount one.</summary>
sealed class SmallDisk : IDisposable
{
    SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    string Filler => Path.Combine(Folder, "filler");

    public static SmallDisk Mount(int megabytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root on Linux can mount a file system that is small enough to be filled.");
        var disk = new SmallDisk(Directory.CreateTempSubdirectory("golden-disk-").FullName);
        Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "none", disk.Folder);
        return disk;
    }

    /// <summary>Leaves no room for another byte.</summary>
    public void Fill()
    {
        using var file = File.Create(Filler);
        try
        {
            for (var block = new byte[4096]; ;)
            {
                file.Write(block);
                file.Flush();
            }
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    public void Empty() => File.Delete(Filler);

    public void Dispose()
    {
        Run("umount", Folder);
        Directory.Delete(Folder);
    }

    static void Run(string program, params string[] arguments) =>
        CommandLine.RunAsync(CommandLine.StartInfo(program, Path.GetTempPath(), arguments), CancellationToken.None).GetAwaiter().GetResult().ShouldSucceed();
}
