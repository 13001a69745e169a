namespace Golden.Templates.Bench;

/// <summary>A compiler server of our own, warm for both sides, as it is for a developer; it ends with the run.</summary>
sealed class BuildServer : IDisposable
{
    private readonly string id = $"golden-bench-{Environment.ProcessId}";

    public void Dotnet(string folder, params IEnumerable<string> arguments) => Run(folder, "dotnet", arguments);

    public void Run(string folder, string program, params IEnumerable<string> arguments)
    {
        var start = Commands.StartInfo(folder, program, arguments);
        start.Environment["UseSharedCompilation"] = "true";
        start.Environment["SharedCompilationId"] = id;
        start.Environment["CI"] = "";
        Commands.Run(start);
    }

    public void Dispose()
    {
        // "dotnet" is /somewhere/dotnet/shared/Microsoft.NETCore.App/10.0.0 for this process.
        var sdks = Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "sdk"));
        var server = Directory.GetFiles(sdks, "VBCSCompiler.dll", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Last();
        Commands.Dotnet(Path.GetTempPath(), server, $"-pipename:{id}", "-shutdown");
    }
}
