namespace GoldenService.Worker;

using Microsoft.Extensions.DependencyInjection;

/// <summary>What the service does about notes.</summary>
internal static class Notes
{
    public static void AddNotes(this IServiceCollection services) =>
        services.AddMessageHandler<NoteWrittenHandler>(NoteWrittenHandler.Type);
}
