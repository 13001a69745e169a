namespace GoldenService.Worker.Tests;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

/// <summary>Stands in for the handler of the service, so that handling does what a test needs. Its effect, unless the test has another, is that of the service.</summary>
internal sealed class StubHandler(Func<Message, CancellationToken, Task<Effect?>> handle) : IMessageHandler
{
    public static Task<Service> StartServiceAsync(Func<Message, CancellationToken, Task> run, Dictionary<string, string>? settings = null) =>
        StartServiceAsync(
            async (message, cancellationToken) =>
            {
                await run(message, cancellationToken);
                return null;
            },
            settings);

    /// <summary>Starts a service that repeats attempts almost at once, and has little time to stop, unless the settings say otherwise.</summary>
    public static Task<Service> StartServiceAsync(Func<Message, CancellationToken, Task<Effect?>> handle, Dictionary<string, string>? settings = null) =>
        Service.StartAsync(
            settings: new Dictionary<string, string> { ["Messages:BackoffSeconds"] = "0.01", ["Messages:PollSeconds"] = "0.02", ["Messages:RetriesPerSecond"] = "1000", ["Shutdown:GraceSeconds"] = "4" }
                .Concat(settings ?? [])
                .GroupBy(setting => setting.Key)
                .ToDictionary(setting => setting.Key, setting => setting.Last().Value),
            replace: services => services.AddKeyedSingleton<IMessageHandler>(Examples.Type, new StubHandler(handle)));

    public async Task<Effect> HandleAsync(Message message, CancellationToken cancellationToken) =>
        await handle(message, cancellationToken) ?? Write(message.Id);

    public static Effect Write(Guid messageId) => (db, _) =>
    {
        db.Add(Examples.Written(messageId));
        return Task.CompletedTask;
    };
}

/// <summary>Looks at the queue.</summary>
internal static class Queue
{
    /// <summary>Sends a webhook with this text in it, and tells the message's id.</summary>
    public static async Task<Guid> SendAsync(this Service service, string text = "acme") =>
        (await service.Webhooks.ReceiveAsync(Examples.Webhook(text))).Result.MessageId;

    public static Task<MessageEntity> MessageAsync(this Service service, Guid id) =>
        service.WithDatabase(db => db.Messages.AsNoTracking().SingleAsync(message => message.Id == id));

    /// <summary>Waits until a message is in this state.</summary>
    public static async Task<MessageEntity> UntilAsync(this Service service, Guid id, MessageState state)
    {
        await Wait.Until(async () => (await service.MessageAsync(id)).State == state, seconds: 20, $"The message did not become {state}.");
        return await service.MessageAsync(id);
    }

    /// <summary>How many effects of messages there are.</summary>
    public static Task<int> EffectsAsync(this Service service) => service.WithDatabase(db => Examples.Effects(db).CountAsync());

    /// <summary>Puts a message into the queue as if it had been accepted, and tells its id.</summary>
    public static Task<Guid> AddAsync(this Service service, Action<MessageEntity>? change = null, string type = Examples.Type) => service.WithDatabase(async db =>
    {
        var message = NewMessage(type);
        change?.Invoke(message);
        db.Add(message);
        await db.SaveChangesAsync();
        return message.Id;
    });

    /// <summary>A message as it is accepted.</summary>
    public static MessageEntity NewMessage(string type = Examples.Type, string? webhookId = null)
    {
        var now = DateTimeOffset.UtcNow;
        return new()
        {
            Id = Guid.CreateVersion7(),
            Source = Signatures.Source,
            WebhookId = webhookId ?? Examples.NewId(),
            Type = type,
            Body = System.Text.Encoding.UTF8.GetBytes(Examples.WebhookJson),
            BodyHash = new byte[32],
            ReceivedAt = now,
            DueAt = now,
        };
    }

    /// <summary>Starts a service that handles no messages.</summary>
    public static Task<Service> StartWithoutWorkerAsync(Dictionary<string, string>? settings = null, Action<IServiceCollection>? replace = null) =>
        Service.StartAsync(settings: settings, replace: services =>
        {
            services.Remove(services.Single(service => service.ImplementationType == typeof(MessageWorker)));
            replace?.Invoke(services);
        });

    /// <summary>Stops the service as SIGTERM does, and waits until it has stopped.</summary>
    public static async Task StopAsync(this Service service)
    {
        var stopped = new TaskCompletionSource();
        var lifetime = service.Services.GetRequiredService<IHostApplicationLifetime>();
        lifetime.ApplicationStopped.Register(stopped.SetResult);
        lifetime.StopApplication();
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>Stops the worker, which has begun to work, as the host does, and nothing else.</summary>
    public static Task StopWorkerAsync(this Service service) =>
        service.Services.GetServices<IHostedService>().OfType<MessageWorker>().Single().StopAsync(CancellationToken.None);
}
