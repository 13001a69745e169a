namespace GoldenService.Worker.Tests;

using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Xunit;
using Xunit.v3;

/// <summary>The broker that the environment names. Each database of a test has a queue of its own there, which is removed in the end.</summary>
public sealed class TestBroker : IAsyncDisposable
{
    public const string Reason = $"These tests need a RabbitMQ broker: {Variable}='amqp://guest:<password>@localhost' dotnet test";

    private const string Variable = "RabbitMq__Uri";

    private static readonly string? Broker = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } broker ? broker : null;
    private static readonly ConcurrentDictionary<string, string> Queues = new();

    /// <summary>Whether tests are skipped for want of a broker. A build server that has none fails.</summary>
    public static bool IsSkipped => Broker is null && Environment.GetEnvironmentVariable("CI") != "true";

    public static Uri Uri => new(Broker ?? throw new InvalidOperationException(Reason));

    /// <summary>The queue of the services that work with this database.</summary>
    public static string QueueOf(string connectionString) =>
        Queues.GetOrAdd(connectionString, _ => $"test-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(connectionString)))[..16]}");

    /// <summary>The queue of a service.</summary>
    public static string QueueOf(Service service) => service.Services.GetRequiredService<MessageDestination>().Name;

    /// <summary>Does something at the broker.</summary>
    public static async Task<T> WithChannel<T>(Func<IChannel, Task<T>> use)
    {
        await using var connection = await new ConnectionFactory { Uri = Uri }.CreateConnectionAsync(TestContext.Current.CancellationToken);
        await using var channel = await connection.CreateChannelAsync(new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), TestContext.Current.CancellationToken);
        return await use(channel);
    }

    /// <summary>How many messages wait in a queue that nobody has yet; none where there is no queue.</summary>
    public static async Task<uint> CountAsync(string queue)
    {
        try
        {
            return await WithChannel(channel => channel.MessageCountAsync(queue));
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return 0;
        }
    }

    /// <summary>Puts something into a queue.</summary>
    public static Task PublishAsync(string queue, string body, int times = 1) => WithChannel(async channel =>
    {
        for (; times > 0; times--)
        {
            await channel.BasicPublishAsync("", queue, mandatory: true, new BasicProperties(), Encoding.UTF8.GetBytes(body));
        }

        return true;
    });

    public static Task<uint> RemoveAsync(string queue) => WithChannel(channel => channel.QueueDeleteAsync(queue));

    public async ValueTask DisposeAsync()
    {
        if (Broker is not null && !Queues.IsEmpty)
        {
            await WithChannel(async channel =>
            {
                foreach (var queue in Queues.Values.SelectMany(queue => new[] { queue, $"{queue}.dead" }))
                {
                    await channel.QueueDeleteAsync(queue);
                }

                return true;
            });
        }
    }
}

/// <summary>Skips the tests that use the shared service; one that starts another is skipped there.</summary>
public sealed class SkipWithoutBrokerAttribute : BeforeAfterTestAttribute
{
    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (methodUnderTest.ReflectedType!.GetConstructors().Any(constructor => constructor.GetParameters().Any(parameter => parameter.ParameterType == typeof(Service))))
        {
            Assert.SkipWhen(TestBroker.IsSkipped, TestBroker.Reason);
        }
    }
}
