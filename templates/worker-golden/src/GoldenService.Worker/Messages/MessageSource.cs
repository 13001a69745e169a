namespace GoldenService.Worker;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

/// <summary>Where the worker gets its messages from: the table itself, of which it claims what is due.</summary>
internal sealed class MessageSource(MessageQueue queue)
{
    /// <summary>Leases what is due to the caller. How much, it says when the transaction has begun; asked again, it says the same.</summary>
    public Task<List<MessageEntity>> ClaimAsync(Func<(Claim Claim, int Count)> claim)
    {
        var isRepeated = false;
        return queue.ClaimAsync(async db =>
        {
            var (lease, count) = claim();
            if (isRepeated && await ClaimedAsync(db, lease) is { Count: > 0 } claimed)
            {
                return claimed;
            }

            isRepeated = true;
            return await db.ClaimAsync(lease, count, CancellationToken.None);
        });
    }

    /// <summary>Waits until there may be something to claim.</summary>
    public Task WaitAsync(TimeSpan time, CancellationToken cancellationToken) => queue.WaitAsync(time, cancellationToken);

    // An index has all but the lease, and next to nothing else is due then.
    private static async Task<List<MessageEntity>> ClaimedAsync(AppDbContext db, Claim claim) =>
        (await db.Messages.AsNoTracking().Where(message => message.State == MessageState.Pending && message.DueAt == claim.Until).ToListAsync()).FindAll(message => message.Lease == claim.Lease);
}

internal static class MessageSources
{
    public static void AddMessageSource(this IServiceCollection services) => services
        .AddSingleton(new MessageDestination(Database.SystemName, "messages"))
        .AddSingleton<MessageSource>();
}
