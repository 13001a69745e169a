namespace GoldenService.Testing;

using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using Xunit;

/// <summary>A folder of secrets, as an orchestrator mounts it.</summary>
public sealed partial class MountedSecrets : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("secrets-").FullName;

    /// <summary>Waits until what follows from a change has come about: files are looked at every four seconds.</summary>
    public static Task Until(Func<Task<bool>> isSo) => Wait.Until(isSo, seconds: 30, "The service does not read its secrets again.");

    public void Write(string name, string value) => File.WriteAllText(Path.Combine(Folder, name), value);

    /// <summary>Mounts files as Kubernetes does: links to a link to a folder, and that link is replaced by a rename.</summary>
    public void Mount(string version, params (string Name, string Value)[] files)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making a symbolic link takes a right that few have on Windows.");
        var data = Directory.CreateDirectory(Path.Combine(Folder, $"..2026_{version}")).FullName;
        foreach (var (name, value) in files)
        {
            File.WriteAllText(Path.Combine(data, name), value);
            if (!Path.Exists(Path.Combine(Folder, name)))
            {
                File.CreateSymbolicLink(Path.Combine(Folder, name), Path.Combine("..data", name));
            }
        }

        Directory.CreateSymbolicLink(Path.Combine(Folder, "..data_tmp"), Path.GetFileName(data));
        Assert.Equal(0, Rename(Path.Combine(Folder, "..data_tmp"), Path.Combine(Folder, "..data")));
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    // File.Move refuses to replace a link to a folder.
    [LibraryImport("libc", EntryPoint = "rename", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(string from, string to);
}
