namespace GoldenService.Api;

using System.Diagnostics.Metrics;

/// <summary>What the business counts. An attribute here must have few values, and tell of no caller.</summary>
public sealed class NotesMetrics(IMeterFactory meters)
{
    private readonly Counter<long> saved = meters.Create("GoldenService.Notes").CreateCounter<long>("notes.saved", "{note}", "Notes that callers wrote or wrote anew.");

    public void Saved() => saved.Add(1);
}
