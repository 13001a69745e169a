namespace GoldenService.Tests;

using System;
using System.Collections.Generic;
using System.Text;
using System.Threading.Tasks;
using global::GoldenService.Client;
#if (postgres)
using Microsoft.EntityFrameworkCore;
using Xunit;
#endif

/// <summary>Webhooks to try things with, and what the tests that are about no operation in particular ask for.</summary>
internal static partial class Examples
{
    /// <summary>A body that is carried out.</summary>
    public const string Body = WebhookJson;

    /// <summary>The methods of the path of <see cref="Good"/>.</summary>
    public const string Allowed = "GET";

    /// <summary>What telemetry calls the statement of <see cref="Item"/>.</summary>
    public const string Statement = "UPDATE messages";
#if (postgres)

    /// <summary>A table that requests read and write.</summary>
    public const string Table = "messages";
#endif

    /// <summary>A request that is carried out, as often as it is sent.</summary>
    public static Request Good => new("GET", "/v1/dead-letters", "/v1/dead-letters?limit=1", 200);

    /// <summary>A request that does not keep to the contract.</summary>
    public static Request Bad => new("GET", "/v1/dead-letters", "/v1/dead-letters?limit=0", 400);

    /// <summary>A request for something by its id, which is not there.</summary>
    public static Request Item(Guid id) => new("POST", "/v1/dead-letters/{messageId}/requeue", $"/v1/dead-letters/{id}/requeue", 404);

    /// <summary>A request with a body, and the status that <see cref="Body"/> is answered with.</summary>
    public static Request WithBody(string body) => new("POST", "/v1/webhooks", "/v1/webhooks", 202, body) { Headers = Signatures.Headers(Encoding.UTF8.GetBytes(body)) };

    /// <summary>Requests that say a text wherever a caller can.</summary>
    public static IEnumerable<Request> Saying(string text) =>
    [
        WithBody(Json(Type, $"{text}-text")),
        WithBody(Json($"{text}-type", $"{text}-text")) with { Status = 400 },
        WithBody($"{{\"{text}") with { Status = 400 },
        new("GET", "/v1/dead-letters", $"/v1/dead-letters?cursor={text}-cursor", 400),
        new("GET", "/v1/dead-letters", $"/v1/dead-letters?limit={text}-limit", 400),
    ];

    /// <summary>A call through the client.</summary>
    public static Task CallAsync(Service service) => service.DeadLetters.ListDeadLettersAsync();

    /// <summary>Puts one thing into the database.</summary>
    public static Task AddAsync(Service service) => AddDeadLetterAsync(service);

    /// <summary>How many such things there are, as the service sees it.</summary>
    public static async Task<int> CountAsync(Service service) => (await service.DeadLetters.ListDeadLettersAsync()).Result.DeadLetters.Count;

    /// <summary>Values of parameters, by "in name", with which every operation of the contract succeeds.</summary>
    public static async Task<Dictionary<string, string>> KnownAsync(Service service)
    {
        var messageId = await AddDeadLetterAsync(service);
        await AddDeadLetterAsync(service);
        return new()
        {
            ["path messageId"] = messageId.ToString(),
            ["header webhook-id"] = NewId(),
            ["query cursor"] = (await service.DeadLetters.ListDeadLettersAsync(limit: 1)).Result.NextCursor!,
        };
    }

    public static string NewId() => $"msg_{Guid.NewGuid():N}";

    /// <summary>Has a service send itself a webhook, whatever its signature: the clients of the tests sign anew.</summary>
    public static Task<ApiResponse<WebhookReceipt>> ReceiveAsync(this IWebhooksClient webhooks, Webhook webhook, string? id = null) =>
        webhooks.ReceiveWebhookAsync(id ?? NewId(), "0", "v1,", webhook);

    /// <summary>Puts a dead letter into the database, and tells the message's id.</summary>
    public static Task<Guid> AddDeadLetterAsync(Service service) => service.WithDatabase(async db =>
    {
        var now = TimeProvider.System.GetUtcNow();
        var message = new MessageEntity
        {
            Id = Guid.CreateVersion7(now),
            Source = Signatures.Source,
            WebhookId = NewId(),
            Type = Examples.Type,
            Body = Encoding.UTF8.GetBytes(WebhookJson),
            BodyHash = new byte[32],
            ReceivedAt = now,
            DueAt = now,
            State = MessageState.Dead,
            Attempts = 10,
            LastError = "System.TimeoutException",
        };
        db.Add(message);
        await db.SaveChangesAsync();
        return message.Id;
    });
#if (postgres)

    /// <summary>Has the service do everything that it can.</summary>
    public static async Task CallEveryOperationAsync(Service service)
    {
        var messageId = (await service.Webhooks.ReceiveAsync(Webhook())).Result.MessageId;
        await Wait.Until(() => service.WithDatabase(db => Effects(db).ContainsAsync(messageId)), seconds: 20, "The message is not handled.");
        var deadLetterId = await AddDeadLetterAsync(service);
        Assert.Single((await service.DeadLetters.ListDeadLettersAsync()).Result.DeadLetters);
        await service.DeadLetters.RequeueDeadLetterAsync(deadLetterId);
    }
#endif
}
