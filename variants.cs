// Makes anew what the build makes of the contract in the variants of a template, after a change of its contract or its Liquid
// files: `dotnet run variants.cs`. A variant is a folder of whole files in .template.config that an option writes instead of
// the default ones. A test compares them with what the build makes.
#:property PublishAot=false

using System.Diagnostics;

var repository = (string)AppContext.GetData("EntryPointFileDirectoryPath")!;
(string Template, string Variant, string[] Options)[] variants =
[
    ("webapi-golden", "auth-none", ["--auth", "none"]),
    ("webapi-golden", "sample-none", ["--sample", "false", "--typescript-client", "true"]),
    ("webapi-golden", "sample-none-auth-none", ["--sample", "false", "--auth", "none"]),
    ("worker-golden", "sample-none", ["--sample", "false", "--typescript-client", "true"]),
];

var work = Directory.CreateTempSubdirectory("golden-templates-").FullName;
try
{
    foreach (var (template, variant, options) in variants)
    {
        var source = Path.Combine(repository, "templates", template);
        var solution = Path.Combine(work, $"{template}-{variant}");
        Console.WriteLine($"{template} {string.Join(' ', options)}");

        // By the name that stands for every name in the template's own files.
        Run("write it", "dotnet", work, ["new", "install", source, "--debug:custom-hive", $"{solution}-hive"]);
        Run("", "dotnet", work, ["new", template, "-n", "GoldenService", "-o", solution, "--no-restore", "--debug:custom-hive", $"{solution}-hive", .. options]);
        Run("make its code", "dotnet", solution, ["build", "src/GoldenService.Client", "-p:RegenerateContract=true", "-nologo", "-nodeReuse:false"]);

        var folder = Path.Combine(source, ".template.config", variant);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Where(IsMade))
        {
            var (before, after) = (File.ReadAllText(Path.Combine(folder, file)), File.ReadAllText(Path.Combine(solution, file)));
            File.WriteAllText(Path.Combine(folder, file), after);
            Console.WriteLine($"  {(before == after ? "as it was" : "made anew")}  {file}");
        }
    }
}
finally
{
    Directory.Delete(work, recursive: true);
}

static bool IsMade(string file) => Path.GetFileName(file) == "contract.lock" || Path.GetFileName(Path.GetDirectoryName(file)) is "Generated" or "generated";

static void Run(string title, string program, string folder, string[] arguments)
{
    if (title != "")
    {
        Console.WriteLine($"  {title} …");
    }

    var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true };
    start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
    using var process = Process.Start(start)!;
    var output = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    if (process.ExitCode != 0)
    {
        Console.Error.WriteLine($"{output}'{program} {string.Join(' ', arguments)}' failed.");
        Environment.Exit(1);
    }
}
