namespace GoldenService.Worker.Tests;

using System;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Worker.Client;

/// <summary>Webhooks to try things with.</summary>
internal static partial class Examples
{
    /// <summary>The type of the messages.</summary>
    public const string Type = NoteWrittenHandler.Type;

    /// <summary>The table of the effects of messages.</summary>
    public const string EffectTable = "notes";

    /// <summary>Starts what the handler calls, which is nothing here, and says with which settings it finds that.</summary>
    public static Task<(IAsyncDisposable? Called, (string, string)[] Settings)> StartCalledAsync() => Task.FromResult<(IAsyncDisposable?, (string, string)[])>((null, []));

    public const string WebhookJson =
        """{"type":"note.written","timestamp":"2026-01-15T09:30:00Z","data":{"noteId":"0199b0a5-7d3c-7c2e-9b8e-2f1f6c3f8f10","text":"Water the plants."}}""";

    /// <summary>The same of this type, with this text in it.</summary>
    public static string Json(string type, string text) =>
        $$$"""{"type":"{{{type}}}","timestamp":"2026-01-15T09:30:00Z","data":{"noteId":"0199b0a5-7d3c-7c2e-9b8e-2f1f6c3f8f10","text":"{{{text}}}"}}""";

    public static NoteWritten Webhook(string text = "Water the plants.") => new()
    {
        Type = Type,
        Timestamp = DateTimeOffset.Parse("2026-01-15T09:30:00Z", System.Globalization.CultureInfo.InvariantCulture),
        Data = new() { NoteId = Guid.NewGuid(), Text = text },
    };

    /// <summary>The id of what a webhook is about.</summary>
    public static Guid IdOf(NoteWritten webhook) => webhook.Data.NoteId;

    /// <summary>The messages that have had their effect.</summary>
    public static IQueryable<Guid> Effects(AppDbContext db) => db.Notes.Select(note => note.MessageId);

    /// <summary>What these effects are about, each as often as it has an effect.</summary>
    public static IQueryable<Guid> Subjects(AppDbContext db) => db.Notes.Select(note => note.NoteId);

    /// <summary>What a handler may write for a message.</summary>
    public static NoteEntity Written(Guid messageId) => new() { MessageId = messageId, NoteId = Guid.Empty, Text = "", CreatedAt = DateTimeOffset.UnixEpoch };
}
