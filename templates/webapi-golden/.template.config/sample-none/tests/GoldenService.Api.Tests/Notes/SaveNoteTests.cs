namespace GoldenService.Api.Tests;

using System;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Api.Client;
using global::GoldenService.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

[Trait("Checklist", "client")]
public sealed class SaveNoteTests(Service service)
{
    [Fact] // Fails when the answer is not what is stored.
    public async Task A_note_is_answered_and_stored_as_it_was_sent()
    {
        var (id, before) = (Guid.NewGuid(), DateTimeOffset.UtcNow.AddMilliseconds(-1));

        var saved = await service.Notes.SaveNoteAsync(id, Examples.Draft("Größe: 5 €\n"));

        Assert.Equal(200, saved.StatusCode);
        Assert.Equal((id, "Größe: 5 €\n"), (saved.Result.Id, saved.Result.Text));
        Assert.InRange(saved.Result.SavedAt, before, DateTimeOffset.UtcNow);
        var stored = await StoredAsync(id);
        Assert.Equal((saved.Result.Text, saved.Result.SavedAt), (stored.Text, stored.SavedAt));
    }

    [Fact] // Fails when a note is added once more, or keeps something of the older one.
    public async Task A_note_that_is_written_anew_says_what_was_sent_last()
    {
        var id = Guid.NewGuid();
        var first = await service.Notes.SaveNoteAsync(id, Examples.Draft("Old."));

        var second = await service.Notes.SaveNoteAsync(id, Examples.Draft("New."));

        var stored = await StoredAsync(id);
        Assert.Equal(("New.", second.Result.SavedAt), (stored.Text, stored.SavedAt));
        Assert.InRange(second.Result.SavedAt, first.Result.SavedAt, DateTimeOffset.UtcNow);
    }

    [Fact] // Fails when the attempt that comes second is told that the note is there already.
    public async Task Twenty_attempts_at_once_write_one_note()
    {
        for (var round = 0; round < 20; round++)
        {
            var id = Guid.NewGuid();

            var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => Task.Run(() => service.Notes.SaveNoteAsync(id, Examples.Draft($"{n}")))));

            Assert.All(all, answer => Assert.Equal(200, answer.StatusCode));
            var stored = await StoredAsync(id);
            Assert.Contains(stored.Text, all.Select(answer => answer.Result.Text));
        }
    }

    private Task<NoteEntity> StoredAsync(Guid id) => service.WithDatabase(db => db.Notes.AsNoTracking().SingleAsync(note => note.Id == id));
}
