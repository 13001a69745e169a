namespace Golden.Templates.Tests;

/// <summary>
/// `dotnet test tests` runs the stages side by side. Those that start services and keep time take turns here; what only computes runs beside them with less
/// priority, on the cores that they leave.
/// </summary>
sealed class Turn : IDisposable
{
    static readonly string FileName = Path.Combine(RunReport.Folder, "turn.lock");

    readonly FileStream _file;

    Turn(FileStream file) => _file = file;

    /// <summary>Waits until no other stage of this checkout has its turn; the end of a process ends its turn, too.</summary>
    public static async Task<Turn> TakeAsync()
    {
        Directory.CreateDirectory(RunReport.Folder);
        while (true)
        {
            try
            {
                return new(new(FileName, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException)
            {
                await Task.Delay(TimeSpan.FromSeconds(0.5), TestContext.Current.CancellationToken);
            }
        }
    }

    public void Dispose() => _file.Dispose();
}
