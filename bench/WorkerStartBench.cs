using System.Diagnostics;

namespace Golden.Templates.Bench;

/// <summary>
/// Cold start of the worker: the process is started, sent a signed webhook as soon as it listens, and has accepted it, which is in its database then.
/// A plain `dotnet new worker` neither listens nor has a database: it has started when it logs its first line.
/// </summary>
static class WorkerStartBench
{
    public const string Plain = "dotnet new worker, to its first line";
    public const string GoldenJit = "everything on";
    public const string GoldenReadyToRun = "everything on, ReadyToRun";

    private const int Rounds = 7;

    public static async Task<StartResult> RunAsync(Workspace workspace, BenchDatabase database)
    {
        var provider = database.Provider;
        await using var worker = new GoldenWorker(workspace);
        var plain = workspace.PublishPlainWorker("plain-worker");
        var golden = workspace.PublishGoldenWorker($"worker-{provider}", ["--database", provider]);
        var compiled = workspace.PublishGoldenWorker($"worker-{provider}", ["--database", provider], StartBench.ReadyToRun);
        worker.Migrate(golden, database);
        var settings = worker.Settings(database);
        (string Name, Func<double> Measure)[] services =
        [
            (Plain, () => MeasureLine(plain)),
            (GoldenJit, () => MeasureWebhook(golden)),
            (GoldenReadyToRun, () => MeasureWebhook(compiled)),
        ];

        return new(provider, StartBench.Alternate(provider, Rounds, services));

        double MeasureWebhook(string assembly) => StartBench.Measure(assembly, settings, workspace.Path("worker-start.log"), Webhooks.Sign(worker.Secret, "close"), "HTTP/1.1 202", "messageId");
    }

    private static double MeasureLine(string assembly)
    {
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(RunningService.StartInfo(assembly, new Dictionary<string, string>()))!;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line.Contains("Worker running at", StringComparison.Ordinal))
            {
                var milliseconds = watch.Elapsed.TotalMilliseconds;
                process.Kill();
                process.WaitForExit();
                return milliseconds;
            }
        }

        throw new BenchException($"{assembly} ended before it had logged anything:\n{process.StandardError.ReadToEnd()}");
    }
}
