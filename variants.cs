// Regenerates the generated code of the templates and of their variants, after a change of a contract or of its compiler, and the migration of the system's
// outbox: `dotnet variants.cs`. The code of the system's gateway is generated from the contracts of the other templates.
// A variant is a folder of whole files in .template.config that an option generates in place of the default ones. A test compares all of it with what a build generates.
#:property PublishAot=false

using System.Diagnostics;
using System.Text.RegularExpressions;

var repository = (string)AppContext.GetData("EntryPointFileDirectoryPath")!;
(string Template, string Project, string[] Folders, string[] Options)[] variants =
[
    ("webapi-golden", "Api", [".", "../common"], ["--typescript-client", "true"]),
    ("webapi-golden", "Api", [".template.config/auth-none", ".template.config/platform-auth-none"], ["--auth", "none", "--typescript-client", "true"]),
    ("webapi-golden", "Api", [".template.config/sample-none"], ["--sample", "false", "--typescript-client", "true"]),
    ("webapi-golden", "Api", [".template.config/sample-none-auth-none"], ["--sample", "false", "--auth", "none", "--typescript-client", "true"]),
    ("worker-golden", "Worker", ["."], ["--typescript-client", "true"]),
    ("worker-golden", "Worker", [".template.config/sample-none"], ["--sample", "false", "--typescript-client", "true"]),
];

var version = Regex.Match(File.ReadAllText(Path.Combine(repository, "templates", "common", "Directory.Packages.props")), "\"NSwag.MSBuild\" Version=\"([^\"]+)\"").Groups[1].Value;
var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
var nswag = Path.Combine(packages, "nswag.msbuild", version, "tools", "Net100", "dotnet-nswag.dll");
var work = Directory.CreateTempSubdirectory("golden-templates-").FullName;
try
{
    var hive = Path.Combine(work, "hive");
    Run("install the templates", work, ["new", "install", Path.Combine(repository, "templates"), "--debug:custom-hive", hive]);
    foreach (var (number, (template, project, folders, options)) in variants.Index())
    {
        var solution = Path.Combine(work, $"{number}");
        Console.WriteLine($"{template} {string.Join(' ', options)}");

        // By the name that the template's own files have.
        Run("generate the service", work, ["new", template, "-n", "GoldenService", "-o", solution, "--no-restore", "--debug:custom-hive", hive, .. options]);
        var api = Path.Combine(solution, "src", $"GoldenService.{project}");
        Compile("server", Path.Combine(api, "openapi.yaml"), Path.Combine(api, "Generated", "Models.cs"));
        Compile("client", Path.Combine(api, "openapi.yaml"), Path.Combine($"{api}.Client", "Generated", "Client.cs"));
        Compile("typescript", Path.Combine(api, "openapi.yaml"), Path.Combine(solution, "clients", "typescript", "src", "generated", "client.ts"));
        var testHost = Path.Combine(solution, "tests", "GoldenService.ServiceDefaults.TestHost");
        Compile("server", Path.Combine(testHost, "openapi.yaml"), Path.Combine(testHost, "Generated", "Models.cs"));
        if (Path.Combine(solution, "src", "GoldenService.Carrier") is var carrier && Directory.Exists(carrier))
        {
            Compile("client", Path.Combine(carrier, "carrier.yaml"), Path.Combine(carrier, "Generated", "Client.cs"), "-p:Foreign=true");
        }

        void Compile(string kind, string contract, string code, params string[] more) =>
            CompileContract(solution, kind, contract, code, Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(code)))!, more);

        foreach (var folder in folders.Select(folder => Path.GetFullPath(Path.Combine(repository, "templates", template, folder))))
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Where(IsGenerated))
            {
                Keep(Path.Combine(solution, file), Path.Combine(folder, file));
            }
        }
    }

    // The system's API has one more table, by a migration of its own for each database.
    foreach (var (database, folder) in new[] { ("sqlite", "."), ("postgres", ".template.config/database-postgres") })
    {
        Console.WriteLine($"golden --database {database}");
        var solution = Path.Combine(work, $"golden-{database}");
        Run("generate the system", work, ["new", "golden", "-n", "GoldenService", "-o", solution, "--debug:custom-hive", hive, "--database", database]);

        if (database == "sqlite")
        {
            foreach (var service in new[] { "Api", "Worker" })
            {
                var generated = Path.Combine(solution, "src", "GoldenService.Gateway", service, "Generated");
                CompileContract(solution, "gateway", Path.Combine(solution, "src", $"GoldenService.{service}", "openapi.yaml"), Path.Combine(generated, "Models.cs"), $"GoldenService.Gateway.{service}");
                foreach (var file in Directory.GetFiles(generated))
                {
                    Keep(file, Path.Combine(repository, "templates", "golden", Path.GetRelativePath(solution, file)));
                }
            }
        }

        // Without what is to be generated, the model is that of the web API.
        const string migrations = "src/GoldenService.Api/Data/Migrations";
        var (made, kept) = (Path.Combine(solution, migrations), Path.Combine(repository, "templates", "golden", folder, migrations));
        foreach (var file in Directory.GetFiles(made, "*_AddOutbox*.cs"))
        {
            File.Delete(file);
        }

        File.Copy(Path.Combine(repository, "templates", "webapi-golden", folder, migrations, "AppDbContextModelSnapshot.cs"), Path.Combine(made, "AppDbContextModelSnapshot.cs"), overwrite: true);
        Run("restore dotnet ef", solution, ["tool", "restore"]);
        Run("add the migration", solution, ["ef", "migrations", "add", "AddOutbox", "--project", "src/GoldenService.Api"]);

        // Under the id that it has, because databases may have it already.
        Directory.CreateDirectory(kept);
        var newId = Id(made)!;
        var id = Id(kept) ?? newId;
        foreach (var file in Directory.GetFiles(made).Where(file => !Path.GetFileName(file).Contains("_Initial", StringComparison.Ordinal)))
        {
            var target = Path.Combine(kept, Path.GetFileName(file).Replace(newId, id, StringComparison.Ordinal));
            Write(target, File.ReadAllText(file).Replace(newId, id, StringComparison.Ordinal).ReplaceLineEndings("\n"));
        }
    }
}
finally
{
    Directory.Delete(work, recursive: true);
}

