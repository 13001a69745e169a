// Verifies docs/checklist.md: builds the solution, runs the tests of all projects once, and writes the result of each row to
// docs/checklist-result.md, for you to commit: `dotnet run checklist.cs`. With `-- indexes secrets` it runs only the tests of these rows and writes nothing.
// The exit code is 0 when every row passed, otherwise 1.
#:property PublishAot=false
#:property ImplicitUsings=enable

using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;

// Exit codes of the testing platform.
const int SomeFailed = 2;
const int NoTests = 8;

var root = (string)AppContext.GetData("EntryPointFileDirectoryPath")!;
var page = Path.Combine(root, "docs", "checklist.md");
var rows = File.ReadLines(page).Select(line => Regex.Match(line, @"^\| `([\w-]+)` \|").Groups[1].Value).Where(row => row.Length > 0).ToList();
if (args.Except(rows).FirstOrDefault() is { } unknown)
{
    return Fail($"The checklist has no row '{unknown}'. Its rows are: {string.Join(", ", rows)}.");
}

var asked = args.Length > 0 ? rows.Where(args.Contains).ToList() : rows;
Console.WriteLine("Building …");
var (code, output) = Dotnet("build", "-warnaserror", "-nologo");
if (code != 0)
{
    Console.Error.WriteLine(output);
    return Fail("The solution does not build, so that nothing is proven; mend what stands above.");
}

Console.WriteLine(args.Length > 0 ? $"Running the tests of {string.Join(", ", asked)} …" : "Running the tests; this takes a few minutes …");
// The test projects are programs; what they share is a library, and the host of the platform's tests is a web project.
var projects = Directory.GetFiles(Path.Combine(root, "tests"), "*.csproj", SearchOption.AllDirectories)
    .Where(project => File.ReadAllText(project).Contains("<OutputType>Exe</OutputType>", StringComparison.Ordinal))
    .Order(StringComparer.Ordinal)
    .ToList();
string[] filter = [.. asked.SelectMany(row => args.Length > 0 ? new[] { "--filter-trait", $"Checklist={row}" } : [])];
var started = DateTime.UtcNow;
List<Test> tests = [];
List<string> outputs = [], unfinished = [];
foreach (var project in projects)
{
    var name = Path.GetFileNameWithoutExtension(project);
    Console.WriteLine($"  {name}");
    var results = Directory.CreateTempSubdirectory("checklist-").FullName;
    try
    {
        (code, output) = Dotnet(["run", "--no-build", "--project", project, "--", "--report-xunit-xml", "--report-xunit-xml-filename", "tests.xml", "--results-directory", results, "--progress", "off", .. filter]);
        outputs.Add(output);
        if (code == NoTests && filter.Length > 0)
        {
            continue;
        }

        var report = Path.Combine(results, "tests.xml");
        if (!File.Exists(report))
        {
            Console.Error.WriteLine(output);
            return Fail($"The tests of {name} ended with {code} and without a result; see their output above.");
        }

        tests.AddRange(XDocument.Load(report).Descendants("test").Select(Test.Of));
        if (code is not (0 or SomeFailed))
        {
            unfinished.Add($"{name} ({code})");
        }
    }
    finally
    {
        Directory.Delete(results, recursive: true);
    }
}

var failed = tests.Where(test => test.IsFailed).Select(test => test.Name).Distinct().ToList();
if (failed.Count > 0)
{
    outputs.ForEach(Console.Error.WriteLine);
}

var found = asked.Select(row => new Row(row, [.. tests.Where(test => test.Rows.Contains(row))])).ToList();
found.ForEach(row => Console.WriteLine($"  {row.Name,-16} {row.Result,-12} {row.Count}"));
var rest = failed.Except(found.SelectMany(row => row.Failed)).ToList();
if (args.Length == 0)
{
    File.WriteAllText(Path.Combine(root, "docs", "checklist-result.md"), Page());
    Console.WriteLine("docs/checklist-result.md has the result; commit it.");
}

