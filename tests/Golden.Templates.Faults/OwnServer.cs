using Golden.Templates.Tests;

namespace Golden.Templates.Faults;

/// <summary>A server of the suite's own in a temporary folder. Its programs run as the user of their package, as they refuse root or are not meant for it.</summary>
abstract class OwnServer(string user)
{
    protected string Folder { get; } = Directory.CreateTempSubdirectory($"golden-{user}-").FullName;

    protected int Port { get; } = PublishedService.FreePort();

    /// <summary>Lets the user write to the folder.</summary>
    protected async Task GiveFolderAsync()
    {
        if (Environment.IsPrivilegedProcess)
        {
            (await CommandLine.RunAsync(CommandLine.StartInfo("chown", Folder, user, Folder))).ShouldSucceed();
        }
    }

    /// <summary>Runs a program in the folder to its end.</summary>
    protected async Task RunAsync(string program, params string[] arguments)
    {
        string[] command = [.. Environment.IsPrivilegedProcess ? new[] { "runuser", "-u", user, "--" } : [], program, .. arguments];
        (await CommandLine.RunAsync(CommandLine.StartInfo(command[0], Folder, command[1..]), CancellationToken.None)).ShouldSucceed();
    }
}
