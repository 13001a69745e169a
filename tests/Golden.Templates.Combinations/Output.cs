using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Golden.Templates.Combinations;

/// <summary>What the engine made of a name and options: files, or a refusal and no file.</summary>
sealed class Output(string name, IReadOnlyDictionary<string, string> options, IReadOnlyDictionary<string, OutputFile> files)
{
    public string Name => name;

    public IReadOnlyDictionary<string, string> Options => options;

    public IReadOnlyDictionary<string, OutputFile> Files => files;

    /// <summary>The sentence of the action that ends `dotnet new` with a failure; null where nothing was refused.</summary>
    public string? Refusal { get; init; }

    /// <summary>The engine's own error.</summary>
    public string? Error { get; init; }

    /// <summary>What the engine asks the command line to do afterwards.</summary>
    public IReadOnlyList<string> PostActions { get; init; } = [];

    /// <summary>Files that were written anywhere but in the output folder, with their whole paths.</summary>
    public IReadOnlyList<string> Outside { get; init; } = [];

    /// <summary>Paths that more than one source writes; on Windows and macOS, letters in capitals make no other path.</summary>
    public IReadOnlyList<string> WrittenTwice { get; init; } = [];

    /// <summary>The name as it stands in the code; empty where nothing was written.</summary>
    public string ProjectName =>
        files.Keys.FirstOrDefault(path => path.EndsWith(".slnx", StringComparison.Ordinal)) is { } solution ? solution[..^".slnx".Length] : "";

    /// <summary>Equal for outputs that a user could not tell apart.</summary>
    public string Key => field ??= string.Join('\n', [OutputFiles.Key(files.Values), Refusal, Error, .. PostActions]);

    /// <summary>Equal for outputs that compile alike: what is C#, and what says how it compiles.</summary>
    public string CodeKey => field ??= OutputFiles.Key(files.Values.Where(file => file.Name.EndsWith(".cs", StringComparison.Ordinal) || Evaluations.IsBuildFile(file)));

    public string Command =>
        string.Join(' ', options.Where(option => option.Value.Length > 0).Select(option => $"--{option.Key} {option.Value}").Prepend($"-n {name}"));
}

/// <summary>One object for each distinct file, so that what was found out about it is found out once.</summary>
static class OutputFiles
{
    static readonly ConcurrentDictionary<OutputFile, OutputFile> Distinct = new();
    static readonly ConditionalWeakTable<OutputFile, string> Ids = [];
    static int _last;

    public static OutputFile Intern(string path, string text)
    {
        var file = new OutputFile(path, text);
        return Distinct.GetOrAdd(file, file);
    }

    /// <summary>Equal for equal sets of files.</summary>
    public static string Key(IEnumerable<OutputFile> files) =>
        string.Join(' ', files.Select(file => Ids.GetValue(file, _ => Interlocked.Increment(ref _last).ToString())));
}
