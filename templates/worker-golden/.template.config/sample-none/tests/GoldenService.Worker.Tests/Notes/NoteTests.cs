namespace GoldenService.Worker.Tests;

using System;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

[Trait("Checklist", "work")]
public sealed class NoteTests(Service service)
{
    [Fact] // Fails when the handler is not registered, or its effect is not committed.
    public async Task A_note_that_was_written_is_kept()
    {
        var (start, webhook) = (DateTimeOffset.UtcNow.AddMilliseconds(-1), Examples.Webhook("Größe & Söhne"));

        var id = (await service.Webhooks.ReceiveAsync(webhook)).Result.MessageId;

        var message = await service.UntilAsync(id, MessageState.Done);
        Assert.Equal((1, null, null), (message.Attempts, message.Lease, message.LastError));
        var note = await service.WithDatabase(db => db.Notes.SingleAsync(note => note.MessageId == id));
        Assert.Equal((webhook.Data.NoteId, "Größe & Söhne"), (note.NoteId, note.Text));
        Assert.InRange(note.CreatedAt, start, DateTimeOffset.UtcNow);
    }
}