if (found.Where(row => !row.IsProven).Select(row => row.Name).ToList() is { Count: > 0 } open)
{
    return Fail($"Not proven: {string.Join(", ", open)}.");
}

if (rest.Count > 0)
{
    return Fail($"Every row was proven, but these tests of no row failed: {string.Join(", ", rest)}.");
}

return unfinished.Count > 0 ? Fail($"Every row was proven, but these tests did not end as they should: {string.Join(", ", unfinished)}.") : 0;

string Page()
{
    var (_, commit) = Run("git", "rev-parse", "--short", "HEAD");
    var (isRepository, changes) = Run("git", "status", "--porcelain", "--", ".", ":(exclude)docs/checklist-result.md");
    var of = isRepository != 0 || commit.Length == 0 ? "without a commit" : $"commit `{commit}`{(changes.Length > 0 ? " and changes that were not committed" : "")}";
    var lines = found.Select(row => $"| `{row.Name}` | {(row.IsProven ? row.Result : $"**{row.Result}**")} | {row.Count} | {string.Join(", ", row.Failed.Select(name => $"`{name}`"))} |");
    return $"""
        # Result of the checklist

        Of [the checklist](checklist.md), at {started.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC, {of}, on {RuntimeInformation.FrameworkDescription} and {RuntimeInformation.RuntimeIdentifier}. Written by
        `dotnet run checklist.cs`: {tests.Count} tests, {tests.Count(test => test.IsFailed)} failed, {tests.Count(test => test.IsSkipped)} skipped.

        | row | result | tests | failed |
        |---|---|---|---|
        {string.Join('\n', lines)}
        {(rest.Count > 0 ? $"\nOf no row, and failed: {string.Join(", ", rest.Select(name => $"`{name}`"))}.\n" : "")}
        """.ReplaceLineEndings("\n").TrimEnd() + "\n";
}

(int ExitCode, string Output) Dotnet(params string[] arguments) => Run("dotnet", arguments);

(int ExitCode, string Output) Run(string program, params string[] arguments)
{
    var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = root, RedirectStandardOutput = true, RedirectStandardError = true };
    try
    {
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd() + errors.Result;
        process.WaitForExit();
        return (process.ExitCode, text.Trim());
    }
    catch (System.ComponentModel.Win32Exception)
    {
        return (127, "");
    }
}

static int Fail(string sentence)
{
    Console.Error.WriteLine(sentence);
    return 1;
}

/// <summary>A test as the report has it.</summary>
sealed record Test(string Name, string Result, IReadOnlyList<string> Rows)
{
    public bool IsFailed => Result == "Fail";

    public bool IsSkipped => Result == "Skip";

    public static Test Of(XElement test)
    {
        var type = (string)test.Attribute("type")!;
        var rows = test.Descendants("trait").Where(trait => (string?)trait.Attribute("name") == "Checklist").Select(trait => (string)trait.Attribute("value")!);
        return new($"{type[(type.LastIndexOf('.') + 1)..]}.{(string?)test.Attribute("method")}", (string)test.Attribute("result")!, [.. rows]);
    }
}

/// <summary>A row of the checklist and its tests.</summary>
sealed record Row(string Name, IReadOnlyList<Test> Tests)
{
    public IReadOnlyList<string> Failed { get; } = [.. Tests.Where(test => test.IsFailed).Select(test => test.Name).Distinct()];

    public bool IsProven => Result == "passed";

    public string Result => Failed.Count > 0 ? "failed" : Tests.Count == 0 ? "no tests" : Tests.All(test => test.IsSkipped) ? "skipped" : "passed";

    public string Count => Tests.Any(test => test.IsSkipped) ? $"{Tests.Count}, {Tests.Count(test => test.IsSkipped)} skipped" : $"{Tests.Count}";
}
