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

    public static async Task ShutDownAsync()
    {
        // As in "10.0.100 [/usr/share/dotnet/sdk]".
        var version = (await CommandLine.DotnetAsync(Repository.Root, "--version")).Output.Trim();
        var sdks = (await CommandLine.DotnetAsync(Repository.Root, "--list-sdks")).Output;
        var folder = sdks.Split('\n').First(line => line.StartsWith($"{version} ", StringComparison.Ordinal)).Split('[', ']')[1];
        var server = Path.Combine(folder, version, "Roslyn", "bincore", "VBCSCompiler.dll");
        (await CommandLine.DotnetAsync(Repository.Root, server, $"-pipename:{Pipe}", "-shutdown")).ShouldSucceed();
    }
}
