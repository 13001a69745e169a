namespace GoldenService.Worker;

using System;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading;
using System.Threading.Tasks;

/// <summary>Keeps every note that was written.</summary>
internal sealed partial class NoteWrittenHandler(TimeProvider time) : IMessageHandler
{
    public const string Type = "note.written";

    public Task<Effect> HandleAsync(Message message, CancellationToken cancellationToken)
    {
        // The intake has held it against the contract.
        var note = JsonSerializer.Deserialize(message.Body.Span, WebhookJson.Default.Webhook)!.Data;

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

    [JsonSerializable(typeof(Webhook))]
    private sealed partial class WebhookJson : JsonSerializerContext;
}
