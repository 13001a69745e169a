namespace GoldenService.Api;

using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.Api.Generated;
using global::GoldenService.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

/// <summary>The operations of the contract on notes. A caller has notes of its own, and nothing tells it that there are others.</summary>
public sealed partial class NotesOperations(AppDbContext db, Caller caller, TimeProvider time, NotesMetrics metrics) : INotesOperations
{
    public async Task<SaveNoteResult> SaveNote(SaveNoteRequest request, CancellationToken cancellationToken)
    {
        var note = new NoteEntity
        {
            Owner = caller.Subject,
            Id = request.NoteId,
            Text = request.Body.Text,
            SavedAt = time.GetUtcNow().Stored(),
        };
        if (!await ReplaceAsync(note, cancellationToken))
        {
            await AddAsync(note, cancellationToken);
        }

        metrics.Saved();
        return SaveNoteResult.Ok(new Note { Id = note.Id, Text = note.Text, SavedAt = note.SavedAt });
    }

    static partial void AddServices(IServiceCollection services) => services.AddCounters<NotesMetrics>();

    private async Task AddAsync(NoteEntity note, CancellationToken cancellationToken)
    {
        db.Add(note);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exception) when (Database.IsDuplicateKey(exception))
        {
            // Another request has added it in between, and this one comes after that.
            await ReplaceAsync(note, cancellationToken);
        }
    }

    /// <summary>Whether there was such a note.</summary>
    private async Task<bool> ReplaceAsync(NoteEntity note, CancellationToken cancellationToken) => await db.Notes
        .Where(n => n.Owner == note.Owner && n.Id == note.Id)
        .ExecuteUpdateAsync(set => set.SetProperty(n => n.Text, note.Text).SetProperty(n => n.SavedAt, note.SavedAt), cancellationToken) > 0;
}
