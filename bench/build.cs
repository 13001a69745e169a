// Times what a developer waits for, side by side in one run and alternating: the build of a fresh generated solution
// against a plain one of three projects, the build that has nothing to do with and without the check of the contract,
// and one change of the contract. `dotnet run bench/build.cs` prints a Markdown table; it takes a few minutes.
#:property PublishAot=false

using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

const int Rounds = 5;

var repository = Path.GetDirectoryName((string)AppContext.GetData("EntryPointFileDirectoryPath")!)!;
var work = Directory.CreateTempSubdirectory("golden-bench-").FullName;
try
{
    var hive = Path.Combine(work, "hive");
    Say("packing");
    Dotnet(work, "pack", Path.Combine(repository, "pack", "TemplatePack.csproj"), "--output", Path.Combine(work, "pack"));
    Dotnet(work, "new", "install", Directory.GetFiles(Path.Combine(work, "pack"), "*.nupkg").Single(), "--debug:custom-hive", hive);

    List<double> golden = [], plain = [];
    for (var round = 0; round < Rounds; round++)
    {
        Say($"fresh builds, round {round + 1} of {Rounds}");
        golden.Add(Fresh("golden", round, folder => Dotnet(work, "new", "webapi-golden", "-n", "Acme.Orders", "-o", folder, "--no-restore", "--debug:custom-hive", hive)));
        plain.Add(Fresh("plain", round, folder =>
        {
            Dotnet(work, "new", "webapi", "-n", "Plain.Api", "-o", Path.Combine(folder, "Plain.Api"), "--no-restore", "--debug:custom-hive", hive);
            Dotnet(work, "new", "classlib", "-n", "Plain.Client", "-o", Path.Combine(folder, "Plain.Client"), "--no-restore", "--debug:custom-hive", hive);
            Dotnet(work, "new", "xunit", "-n", "Plain.Tests", "-o", Path.Combine(folder, "Plain.Tests"), "--no-restore", "--debug:custom-hive", hive);
            Dotnet(work, "new", "sln", "-n", "Plain", "-o", folder, "--debug:custom-hive", hive);
            Dotnet(folder, "sln", "add", "Plain.Api", "Plain.Client", "Plain.Tests");
            Dotnet(folder, "add", "Plain.Tests", "reference", "Plain.Api", "Plain.Client");
        }));
    }

    // The same solution twice; one of them never looks at its contract.
    var with = Path.Combine(work, $"golden-{Rounds - 1}");
    var without = Path.Combine(work, $"golden-{Rounds - 2}");
    File.WriteAllText(Path.Combine(without, "contract", "contract.targets"), "<Project />");
    Dotnet(without, "build");
    List<double> checkedNoop = [], uncheckedNoop = [];
    for (var round = 0; round < 2 * Rounds; round++)
    {
        Say($"builds with nothing to do, round {round + 1} of {2 * Rounds}");
        checkedNoop.Add(Time(() => Dotnet(with, "build", "--no-restore")));
        uncheckedNoop.Add(Time(() => Dotnet(without, "build", "--no-restore")));
    }

    Say("installing NSwag");
    Run(with, OperatingSystem.IsWindows() ? "npm.cmd" : "npm", "ci", "--prefix", "contract");
    List<double> change = [];
    var contract = Path.Combine(with, "openapi.yaml");
    for (var round = 0; round < Rounds; round++)
    {
        Say($"changes of the contract, round {round + 1} of {Rounds}");
        File.WriteAllText(contract, Regex.Replace(File.ReadAllText(contract), "maximum: 1[0-9]{3}\n", $"maximum: {1001 + round}\n"));
        change.Add(Time(() => Dotnet(with, "build", "--no-restore")));
    }

    Console.WriteLine();
    Console.WriteLine("| what | median | beside | median | |");
    Console.WriteLine("|---|---:|---|---:|---:|");
    Row("fresh solution, restore and build", golden, "plain webapi, classlib and xunit", plain, $"{Median(golden) / Median(plain):N2} times");
    Row("nothing to do", checkedNoop, "the same without the check of the contract", uncheckedNoop, $"{(Median(checkedNoop) - Median(uncheckedNoop)) * 1000:N0} ms more");
    Row("a limit of the contract changed", change, "nothing to do", checkedNoop, $"{Median(change) - Median(checkedNoop):N1} s more");
}
finally
{
    // "dotnet" is /somewhere/dotnet/shared/Microsoft.NETCore.App/10.0.0 for this process.
    var sdks = Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "sdk"));
    var server = Directory.GetFiles(sdks, "VBCSCompiler.dll", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Last();
    Dotnet(work, server, $"-pipename:golden-bench-{Environment.ProcessId}", "-shutdown");
    Directory.Delete(work, recursive: true);
}

double Fresh(string kind, int round, Action<string> create)
{
    var folder = Path.Combine(work, $"{kind}-{round}");
    Directory.CreateDirectory(folder);
    create(folder);
    return Time(() => Dotnet(folder, "build"));
}

static void Row(string what, List<double> times, string beside, List<double> others, string result) =>
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {Median(times):N2} s | {beside} | {Median(others):N2} s | {result} |"));

static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

static double Time(Action action)
{
    var watch = Stopwatch.StartNew();
    action();
    return watch.Elapsed.TotalSeconds;
}

static void Say(string text) => Console.Error.WriteLine($"{DateTime.Now:HH:mm:ss} {text}");

static void Dotnet(string folder, params string[] arguments) => Run(folder, "dotnet", arguments);

// The compiler server is one of our own, warm for both sides, as it is for a developer; it ends with the run.
static void Run(string folder, string program, params string[] arguments)
{
    var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
    start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
    start.Environment["UseSharedCompilation"] = "true";
    start.Environment["SharedCompilationId"] = $"golden-bench-{Environment.ProcessId}";
    start.Environment["CI"] = "";
    using var process = Process.Start(start)!;
    var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
    process.WaitForExit();
    if (process.ExitCode != 0)
    {
        throw new InvalidOperationException($"'{program} {string.Join(' ', arguments)}' failed:\n{string.Concat(output.Result)}");
    }
}
