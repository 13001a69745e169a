using System.IO.Compression;
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
        Assert.Equal(await Repository.TrackedFilesAsync("templates", ".template.config", ":(exclude,glob)templates/Directory.*", ":(exclude)templates/Templates.slnx"), packed.Select(name => name[Content.Length..]).Order(StringComparer.Ordinal));
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
            Assert.True(packed.ToArray().AsSpan().SequenceEqual(onDisk), $"{file} in the package differs from the one on disk.");
        }
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
