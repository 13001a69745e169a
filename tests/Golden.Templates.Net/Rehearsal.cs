using System.Text.Json.Nodes;

namespace Golden.Templates.Net;

/// <summary>
/// The template with options of every kind that it will have: the checks are proven on it before the options come.
/// Its own files are in Fixtures/rehearsal, the pipelines among them, which stand for those of the template; what it inserts into files of the template is here.
/// </summary>
static class Rehearsal
{
    const string Config = TemplateConfig.Folder;

    const string Startup = """
            // Who may call; where the lines of the log and the failures go.
            services.AddCallers();
            builder.AddLogSinks();
        #if (sentry)
            builder.AddErrorTracking();
        #endif


        """;

    const string PackageReferences = """
          <!--#if (full) -->
          <ItemGroup>
            <!--#if (sentry) -->
            <PackageReference Include="Sentry.AspNetCore" />
            <!--#endif -->
            <PackageReference Include="Serilog.AspNetCore" />
          </ItemGroup>

          <!--#endif -->

        """;

    const string PackageVersions = """
            <!--#if (sentry) -->
            <PackageVersion Include="Sentry.AspNetCore" Version="6.12.1" />
            <!--#endif -->
            <!--#if (full) -->
            <PackageVersion Include="Serilog.AspNetCore" Version="8.0.0" />
            <!--#endif -->

        """;

    const string SolutionFolder = """
          <!--#if (compose) -->
          <Folder Name="/deploy/">
            <File Path="deploy/compose/compose.yaml" />
          </Folder>
          <!--#endif -->

        """;

    public static async Task<TemplateFolder> LoadAsync()
    {
        var template = await TemplateFolder.LoadAsync("webapi-golden");
        foreach (var (path, text) in Fixture().Where(file => !file.Path.StartsWith(Config, StringComparison.Ordinal)))
        {
            template = template.With(path, text);
        }

        var rehearsal = JsonNode.Parse(Read($"{Config}rehearsal.json"))!.AsObject();
        return template
            .Edit("src/GoldenService.Api/Program.cs", InsertBefore("    await using var app = builder.Build();\n", Startup))
            .Edit("src/GoldenService.Api/GoldenService.Api.csproj", InsertBefore("</Project>", PackageReferences))
            .Edit("Directory.Packages.props", InsertBefore("  </ItemGroup>", PackageVersions))
            .Edit("GoldenService.slnx", InsertBefore("</Solution>", SolutionFolder))
            .Edit("README.md", text => text + Read($"{Config}readme.md"))
            // The sources, the solution and the restore are there only when nothing is refused.
            .Edit(TemplateConfig.File, "!unusableName", "!unusableName && !unsupported")
            .EditConfig(config => Merge(config, rehearsal))
            .Named("rehearsal");
    }

    /// <summary>Whether the template refuses these options with a sentence, and writes nothing.</summary>
    public static bool IsRefused(IReadOnlyDictionary<string, string> options) =>
        TemplateRules.IsContradictory(options) || (options.GetValueOrDefault("errorTracking") == "sentry" && !NeedsPublicFeed(options));

    /// <summary>Whether the output names packages that not every feed has, so that it can be checked as text only.</summary>
    public static bool NeedsPublicFeed(IReadOnlyDictionary<string, string> options) => options.GetValueOrDefault("packages") == "full";

    static void Merge(JsonObject config, JsonObject rehearsal)
    {
        var symbols = config["symbols"]!.AsObject();
        foreach (var (name, symbol) in rehearsal["symbols"]!.AsObject())
        {
            symbols.Add(name, symbol!.DeepClone());
        }

        var source = config["sources"]![0]!.AsObject();
        source.TryAdd("modifiers", new JsonArray());
        foreach (var modifier in rehearsal["modifiers"]!.AsArray())
        {
            source["modifiers"]!.AsArray().Add(modifier!.DeepClone());
        }

        var postActions = config["postActions"]!.AsArray();
        var refusal = rehearsal["postAction"]!.DeepClone();
        refusal["actionId"] = postActions.Single(action => (string?)action!["id"] == "refuse")!["actionId"]!.DeepClone();
        postActions.Insert(0, refusal);
    }

    static Func<string, string> InsertBefore(string anchor, string text) => before =>
        before.LastIndexOf(anchor, StringComparison.Ordinal) is >= 0 and var place
            ? before.Insert(place, text)
            : throw new InvalidOperationException($"The rehearsal would insert before this, and it is not there: {anchor}");

    static IEnumerable<(string Path, string Text)> Fixture() =>
        from file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
        let path = Path.GetRelativePath(Folder, file).Replace('\\', '/')
        select (path, Read(path));

    static string Read(string path) => File.ReadAllText(Path.Combine(Folder, path));

    static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Fixtures", "rehearsal");
}
