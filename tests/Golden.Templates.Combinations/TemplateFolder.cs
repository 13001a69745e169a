using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Golden.Templates.Tests;
using Microsoft.TemplateEngine.Utils;

namespace Golden.Templates.Combinations;

/// <summary>The files of a template in memory. A change gives another template and leaves this one as it is.</summary>
sealed class TemplateFolder
{
    static readonly JsonDocumentOptions WithComments = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Copies of a template share most contents.
    static readonly ConditionalWeakTable<byte[], string> Texts = [];

    TemplateFolder(string name, string folder, ImmutableSortedDictionary<string, byte[]> files) => (Name, Folder, Files) = (name, folder, files);

    /// <summary>Every template of the checkout.</summary>
    public static IEnumerable<string> All { get; } =
        Directory.EnumerateDirectories(Path.Combine(Repository.Root, "templates"))
            .Where(folder => File.Exists(Path.Combine(folder, TemplateConfig.File)))
            .Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal);

    /// <summary>Its short name, by which its folder is called too, unless it was named otherwise in memory.</summary>
    public string Name { get; }

    /// <summary>Its folder in the checkout, relative to it, with a slash at its end.</summary>
    public string Folder { get; }

    /// <summary>The contents by path, relative to the template, with slashes, in ordinal order; what templates share begins with ../.</summary>
    public ImmutableSortedDictionary<string, byte[]> Files { get; }

    /// <summary>The template as the checkout has it: what git tracks of it, and of what templates share.</summary>
    public static async Task<TemplateFolder> LoadAsync(string name)
    {
        const string templates = "templates/";
        var folder = $"{templates}{name}/";
        var config = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, folder, TemplateConfig.File), TestContext.Current.CancellationToken), documentOptions: WithComments)!;
        var sources = config["sources"]!.AsArray()
            .Where(source => ((string)source!["source"]!).StartsWith("../", StringComparison.Ordinal))
            .Select(source => (Folder: templates + ((string)source!["source"]!)[3..], Include: source["include"] is JsonArray globs ? globs.Select(glob => Glob.Parse((string)glob!)).ToList() : null))
            .ToList();
        var files = ImmutableSortedDictionary.CreateBuilder<string, byte[]>(StringComparer.Ordinal);
        foreach (var file in await Repository.TrackedFilesAsync(templates))
        {
            var path = file.StartsWith(folder, StringComparison.Ordinal) ? file[folder.Length..]
                : sources.Any(source => Takes(source.Folder, source.Include, file)) ? $"../{file[templates.Length..]}"
                : null;
            if (path is not null)
            {
                files[path] = await File.ReadAllBytesAsync(Path.Combine(Repository.Root, file), TestContext.Current.CancellationToken);
            }
        }

        return new(name, folder, files.ToImmutable());
    }

    // Of another template, a source takes what it includes, and never its settings.
    static bool Takes(string folder, List<Glob>? include, string file) =>
        file.StartsWith(folder, StringComparison.Ordinal)
        && (include?.Any(glob => glob.IsMatch(file[folder.Length..])) ?? !file[folder.Length..].StartsWith(TemplateConfig.Folder, StringComparison.Ordinal));

    public TemplateFolder Named(string otherName) => new(otherName, Folder, Files);

    public string Text(string path) => Files.TryGetValue(path, out var content)
        ? Texts.GetValue(content, Encoding.UTF8.GetString)
        : throw new InvalidOperationException($"The template {Name} has no file {path}.");

    /// <summary>Adds the file, or gives it another text.</summary>
    public TemplateFolder With(string path, string text) => new(Name, Folder, Files.SetItem(path, Encoding.UTF8.GetBytes(text)));

    public TemplateFolder Without(string path) => Files.ContainsKey(path)
        ? new(Name, Folder, Files.Remove(path))
        : throw new InvalidOperationException($"The template {Name} has no file {path} to leave out.");

    public TemplateFolder Only(Func<string, bool> isKept) => new(Name, Folder, Files.RemoveRange(Files.Keys.Where(path => !isKept(path))));

    public TemplateFolder Edit(string path, Func<string, string> edit)
    {
        var before = Text(path);
        var after = edit(before);
        return after != before
            ? With(path, after)
            : throw new InvalidOperationException($"The edit of {path} in the template {Name} changes nothing: what it looks for is not there.");
    }

    /// <summary>Replaces the old text wherever it occurs.</summary>
    public TemplateFolder Edit(string path, string old, string @new) => Text(path).Contains(old, StringComparison.Ordinal)
        ? Edit(path, text => text.Replace(old, @new, StringComparison.Ordinal))
        : throw new InvalidOperationException($"{path} in the template {Name} has nowhere the text to replace: {old}");

    /// <summary>Changes the parsed template.json; its comments are lost.</summary>
    public TemplateFolder EditConfig(Action<JsonObject> edit) => Edit(TemplateConfig.File, text =>
    {
        var config = JsonNode.Parse(text, documentOptions: WithComments)!.AsObject();
        edit(config);
        return config.ToJsonString(Readable) + "\n";
    });
}
