namespace Golden.Templates.Bench;

/// <summary>A temporary folder outside the repository, with the pack installed in a template hive of its own.</summary>
sealed class Workspace : IDisposable
{
    private string? hive;

    public string Folder { get; } = Directory.CreateTempSubdirectory("golden-bench-").FullName;

    public static string Repository { get; } = FindRepository();

    public string Path(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Folder, .. parts]);

    /// <summary>Runs `dotnet new` with the hive of its own.</summary>
    public void New(params IEnumerable<string> arguments)
    {
        if (hive is null)
        {
            hive = Path("hive");
            Commands.Say("packing the templates");
            Commands.Dotnet(Folder, "pack", System.IO.Path.Combine(Repository, "pack", "TemplatePack.csproj"), "--output", Path("pack"));
            Commands.Dotnet(Folder, "new", "install", Directory.GetFiles(Path("pack"), "*.nupkg").Single(), "--debug:custom-hive", hive);
        }

        Commands.Dotnet(Folder, ["new", .. arguments, "--debug:custom-hive", hive]);
    }

    /// <summary>Generates and publishes the API, and returns its assembly.</summary>
    public string PublishGolden(string kind, string[] options, params string[] properties) => PublishGolden("webapi-golden", "Acme.Orders", "Acme.Orders.Api", kind, options, properties);

    /// <summary>Generates and publishes the worker, and returns its assembly.</summary>
    public string PublishGoldenWorker(string kind, string[] options, params string[] properties) => PublishGolden("worker-golden", "Acme.Shipping", "Acme.Shipping.Worker", kind, options, properties);

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

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private string PublishGolden(string template, string name, string project, string kind, string[] options, string[] properties)
    {
        var solution = Path(kind);
        if (!Directory.Exists(solution))
        {
            Commands.Say($"writing {kind}");
            New([template, "-n", name, "-o", solution, "--no-restore", .. options]);
        }

        return Publish(System.IO.Path.Combine(solution, "src", project), project, kind, properties);
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
                ? """<PackageReference Include="Npgsql.EntityFrameworkCore.PostgreSQL" Version="10.0.0" /><PackageReference Include="Microsoft.EntityFrameworkCore.Relational" Version="10.0.14" />"""
                : """<PackageReference Include="Microsoft.EntityFrameworkCore.Sqlite" Version="10.0.14" /><PackageReference Include="SQLitePCLRaw.bundle_e_sqlite3" Version="3.0.3" />""";
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

    private static string FindRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "pack", "TemplatePack.csproj")))
            {
                return folder.FullName;
            }
        }

        throw new BenchException("Run the benchmark in a checkout of the repository: `dotnet run --project bench`.");
    }
}
