namespace GoldenService.Api.Tests;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

/// <summary>Looks at the outbox, and puts messages into it.</summary>
internal static class OutboxService
{
    public static Task<List<OutboxMessageEntity>> OutboxAsync(this Service service, Guid? key = null) =>
        service.WithDatabase(db => db.OutboxMessages.AsNoTracking().Where(message => key == null || message.Key == key).OrderBy(message => message.Sequence).ToListAsync());

    public static Task OutboxIsEmptyAsync(this Service service) =>
        Wait.Until(async () => await service.OutboxAsync() is [], seconds: 20, "The outbox is not empty.");

    /// <summary>Stores messages of one key, each with a number as its body.</summary>
    public static Task<int> AddToOutboxAsync(this Service service, int count = 1, DateTimeOffset? createdAt = null, DateTimeOffset? dueAt = null, Guid? lease = null) => service.WithDatabase(db =>
    {
        var key = Guid.NewGuid();
        db.OutboxMessages.AddRange(Enumerable.Range(1, count).Select(number => NewMessage(key, number, createdAt, dueAt, lease)));
        return db.SaveChangesAsync();
    });

    /// <summary>A message, of a key of its own if none is given.</summary>
    public static OutboxMessageEntity NewMessage(Guid? key = null, int number = 1, DateTimeOffset? createdAt = null, DateTimeOffset? dueAt = null, Guid? lease = null) => new()
    {
        WebhookId = Guid.NewGuid(),
        Key = key ?? Guid.NewGuid(),
        Body = Encoding.UTF8.GetBytes($"{number}"),
        CreatedAt = createdAt ?? DateTimeOffset.UtcNow,
        DueAt = dueAt ?? DateTimeOffset.UtcNow,
        Lease = lease,
        Attempts = lease is null ? 0 : 1,
    };

    /// <summary>Changes a setting of a service that runs.</summary>
    public static void Change(this Service service, string setting, string value)
    {
        var configuration = (IConfigurationRoot)service.Services.GetRequiredService<IConfiguration>();
        configuration[setting] = value;
        configuration.Reload();
    }

    /// <summary>Stops the dispatcher as the host does, and nothing else.</summary>
    public static Task StopDispatcherAsync(this Service service) =>
        service.Services.GetServices<IHostedService>().OfType<OutboxDispatcher>().Single().StopAsync(CancellationToken.None);
}
