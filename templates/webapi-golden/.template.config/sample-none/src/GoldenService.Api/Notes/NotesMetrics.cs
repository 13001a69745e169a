namespace GoldenService;

using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

/// <summary>What the business counts. An attribute here must have few values, and tell of no caller.</summary>
public sealed class NotesMetrics(IMeterFactory meters)
{
    private readonly Counter<long> saved = meters.Create("GoldenService.Notes").CreateCounter<long>("notes.saved", "{note}", "Notes that callers wrote or wrote anew.");

    public void Saved() => saved.Add(1);
}

internal static class NotesMetricsServices
{
    public static void AddNotesMetrics(this IServiceCollection services) => services.AddSingleton<NotesMetrics>();
}
