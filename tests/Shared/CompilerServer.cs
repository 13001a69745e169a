namespace Golden.Templates.Tests;

/// <summary>
/// A compiler server for the builds of this test run alone: they share it, which halves their time, and it ends with
/// them. The user's own server, which others may be using, is left alone.
/// </summary>
static class CompilerServer
{
    static readonly string Pipe = $"golden-{Environment.ProcessId}";

    /// <summary>What a build must find in its environment to use the server; the first one starts it.</summary>
    public static IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>
    {
        ["UseSharedCompilation"] = "true",
        ["SharedCompilationId"] = Pipe,
    };

    /// <summary>Ends it, also where the test run was cancelled.</summary>
    public static async Task ShutDownAsync()
    {
        // As in "10.0.100 [/usr/share/dotnet/sdk]".
        var version = (await DotnetAsync("--version")).Output.Trim();
        var sdks = (await DotnetAsync("--list-sdks")).Output;
        var folder = sdks.Split('\n').First(line => line.StartsWith($"{version} ", StringComparison.Ordinal)).Split('[', ']')[1];
        var server = Path.Combine(folder, version, "Roslyn", "bincore", "VBCSCompiler.dll");
        (await DotnetAsync(server, $"-pipename:{Pipe}", "-shutdown")).ShouldSucceed();
    }

    static Task<CommandResult> DotnetAsync(params string[] arguments) =>
        CommandLine.RunAsync(CommandLine.StartInfo("dotnet", Repository.Root, arguments), CancellationToken.None);
}
