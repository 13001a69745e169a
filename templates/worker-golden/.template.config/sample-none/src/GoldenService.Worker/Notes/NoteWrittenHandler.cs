namespace GoldenService.Worker;

using System;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;
using global::GoldenService.Worker.Generated;

/// <summary>Keeps every note that was written.</summary>
internal sealed class NoteWrittenHandler(TimeProvider time) : IMessageHandler
{
    public const string Type = "note.written";

    public Task<Effect> HandleAsync(Message message, CancellationToken cancellationToken)
    {
        // The intake has held it against the contract, with the same reader.
        var note = JsonInput.Read(message.Body, ContractRequests.ReadNoteWritten).Data;

        return Task.FromResult<Effect>((db, _) =>
        {
            db.Add(new NoteEntity
            {
                MessageId = message.Id,
                NoteId = note.NoteId,
                Text = note.Text,
                CreatedAt = time.GetUtcNow(),
            });
            return Task.CompletedTask;
        });
    }
}
