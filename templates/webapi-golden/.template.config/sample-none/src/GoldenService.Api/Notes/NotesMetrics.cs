namespace GoldenService.Api;

using System.Diagnostics.Metrics;
using global::GoldenService.ServiceDefaults;

/// <summary>What the business counts. An attribute here must have few values, and tell of no caller.</summary>
public sealed class NotesMetrics(IMeterFactory meters) : ICounters
{
    private readonly Counter<long> saved = meters
        .Create("GoldenService.Notes", Telemetry.VersionOf(typeof(NotesMetrics).Assembly))
        .CreateCounter<long>("notes.saved", "{note}", "Notes that callers wrote or replaced.");

    public void StartAtZero() => saved.Add(0);

    public void Saved() => saved.Add(1);
}
