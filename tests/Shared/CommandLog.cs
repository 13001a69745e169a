using System.Collections.Concurrent;
using System.Globalization;

namespace Golden.Templates.Tests;

/// <summary>What each command of a run took, with the test that ran it: where the time goes. It is also in artifacts/verification, in a file of its project.</summary>
static class CommandLog
{
    static readonly Lock Writing = new();
    static readonly string FileName = Path.Combine(RunReport.Folder, $"{Repository.Stage}.tsv");
    static readonly ConcurrentDictionary<string, double> Classes = new();
    static bool _begun;

    /// <summary>Seconds times cores, of all commands of a class of tests.</summary>
    public static double CoreSeconds(string testClass) => Classes.GetValueOrDefault(testClass);

    /// <param name="cores">How many the command had for itself; 0 for one that needs next to none.</param>
    public static void Add(string command, TimeSpan waited, TimeSpan took, int cores)
    {
        var testClass = TestContext.Current.TestClass?.TestClassSimpleName ?? "";
        Classes.AddOrUpdate(testClass, took.TotalSeconds * cores, (_, before) => before + (took.TotalSeconds * cores));
        lock (Writing)
        {
            if (!_begun)
            {
                Directory.CreateDirectory(RunReport.Folder);
                File.WriteAllText(FileName, "ended\tseconds\twaited\tcores\ttest\tcommand\n");
                _begun = true;
            }

            var test = TestContext.Current.Test?.TestDisplayName ?? testClass;
            File.AppendAllText(FileName, string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:HH:mm:ss}\t{took.TotalSeconds:0.0}\t{waited.TotalSeconds:0.0}\t{cores}\t{test}\t{(command.Length > 200 ? command[..200] : command)}\n"));
        }
    }
}
