namespace GoldenService.Worker;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.EntityFrameworkCore;

/// <summary>A message that is handed over to the broker, and the trace that it belongs to.</summary>
internal sealed record Handover(Guid Id, string? TraceParent, string? TraceState);

/// <summary>What becomes of messages that the broker has, within the transaction of the caller.</summary>
internal static class DeliveryQueries
{
    /// <summary>
    /// Leases what was delivered and is still to be done. What waits for another attempt is handed over again when that is due, and what
    /// another process has leased is its own, unless the broker says that it was delivered before: then that process has lost its connection, or is no more.
    /// </summary>
    public static async Task<List<MessageEntity>> ClaimAsync(this AppDbContext db, Claim claim, Guid[] delivered, Guid[] redelivered, CancellationToken cancellationToken)
    {
        await db.Messages
            .Where(message => delivered.Contains(message.Id))
            .Where(message => message.State == MessageState.Queued || (message.State == MessageState.Pending && message.Lease != null && message.Lease != claim.Lease && redelivered.Contains(message.Id)))
            .ExecuteUpdateAsync(
                message => message
                    .SetProperty(m => m.State, MessageState.Pending)
                    .SetProperty(m => m.Attempts, m => m.Attempts + 1)
                    .SetProperty(m => m.LastError, m => m.Lease == null ? m.LastError : Settlement.LeaseExpired)
                    .SetProperty(m => m.Lease, claim.Lease)
                    .SetProperty(m => m.DueAt, claim.Until),
                cancellationToken);
        return await db.Messages
            .AsNoTracking()
            .Where(message => delivered.Contains(message.Id) && message.Lease == claim.Lease)
            .ToListAsync(cancellationToken);
    }

    /// <summary>Takes back messages that the broker did not take.</summary>
    /// <returns>How many.</returns>
    public static Task<int> TakeBackAsync(this AppDbContext db, Guid[] ids, CancellationToken cancellationToken) => db.Messages
        .Where(message => ids.Contains(message.Id) && message.State == MessageState.Queued)
        .ExecuteUpdateAsync(message => message.SetProperty(m => m.State, MessageState.Pending), cancellationToken);

    /// <summary>Takes back messages that the broker was to have, and that were due before this time.</summary>
    /// <returns>How many, which may not have been all.</returns>
    public static Task<int> TakeBackAsync(this AppDbContext db, DateTimeOffset before, int count, CancellationToken cancellationToken) => db.Messages
        // PostgreSQL looks only at this again when another process has changed the message meanwhile.
        .Where(message => message.State == MessageState.Queued)
        .Where(message => db.Messages
            .Where(m => m.State == MessageState.Queued && m.DueAt < before)
            .OrderBy(m => m.DueAt)
            .Take(count)
            .Select(m => m.Id)
            .Contains(message.Id))
        .ExecuteUpdateAsync(message => message.SetProperty(m => m.State, MessageState.Pending), cancellationToken);
}
