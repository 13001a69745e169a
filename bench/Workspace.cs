using System.Text.Json;

namespace Golden.Templates.Bench;

/// <summary>A temporary folder outside the repository, with the pack installed in a template hive of its own.</summary>
/// <param name="checkout">The checkout that is packed: the repository, or an earlier state of it.</param>
sealed class Workspace(string checkout) : IDisposable
{
    private static readonly JsonDocumentOptions WithComments = new() { CommentHandling = JsonCommentHandling.Skip };

    // Earlier states have the project in a folder of its own.
    private static readonly string[] PackProjects = ["TemplatePack.csproj", "pack/TemplatePack.csproj"];

    private string? hive;

    public Workspace()
        : this(Repository)
    {
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("golden-bench-").FullName;

    public static string Repository { get; } = FindRepository();

    public string Path(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Folder, .. parts]);

    /// <summary>Runs `dotnet new` with the hive of its own.</summary>
    public void New(params IEnumerable<string> arguments)
    {
        if (hive is null)
        {
            hive = Path("hive");
            Commands.Say($"packing the templates in {checkout}");
            Commands.Dotnet(Folder, "pack", PackProject(), "--output", Path("pack"));
            Commands.Dotnet(Folder, "new", "install", Directory.GetFiles(Path("pack"), "*.nupkg").Single(), "--debug:custom-hive", hive);
        }

        Commands.Dotnet(Folder, ["new", .. arguments, "--debug:custom-hive", hive]);
    }

    /// <summary>Generates and publishes the API, and returns its assembly.</summary>
    public string PublishGolden(string kind, string[] options, params string[] properties) => PublishGolden("webapi-golden", "Acme.Orders", "Acme.Orders.Api", kind, options, properties);

    /// <summary>Generates and publishes the worker, and returns its assembly.</summary>
    public string PublishGoldenWorker(string kind, string[] options, params string[] properties) => PublishGolden("worker-golden", "Acme.Shipping", "Acme.Shipping.Worker", kind, options, properties);

    /// <summary>Generates a system and publishes a service of it, and returns its assembly.</summary>
    public string PublishGoldenSystem(string kind, string service) => PublishGolden("golden", "Acme.Shop", $"Acme.Shop.{service}", kind, [], []);

    /// <summary>Writes a `dotnet new web` with YARP and the code of the folder plain-gateway, publishes it, and returns its assembly.</summary>
    public string PublishPlainGateway(string kind)
    {
        var project = Path(kind, "Plain.Gateway");
        Commands.Say($"writing {kind}");
        New("web", "-n", "Plain.Gateway", "-o", project, "--no-restore");
        File.Copy(System.IO.Path.Combine(Repository, "bench", "plain-gateway", "Program.cs"), System.IO.Path.Combine(project, "Program.cs"), overwrite: true);
        var file = System.IO.Path.Combine(project, "Plain.Gateway.csproj");
        File.WriteAllText(file, File.ReadAllText(file).Replace(
            "</Project>",
            """<ItemGroup><PackageReference Include="Microsoft.AspNetCore.Authentication.JwtBearer" Version="10.0.15" /><PackageReference Include="Yarp.ReverseProxy" Version="2.3.0" /></ItemGroup></Project>""",
            StringComparison.Ordinal));
        return Publish(project, "Plain.Gateway", kind, []);
    }

    /// <summary>Writes a plain `dotnet new webapi`, gives it the code of the folder plain, publishes it, and returns its assembly.</summary>
    public string PublishPlain(string kind, string database, string constants, params string[] properties) => PublishPlain("plain", kind, database, constants, properties);

    /// <summary>The same with the code of the folder plain-webhooks.</summary>
    public string PublishPlainWebhooks(string kind, string database, string constants) => PublishPlain("plain-webhooks", kind, database, constants, []);

    /// <summary>Writes and publishes a plain `dotnet new worker` as it comes, and returns its assembly.</summary>
    public string PublishPlainWorker(string kind)
    {
        var project = Path(kind, "Plain.Worker");
        if (!Directory.Exists(project))
        {
            Commands.Say($"writing {kind}");
            New("worker", "-n", "Plain.Worker", "-o", project, "--no-restore");
        }

        return Publish(project, "Plain.Worker", kind, []);
    }

    /// <summary>The option for the packages, of a state that has it (December 2026 and earlier): later states have one set of packages, which is the full one.</summary>
    public string[] FullPackages(string template)
    {
        using var settings = JsonDocument.Parse(File.ReadAllText(System.IO.Path.Combine(checkout, "templates", template, ".template.config", "template.json")), WithComments);
        return settings.RootElement.GetProperty("symbols").TryGetProperty("packages", out _) ? ["--packages", "full"] : [];
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private string PublishGolden(string template, string name, string project, string kind, string[] options, string[] properties)
    {
        var solution = Path(kind);
        if (!Directory.Exists(solution))
        {
            Commands.Say($"writing {kind}");
            New([template, "-n", name, "-o", solution, "--no-restore", .. options]);
        }

        return Publish(System.IO.Path.Combine(solution, "src", project), project, $"{kind}-{project}", properties);
    }

    private string PublishPlain(string code, string kind, string database, string constants, string[] properties)
    {
        var project = Path(kind, "Plain.Api");
        if (!Directory.Exists(project))
        {
            Commands.Say($"writing {kind}");
            New("webapi", "-n", "Plain.Api", "-o", project, "--no-restore");
            File.Copy(System.IO.Path.Combine(Repository, "bench", code, "Program.cs"), System.IO.Path.Combine(project, "Program.cs"), overwrite: true);
            var file = System.IO.Path.Combine(project, "Plain.Api.csproj");
            var packages = database == "postgres"
                ? """<PackageReference Include="Npgsql.EntityFrameworkCore.PostgreSQL" Version="10.0.3" /><PackageReference Include="Microsoft.EntityFrameworkCore.Relational" Version="10.0.15" />"""
                : """<PackageReference Include="Microsoft.EntityFrameworkCore.Sqlite" Version="10.0.15" /><PackageReference Include="SQLitePCLRaw.bundle_e_sqlite3" Version="3.0.5" />""";
            File.WriteAllText(file, File.ReadAllText(file)
                .Replace("</Project>", $"<PropertyGroup><DefineConstants>$(DefineConstants);{constants}</DefineConstants></PropertyGroup><ItemGroup>{packages}</ItemGroup></Project>", StringComparison.Ordinal));
        }

        return Publish(project, "Plain.Api", kind, properties);
    }

    private string Publish(string project, string name, string kind, string[] properties)
    {
        var output = Path("publish", string.Join('-', [kind, .. properties]).Replace(':', '_').Replace('=', '_'));
        Commands.Say($"publishing {kind} {string.Join(' ', properties)}");
        Commands.Dotnet(project, ["publish", "-c", "Release", "-o", output, "-nologo", .. properties]);
        return System.IO.Path.Combine(output, $"{name}.dll");
    }

    private string PackProject() =>
        PackProjects.Select(project => System.IO.Path.Combine(checkout, project)).FirstOrDefault(File.Exists)
            ?? throw new BenchException($"There is no {string.Join(" or ", PackProjects)} in {checkout}: it cannot be packed.");

    private static string FindRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "bench", "Bench.csproj")))
            {
                return folder.FullName;
            }
        }

        throw new BenchException("Run the benchmark in a checkout of the repository: `dotnet run --project bench`.");
    }
}
