namespace GoldenService.Worker;

using global::GoldenService.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the queue, and what handles its messages.</summary>
internal static class Messages
{
    public static void AddMessages(this IServiceCollection services)
    {
        services.AddSettings<MessagesOptions>("Messages");
        services.AddSingleton<MessagesMetrics>();
        services.AddSingleton<RetryPolicy>();

        // They stop in the opposite order: the queue when all have written to it what they had to.
        services.AddSingleton<MessageQueue>();
        services.AddHostedService(provider => provider.GetRequiredService<MessageQueue>());
        services.AddSingleton<MessageUpkeep>();
        services.AddHostedService(provider => provider.GetRequiredService<MessageUpkeep>());
        services.AddMessageSource();
        services.AddHostedService<MessageWorker>();
        services.AddHealthChecks().AddCheck<QueueCheck>("queue");
    }

    /// <summary>Has messages of this type handled by a class, made anew for each.</summary>
    public static void AddMessageHandler<THandler>(this IServiceCollection services, string type)
        where THandler : class, IMessageHandler =>
        services.AddKeyedScoped<IMessageHandler, THandler>(type);
}
