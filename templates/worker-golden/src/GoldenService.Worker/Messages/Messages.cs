namespace GoldenService.Worker;

using System.Linq;
using global::GoldenService.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the queue, and what handles its messages.</summary>
internal static class Messages
{
    public static void AddMessages(this IServiceCollection services)
    {
        services.AddSettings<MessagesOptions>("Messages");
        services.AddCounters<MessagesMetrics>();
        services.AddSingleton<MessageTraces>();
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
        where THandler : class, IMessageHandler => services
        .AddKeyedScoped<IMessageHandler, THandler>(type)
        .AddSingleton(new MessageType(type));

    /// <summary>Checks that each type of event that the contract has is handled.</summary>
    /// <exception cref="SettingException">The contract has a type of event that no class handles.</exception>
    public static void CheckMessageHandlers(this WebApplication app)
    {
        var handlers = app.Services.GetRequiredService<IServiceProviderIsKeyedService>();
        var events = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).Select(endpoint => endpoint.Metadata.GetMetadata<OperationEvents>());
        if (events.SelectMany(one => one?.Types ?? []).FirstOrDefault(type => !handlers.IsKeyedService(typeof(IMessageHandler), type)) is { } unhandled)
        {
            throw new SettingException($"The contract has the event type '{unhandled}', and nothing handles it: register its handler with services.AddMessageHandler, or remove the type from openapi.yaml.");
        }
    }
}

/// <summary>A type of messages that a class handles.</summary>
internal sealed record MessageType(string Name);
