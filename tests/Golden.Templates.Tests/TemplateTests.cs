namespace Golden.Templates.Tests;

/// <summary>What tests of the installed pack share: an empty folder for each test, which stays on disk when the test fails.</summary>
public abstract class TemplateTests(InstalledPack pack) : IDisposable
{
    string? _folder;

    protected InstalledPack Pack => pack;

    protected string Folder => _folder ??= pack.CreateFolder();

    public void Dispose()
    {
        if (_folder is not null && TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            pack.KeepFolders();
            TestContext.Current.TestOutputHelper?.WriteLine($"What this test generated is kept in {_folder}.");
        }
        else if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }

        GC.SuppressFinalize(this);
    }
}
