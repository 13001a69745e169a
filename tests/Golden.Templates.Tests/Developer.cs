using System.Xml.Linq;

namespace Golden.Templates.Tests;

/// <summary>What a developer may have set on their machine.</summary>
static class Developer
{
    const string Secrets = """{ "Limits:MaxBodyBytes": "50", "RateLimits:PerAddress": "1", "Documentation:Ui": "false", "OTEL_SERVICE_NAME": "mine" }""";

    /// <summary>Sets user secrets of the services, in a folder of their own, and returns the variables to go with them.</summary>
    public static async Task<(string Name, string Value)[]> SettingsAsync(GeneratedSolution solution, string parent)
    {
        var home = Path.Combine(parent, "home");
        foreach (var id in Directory.EnumerateFiles(Path.Combine(solution.Folder, "src"), "*.csproj", SearchOption.AllDirectories).SelectMany(project => XDocument.Load(project).Descendants("UserSecretsId")))
        {
            // As `dotnet user-secrets set` does it.
            var folder = Directory.CreateDirectory(Path.Combine(home, "Microsoft", "UserSecrets", id.Value)).FullName;
            await File.WriteAllTextAsync(Path.Combine(folder, "secrets.json"), Secrets, TestContext.Current.CancellationToken);
        }

        Assert.NotEmpty(Directory.EnumerateFiles(home, "*", SearchOption.AllDirectories));
        return
        [
            ("APPDATA", home),
            ("Limits__MaxBodyBytes", "50"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9"),
            ("Logging__LogLevel__Default", "None"),
            ("ASPNETCORE_ENVIRONMENT", "Staging"),
            ("TZ", "Asia/Kolkata"),
            ("LANG", "tr_TR.UTF-8"),
            ("CI", "true"),
        ];
    }
}
