namespace GoldenService.Worker;

using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.EntityFrameworkCore;

internal static class QueueLength
{
    /// <summary>How many messages are not done, wherever they wait, and since when or from when the first of them is due.</summary>
    public static async Task<(int Count, DateTimeOffset? Due)> LengthAsync(this AppDbContext db, CancellationToken cancellationToken)
    {
        // What is being handed over goes from one state to the other: it is counted once, and its time is not missed.
        var count = await db.Messages.CountAsync(message => message.State == MessageState.Pending || message.State == MessageState.Queued, cancellationToken);
        var pending = await FirstAsync(db, MessageState.Pending, cancellationToken);
        var queued = await FirstAsync(db, MessageState.Queued, cancellationToken);
        return (count, queued < pending || pending is null ? queued : pending);
    }

    private static Task<DateTimeOffset?> FirstAsync(AppDbContext db, MessageState state, CancellationToken cancellationToken) => db.Messages
        .Where(message => message.State == state)
        .OrderBy(message => message.DueAt)
        .Select(message => (DateTimeOffset?)message.DueAt)
        .FirstOrDefaultAsync(cancellationToken);
}
