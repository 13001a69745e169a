namespace GoldenService.Tests;

using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;

/// <summary>Stands in for the operations, so that saving a note does what a test needs. The service has no database then, and starts sooner.</summary>
internal sealed class StubOperations(Func<CancellationToken, Task> run) : INotesOperations
{
    public static Task<Service> StartServiceAsync(Func<CancellationToken, Task> run, Dictionary<string, string>? settings = null, Action<IServiceCollection>? replace = null) =>
        Service.StartAsync("Production", settings, services =>
        {
            services.AddSingleton<INotesOperations>(new StubOperations(run));
            replace?.Invoke(services);
        });

    public async Task<SaveNoteResult> SaveNote(SaveNoteRequest request, CancellationToken cancellationToken)
    {
        await run(cancellationToken);
        return SaveNoteResult.Ok(new Note { Id = request.NoteId, Text = request.Body.Text, SavedAt = DateTimeOffset.UnixEpoch });
    }
}
