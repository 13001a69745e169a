using System.Diagnostics;

namespace Golden.Templates.Bench;

/// <summary>Something that whoever runs the benchmark can mend; the message says how.</summary>
sealed class BenchException(string message) : Exception(message);

/// <summary>Runs programs to their end.</summary>
static class Commands
{
    public static string Dotnet(string folder, params IEnumerable<string> arguments) => Run(folder, "dotnet", arguments);

    public static string Run(string folder, string program, params IEnumerable<string> arguments) => Run(StartInfo(folder, program, arguments));

    public static ProcessStartInfo StartInfo(string folder, string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";

        // No build server stays behind, and none that was there before helps.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        foreach (var inherited in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) && name != "MSBUILDDISABLENODEREUSE").ToList())
        {
            start.Environment.Remove(inherited);
        }

        return start;
    }

    /// <summary>Ends the bench before it measures for minutes what it cannot finish.</summary>
    public static void Need(string program)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, program))))
        {
            throw Missing(program);
        }
    }

    public static string Run(ProcessStartInfo start)
    {
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw Missing(start.FileName);
        }

        using (process)
        {
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0
                ? output
                : throw new BenchException($"`{start.FileName} {string.Join(' ', start.ArgumentList)}` failed:\n{output}{errors.Result}");
        }
    }

    private static BenchException Missing(string program) => new($"{program} is needed and not on the PATH: install it.");

    public static double Seconds(Action run)
    {
        var watch = Stopwatch.StartNew();
        run();
        return watch.Elapsed.TotalSeconds;
    }

    /// <summary>A line on the console, so that a run of minutes shows where it is.</summary>
    public static void Say(string what) => Console.Error.WriteLine($"{DateTime.Now:HH:mm:ss}  {what}");
}
