using System.IO.Compression;
using System.Text;
using System.Xml.Linq;

namespace Golden.Templates.Tests;

public sealed class PackContentsTests(InstalledPack pack)
{
    const string Content = "content/";

    [Fact]
    public async Task TemplatesAreExactlyWhatGitTracks()
    {
        using var nupkg = ZipFile.OpenRead(pack.Nupkg);
        var packed = nupkg.Entries.Select(entry => Uri.UnescapeDataString(entry.FullName)).Where(name => name.StartsWith(Content, StringComparison.Ordinal));
        Assert.Equal(await Repository.TrackedFilesAsync("templates", ".template.config", ":(exclude)templates/Directory.Build.targets"), packed.Select(name => name[Content.Length..]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task TemplatesAreByteForByteWhatIsOnDisk()
    {
        using var nupkg = ZipFile.OpenRead(pack.Nupkg);
        foreach (var entry in nupkg.Entries.Where(entry => entry.FullName.StartsWith(Content, StringComparison.Ordinal)))
        {
            var packed = new MemoryStream();
            await using (var stream = await entry.OpenAsync(TestContext.Current.CancellationToken))
            {
                await stream.CopyToAsync(packed, TestContext.Current.CancellationToken);
            }

            var file = Uri.UnescapeDataString(entry.FullName)[Content.Length..];
            var onDisk = await File.ReadAllBytesAsync(Path.Combine(Repository.Root, file), TestContext.Current.CancellationToken);
            if (Repository.DefaultPackages != "core" && Path.GetFileName(file) == "template.json")
            {
                onDisk = Encoding.UTF8.GetBytes(WithDefault(Encoding.UTF8.GetString(onDisk), Repository.DefaultPackages));
            }

            Assert.True(packed.ToArray().AsSpan().SequenceEqual(onDisk), $"{file} in the package differs from the one on disk.");
        }
    }

    /// <summary>A release has another package set as its default, and differs in nothing else.</summary>
    [Fact]
    public async Task APackHasTheDefaultThatItWasPackedWith()
    {
        var folder = pack.CreateFolder();
        var packed = await CommandLine.DotnetAsync(Repository.Root, "pack", "pack/TemplatePack.csproj", "--output", folder, "-p:DefaultPackages=full");
        packed.ShouldSucceed();
        using var nupkg = ZipFile.OpenRead(Assert.Single(Directory.GetFiles(folder, "*.nupkg")));
        foreach (var template in new[] { "webapi-golden", "worker-golden" })
        {
            var file = $"templates/{template}/.template.config/template.json";
            using var reader = new StreamReader(await nupkg.GetEntry(Content + file)!.OpenAsync(TestContext.Current.CancellationToken));
            var onDisk = await File.ReadAllTextAsync(Path.Combine(Repository.Root, file), TestContext.Current.CancellationToken);
            Assert.Equal(WithDefault(onDisk, "full"), await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task APackWithADefaultThatIsNoPackageSetIsRefused()
    {
        var packed = await CommandLine.DotnetAsync(Repository.Root, "pack", "pack/TemplatePack.csproj", "--output", pack.CreateFolder(), "-p:DefaultPackages=everything");
        packed.ShouldExitWith(1);
        Assert.Contains("error GT0005: DefaultPackages is core or full, not 'everything'.", packed.Output, StringComparison.Ordinal);
    }

    static string WithDefault(string settings, string packages)
    {
        var changed = settings.Replace($"\"datatype\": \"choice\",\n      \"defaultValue\": \"core\",", $"\"datatype\": \"choice\",\n      \"defaultValue\": \"{packages}\",", StringComparison.Ordinal);
        Assert.NotEqual(settings, changed);
        return changed;
    }

    [Fact]
    public void NothingElseIsInThePackage()
    {
        using var nupkg = ZipFile.OpenRead(pack.Nupkg);
        var rest = nupkg.Entries.Select(entry => entry.FullName).Where(name => !name.StartsWith(Content, StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal));
        Assert.Equal(["Golden.Templates.nuspec", "README.md", "[Content_Types].xml", "_rels/.rels", "icon.png"], rest.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void NuspecSaysWhatAGalleryShows()
    {
        using var nupkg = ZipFile.OpenRead(pack.Nupkg);
        using var stream = nupkg.GetEntry("Golden.Templates.nuspec")!.Open();
        var metadata = XDocument.Load(stream).Root!.Elements().Single();
        XElement Element(string name) => Assert.Single(metadata.Elements(), element => element.Name.LocalName == name);

        Assert.Equal("Golden.Templates", Element("id").Value);
        Assert.Equal("MIT", Element("license").Value);
        Assert.Equal("expression", Element("license").Attribute("type")?.Value);
        Assert.Equal("icon.png", Element("icon").Value);
        Assert.Equal("README.md", Element("readme").Value);
        Assert.Contains("dotnet-new", Element("tags").Value.Split(' '));
        Assert.Equal("Template", Element("packageTypes").Elements().Single().Attribute("name")?.Value);
        Assert.DoesNotContain(metadata.Elements(), element => element.Name.LocalName is "dependencies" or "projectUrl");
    }
}
