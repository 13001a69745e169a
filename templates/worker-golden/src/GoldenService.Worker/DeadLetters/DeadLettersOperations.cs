namespace GoldenService.Worker;

using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.Worker.Generated;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

/// <summary>The operations of the contract on dead letters.</summary>
internal sealed partial class DeadLettersOperations(AppDbContext db, MessageQueue queue, TimeProvider time, ILogger<DeadLettersOperations> logger) : IDeadLettersOperations
{
    public async Task<ListDeadLettersResult> ListDeadLetters(ListDeadLettersRequest request, CancellationToken cancellationToken)
    {
        var cursor = DeadLettersCursor.Start;
        if (request.Cursor is { } text && !DeadLettersCursor.TryParse(text, out cursor))
        {
            return ListDeadLettersResult.BadRequest("cursor", "must be the nextCursor of a page");
        }

        // One more than the page holds tells whether there is a page after it.
        var (diedAt, id) = cursor;
        var page = await db.Messages
            .AsNoTracking()
            .Where(message => message.State == MessageState.Dead && message.DueAt <= diedAt && (message.DueAt < diedAt || message.Id < id))
            .OrderByDescending(message => message.DueAt)
            .ThenByDescending(message => message.Id)
            .Take(request.Limit + 1)
            .Select(m => new { m.Id, m.Source, m.WebhookId, m.Type, m.ReceivedAt, m.DueAt, m.Attempts, m.LastError, m.TraceParent }) // All but the body.
            .ToListAsync(cancellationToken);

        return ListDeadLettersResult.Ok(new DeadLetterPage
        {
            DeadLetters =
            [
                .. page.Take(request.Limit).Select(message => new DeadLetter
                {
                    MessageId = message.Id,
                    Source = message.Source,
                    WebhookId = message.WebhookId,
                    Type = message.Type,
                    ReceivedAt = message.ReceivedAt,
                    DiedAt = message.DueAt,
                    Attempts = message.Attempts,
                    LastError = message.LastError ?? "",
                    TraceId = ActivityContext.TryParse(message.TraceParent, null, out var context) ? context.TraceId.ToHexString() : null,
                }),
            ],
            NextCursor = page.Count > request.Limit ? new DeadLettersCursor(page[request.Limit - 1].DueAt, page[request.Limit - 1].Id).ToString() : null,
        });
    }

    public async Task<RequeueDeadLetterResult> RequeueDeadLetter(RequeueDeadLetterRequest request, CancellationToken cancellationToken)
    {
        // One statement: of two who do it at once one finds no dead letter any more.
        var now = time.GetUtcNow();
        var requeued = await db.Messages
            .Where(message => message.Id == request.MessageId && message.State == MessageState.Dead)
            .ExecuteUpdateAsync(
                message => message
                    .SetProperty(m => m.State, MessageState.Pending)
                    .SetProperty(m => m.Attempts, 0)
                    .SetProperty(m => m.DueAt, now)
                    .SetProperty(m => m.LastError, (string?)null),
                cancellationToken);
        if (requeued == 0)
        {
            return RequeueDeadLetterResult.NotFound("There is no dead letter with this id.");
        }

        LogRequeued(request.MessageId);
        queue.Wake();
        return RequeueDeadLetterResult.NoContent();
    }

    [LoggerMessage(LogLevel.Information, "Message {MessageId} was requeued.")]
    private partial void LogRequeued(Guid messageId);
}
