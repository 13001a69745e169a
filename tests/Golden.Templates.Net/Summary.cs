using Golden.Templates.Tests;

namespace Golden.Templates.Net;

/// <summary>What the net looked at, for the reader of a run: on the console, and in artifacts/net.txt, because `dotnet test` shows nothing of a test that passes.</summary>
static class Summary
{
    static readonly Lock Writing = new();
    static bool _begun;

    public static void Write(string text)
    {
        TestContext.Current.TestOutputHelper!.WriteLine(text);
        var file = Path.Combine(Repository.Root, "artifacts", "net.txt");
        lock (Writing)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, (_begun ? File.ReadAllText(file) : "") + text + "\n");
            _begun = true;
        }
    }
}
