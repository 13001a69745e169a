namespace GoldenService.Api;

using System;
using System.Net.Http;
using System.Threading;
using global::GoldenService.ServiceDefaults;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

/// <summary>Registers the outbox, and stores messages in it.</summary>
internal static class Outbox
{
    public static void AddOutbox(this IServiceCollection services)
    {
        services.AddSettings<OutboxOptions>("Outbox");
        services.AddOptions<OutboxOptions>().PostConfigure(Check);
        services.AddCounters<OutboxMetrics>();
        services.AddSingleton<Signal>(); // Set when this process has stored a message.
        services.AddSingleton<WebhookTarget>();
        services.AddSingleton<OutboxSender>();
        services.AddHttpClient(nameof(OutboxSender))
            .ConfigureHttpClient((provider, http) => http.Timeout = TimeSpan.FromSeconds(provider.GetRequiredService<IOptions<OutboxOptions>>().Value.TimeoutSeconds))
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false, // What is signed is for this receiver and no other.
                UseCookies = false, // A load balancer's cookie would bind all webhooks to one instance.
                PooledConnectionLifetime = TimeSpan.FromMinutes(2), // Its address may change.
            })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers(); // The dispatcher logs when deliveries begin to fail and when they succeed again.
        services.AddHostedService<OutboxDispatcher>();
        services.AddHostedService<OutboxMeter>();
    }

    /// <summary>Has a message stored when the context saves its changes, in the same transaction, and delivered as soon as that is done.</summary>
    public static void AddToOutbox(this AppDbContext db, OutboxMessageEntity message)
    {
        db.Add(message);
        var signal = db.GetService<Signal>();
        db.SavedChanges += (_, _) => signal.Set();
    }

    private static void Check(OutboxOptions options)
    {
        if (options.LeaseSeconds < 2 * options.TimeoutSeconds)
        {
            throw new SettingException("The setting Outbox:LeaseSeconds must be at least twice Outbox:TimeoutSeconds: another process would deliver what is being delivered.");
        }
    }
}
