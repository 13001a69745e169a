namespace GoldenService.Worker;

using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Net.Security;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

/// <summary>
/// Keeps connections to the broker: whatever ends one, and however long the broker is away, the work on it begins anew on the next. Each is
/// made as RabbitMq:Uri says by then, since a password may change while the service runs.
/// </summary>
internal sealed partial class RabbitMqConnections(
    IConfiguration configuration,
    IHostEnvironment environment,
    IOptions<RabbitMqOptions> options,
    TimeProvider time,
    ILogger<RabbitMqConnections> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, DateTimeOffset> missing = new();

    /// <summary>Since when a connection that is needed is not there. Null while all are.</summary>
    public DateTimeOffset? MissingSince => missing.Values.Select(since => (DateTimeOffset?)since).Min();

    /// <summary>Runs this on a connection of its own, with the queues declared, and again on the next whenever it ends, until the token is cancelled.</summary>
    public async Task RunAsync(string purpose, CreateChannelOptions? channelOptions, Func<IChannel, CancellationToken, Task> run, CancellationToken stoppingToken)
    {
        var failing = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            missing.TryAdd(purpose, time.GetUtcNow());
            try
            {
                using var ended = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                await using var connection = await ConnectAsync(purpose, stoppingToken);
                await using var channel = await connection.CreateChannelAsync(channelOptions, stoppingToken);
                channel.ChannelShutdownAsync += (_, _) => ended.CancelAsync();
                await RabbitMqTopology.DeclareAsync(channel, options.Value, stoppingToken);
                missing.TryRemove(purpose, out _);
                if (failing)
                {
                    LogConnected(purpose);
                    failing = false;
                }

                await run(channel, ended.Token);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                if (!failing)
                {
                    LogMissing(exception, purpose, Reason(exception));
                }

                failing = true;
            }

            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task<IConnection> ConnectAsync(string purpose, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory
        {
            Uri = RabbitMqOptions.Parse(configuration["RabbitMq:Uri"]),
            ClientProvidedName = $"{environment.ApplicationName} {purpose}",

            // The client would bring back a connection, and neither a channel that the broker has closed nor a queue that was removed.
            AutomaticRecoveryEnabled = false,
            RequestedConnectionTimeout = TimeSpan.FromSeconds(5),
            RequestedHeartbeat = TimeSpan.FromSeconds(10),
        };

        // With a URI the client takes any name in the broker's certificate.
        factory.Ssl.AcceptablePolicyErrors = SslPolicyErrors.None;
        return factory.CreateConnectionAsync(cancellationToken);
    }

    private string Reason(Exception exception) => exception switch
    {
        SettingException => exception.Message,
        OperationCanceledException => "It was lost.",
        { InnerException: AuthenticationFailureException or PossibleAuthenticationFailureException } => "The broker does not let the user in: correct the setting RabbitMq:Uri.",
        OperationInterruptedException { ShutdownReason.ReplyCode: Constants.PreconditionFailed } =>
            $"The queue {options.Value.Queue} is there with other properties: set RabbitMq:QueueType to its type, name another by RabbitMq:Queue, or remove it.",
        OperationInterruptedException { ShutdownReason: { } reason } => $"The broker refuses with {reason.ReplyCode}.",
        _ => "The broker does not answer.",
    };

    [LoggerMessage(LogLevel.Warning, "There is no connection for the {Purpose} to the broker; it is tried again and again. {Reason}")]
    private partial void LogMissing(Exception exception, string purpose, string reason);

    [LoggerMessage(LogLevel.Information, "The connection for the {Purpose} to the broker is there again.")]
    private partial void LogConnected(string purpose);
}
