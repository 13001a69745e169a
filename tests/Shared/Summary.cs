namespace Golden.Templates.Tests;

/// <summary>
/// What a project of tests found out, for the reader of a run: on the console, and in a file of its name, as artifacts/combinations.txt,
/// because `dotnet test` shows nothing of a test that passes.
/// </summary>
static class Summary
{
    static readonly Lock Writing = new();
    static readonly string FileName = $"{Repository.Stage.ToLowerInvariant()}.txt";
    static bool _begun;

    public static void Write(string text)
    {
        TestContext.Current.TestOutputHelper!.WriteLine(text);
        var file = Path.Combine(Repository.Root, "artifacts", FileName);
        lock (Writing)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, (_begun ? File.ReadAllText(file) : "") + text + "\n");
            _begun = true;
        }
    }
}
