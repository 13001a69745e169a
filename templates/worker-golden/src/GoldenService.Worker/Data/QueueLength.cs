namespace GoldenService.Worker;

using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.EntityFrameworkCore;

internal static class QueueLength
{
    /// <summary>How many messages are not done, and since when or from when the first of them is due.</summary>
    public static async Task<(int Count, DateTimeOffset? Due)> LengthAsync(this AppDbContext db, CancellationToken cancellationToken)
    {
        var pending = db.Messages.Where(message => message.State == MessageState.Pending);
        var count = await pending.CountAsync(cancellationToken);
        return (count, await pending.OrderBy(message => message.DueAt).Select(message => (DateTimeOffset?)message.DueAt).FirstOrDefaultAsync(cancellationToken));
    }
}
