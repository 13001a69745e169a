// Sets each package of the templates, and the SDK of Aspire, to the newest patch of its minor version: `dotnet patches.cs`. The nightly run does so before it verifies the templates,
// so that a patch that breaks services is found there, before a user meets it. To keep the versions, commit them.
#:property PublishAot=false

using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

var common = Path.Combine((string)AppContext.GetData("EntryPointFileDirectoryPath")!, "templates", "common");
foreach (var file in new[] { "Directory.Packages.props", "global.json" }.Select(name => Path.Combine(common, name)))
{
    var text = File.ReadAllText(file);
    var newest = new Dictionary<string, Version>();
    foreach (Match package in Pinned.In(text))
    {
        var (id, pinned) = (package.Groups["id"].Value, Version.Parse(package.Groups["version"].Value));
        newest[id] = Versions(id).Where(version => (version.Major, version.Minor) == (pinned.Major, pinned.Minor)).Append(pinned).Max()!;
        Console.WriteLine(newest[id] == pinned ? $"{id} {pinned}" : $"{id} {pinned} -> {newest[id]}");
    }

    File.WriteAllText(file, Pinned.Replace(text, newest));
}

// What the sources of NuGet have of a package, without what is not released.
static IEnumerable<Version> Versions(string id)
{
    var start = new ProcessStartInfo("dotnet", ["package", "search", id, "--exact-match", "--format", "json"]) { RedirectStandardOutput = true };
    using var process = Process.Start(start)!;
    var output = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    if (process.ExitCode != 0)
    {
        Console.Error.WriteLine($"`dotnet package search {id}` ended with {process.ExitCode}: check the sources of `dotnet nuget list source`.\n{output}");
        Environment.Exit(1);
    }

    using var json = JsonDocument.Parse(output);
    return
    [
        .. json.RootElement.GetProperty("searchResult").EnumerateArray().SelectMany(source => source.GetProperty("packages").EnumerateArray())
            .Select(package => Version.TryParse(package.GetProperty("version").GetString(), out var version) ? version : null).OfType<Version>(),
    ];
}

static partial class Pinned
{
    public static MatchCollection In(string text) => Package().Matches(text);

    public static string Replace(string text, Dictionary<string, Version> versions) =>
        Package().Replace(text, package => $"{package.Groups["start"].Value}{versions[package.Groups["id"].Value]}");

    [GeneratedRegex("""(?<start>(<PackageVersion Include="(?<id>[^"]+)" Version=|"(?<id>[A-Z][\w.]+)": )")(?<version>\d+\.\d+\.\d+)(?=")""")]
    private static partial Regex Package();
}