// As the build of a project does it, without the build.
void CompileContract(string solution, string kind, string contract, string code, string space, params string[] more) => Run($"generate {Path.GetRelativePath(solution, code)}", solution, [
    "msbuild", Path.Combine("contract", "contract.proj"), "-nologo", "-v:minimal", "-nodeReuse:false", "-p:RegenerateContract=true", "-p:ContractRuntime=GoldenService.ServiceDefaults",
    $"-p:Kind={kind}", $"-p:Contract={contract}", $"-p:Code={code}", $"-p:NSwag={nswag}", $"-p:CodeNamespace={space}", .. more]);

void Keep(string made, string target) => Write(target, File.ReadAllText(made));

void Write(string target, string after)
{
    var before = File.Exists(target) ? File.ReadAllText(target) : "";
    Directory.CreateDirectory(Path.GetDirectoryName(target)!);
    File.WriteAllText(target, after);
    Console.WriteLine($"  {(before == after ? "unchanged" : "written")}  {Path.GetRelativePath(repository, target)}");
}

static string? Id(string folder) => Directory.GetFiles(folder, "*_AddOutbox.cs").Select(Path.GetFileNameWithoutExtension).FirstOrDefault();

static bool IsGenerated(string file) => Path.GetFileName(Path.GetDirectoryName(file)) is "Generated" or "generated" && !file.StartsWith(".template.config", StringComparison.Ordinal);

static void Run(string title, string folder, string[] arguments)
{
    Console.WriteLine($"  {title} …");
    var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true };
    start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
    start.Environment.Remove("ConnectionStrings__Database"); // It may name a server for the tests.
    using var process = Process.Start(start)!;
    var output = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    if (process.ExitCode != 0)
    {
        Console.Error.WriteLine($"{output}'dotnet {string.Join(' ', arguments)}' failed.");
        Environment.Exit(1);
    }
}
