using System.IO.Compression;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Golden.Templates.Tests;

/// <summary>A generated service says which template made it, of which version, and what was asked for.</summary>
public sealed class RecordTests(InstalledPack pack) : TemplateTests(pack)
{
    const string Record = ".config/golden-templates.json";

    public static TheoryData<string, string, string, string[]> Asked => new()
    {
        { "webapi-golden", "Acme.Orders", "Acme.Orders.Api", ["--auth=none", "--database=postgres", "--error-tracking=sentry", "--sample=false", "--ci=azure", "--typescript-client=true", "--deploy=kubernetes", "--http-port=4321"] },
        { "webapi-golden", "my service", "my_service.Api", ["--auth=jwt", "--database=sqlite", "--error-tracking=none", "--sample=true", "--ci=none", "--deploy=none", "--http-port=4322"] },
        { "worker-golden", "Acme.Shipping", "Acme.Shipping.Worker", ["--database=postgres", "--transport=rabbitmq", "--ci=github", "--http-port=4323"] },
    };

    [Theory]
    [MemberData(nameof(Asked))]
    public async Task ItHasWhatWasAskedFor(string template, string name, string secrets, string[] options)
    {
        var record = await CreateAsync(template, name, options);

        Assert.Equal((template, Version()), ((string?)record["template"], (string?)record["version"]));
        Assert.Equal(secrets[..secrets.LastIndexOf('.')], (string?)record["name"]);
        Assert.Equal(secrets, (string?)record["ids"]!["userSecretsId"]);
        var recorded = record["options"]!.AsObject().ToDictionary(option => option.Key, option => option.Value!.ToString());
        foreach (var (option, value) in options.Select(option => option[2..].Split('=')).Select(parts => (parts[0], parts[1])))
        {
            Assert.True(recorded.TryGetValue(option, out var had), $"{Record} of {template} has no {option}.");
            Assert.Equal($"{option}={value}", $"{option}={had}");
        }
    }

    /// <summary>Without an option its default is recorded, a port that was chosen by chance too; and the projects have what the record has.</summary>
    [Theory]
    [InlineData("webapi-golden")]
    [InlineData("worker-golden")]
    public async Task ItHasWhatWasNotAskedFor(string template)
    {
        var record = await CreateAsync(template, "Acme", []);
        var options = TemplateOptions.Of(template);
        foreach (var (option, value) in record["options"]!.AsObject().Where(option => option.Key != "http-port"))
        {
            Assert.Equal($"{option}={options.Single(one => one.Name == option).Default}", $"{option}={value}");
        }

        var launch = Assert.Single(Directory.GetFiles(Path.Combine(Folder, "Acme"), "launchSettings.json", SearchOption.AllDirectories));
        Assert.Contains($"localhost:{record["options"]!["http-port"]}", await File.ReadAllTextAsync(launch, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var projects = Directory.GetFiles(Path.Combine(Folder, "Acme", "src"), "*.csproj", SearchOption.AllDirectories).Select(XDocument.Load);
        Assert.Equal([(string)record["ids"]!["userSecretsId"]!], projects.SelectMany(project => project.Descendants("UserSecretsId")).Select(id => id.Value));
    }

    /// <summary>Fails when a new option was forgotten in the record. Whether to restore is no property of what was written.</summary>
    [Theory]
    [InlineData("webapi-golden")]
    [InlineData("worker-golden")]
    public async Task EveryOptionIsInIt(string template)
    {
        var recorded = Read(await File.ReadAllTextAsync(Path.Combine(Template(template), Record), TestContext.Current.CancellationToken))["options"]!.AsObject().Select(option => option.Key);
        var options = TemplateOptions.Of(template).Select(option => option.Name);
        Assert.Equal(options.Order(StringComparer.Ordinal), recorded.Order(StringComparer.Ordinal));
    }

    async Task<JsonNode> CreateAsync(string template, string name, string[] options)
    {
        var created = await Pack.NewAsync(Folder, [template, "--name", name, "--no-restore", .. options.SelectMany(option => option.Split('='))]);
        created.ShouldSucceed();
        return Read(await File.ReadAllTextAsync(Path.Combine(Folder, name, Record), TestContext.Current.CancellationToken));
    }

    /// <summary>The version of the pack, as a gallery would show it.</summary>
    string Version()
    {
        using var nupkg = ZipFile.OpenRead(Pack.Nupkg);
        using var nuspec = nupkg.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return XDocument.Load(nuspec).Descendants().Single(element => element.Name.LocalName == "version").Value;
    }

    static string Template(string template) => Path.Combine(Repository.Root, "templates", template);

    static JsonNode Read(string json) => JsonNode.Parse(json, documentOptions: new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip })!;
}
