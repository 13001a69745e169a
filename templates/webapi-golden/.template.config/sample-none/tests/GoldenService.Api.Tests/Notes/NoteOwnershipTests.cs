namespace GoldenService.Api.Tests;

using System;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Api.Client;
using global::GoldenService.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

/// <summary>Hers and mine: the test fails when the condition on the owner is taken out of `ReplaceAsync`, and when the key of the table notes lacks the owner.</summary>
public sealed class NoteOwnershipTests(Service service)
{
    private readonly string me = $"me-{Guid.NewGuid():N}";
    private readonly string her = $"her-{Guid.NewGuid():N}";

    [Fact]
    public async Task A_note_under_her_id_is_mine_and_changes_nothing_of_hers()
    {
        var (mine, hers, id) = (service.NotesOf(me), service.NotesOf(her), Guid.NewGuid());
        await hers.SaveNoteAsync(id, Examples.Draft("Hers."));

        var there = await mine.SaveNoteAsync(id, Examples.Draft("Mine."));
        var notThere = await mine.SaveNoteAsync(Guid.NewGuid(), Examples.Draft("Mine."));

        Assert.Equal((notThere.StatusCode, notThere.Result.Text), (there.StatusCode, there.Result.Text));
        Assert.Equal(
            [(her, "Hers."), (me, "Mine.")],
            (await service.WithDatabase(db => db.Notes.Where(note => note.Id == id).OrderBy(note => note.Text).ToListAsync())).Select(note => (note.Owner, note.Text)));
    }
}
