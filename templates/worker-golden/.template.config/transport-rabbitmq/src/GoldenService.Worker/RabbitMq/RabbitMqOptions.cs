namespace GoldenService.Worker;

using System;
using global::GoldenService.ServiceDefaults;

/// <summary>Where the broker is, and what the service calls its own there.</summary>
public sealed class RabbitMqOptions
{
    /// <summary>The broker, as AMQP has it: amqp or amqps, user, password, host, port, virtual host. It may hold a password, and so is a secret.</summary>
    public string Uri { get; set; } = "";

    /// <summary>The queue. What cannot be handled at all goes to another one, whose name has .dead at its end.</summary>
    public string Queue { get; set; } = "golden-service";

    /// <summary>quorum, which keeps messages on several nodes; or classic, for a broker that lacks it. A queue that is there keeps its type.</summary>
    public string QueueType { get; set; } = "quorum";

    /// <exception cref="SettingException">A setting cannot be.</exception>
    public static void Check(RabbitMqOptions options)
    {
        Parse(options.Uri);
        if (options.Queue is "" or { Length: > 100 })
        {
            throw new SettingException($"The setting RabbitMq:Queue must be a name of at most 100 characters, and is '{options.Queue}'.");
        }

        if (options.QueueType is not ("quorum" or "classic"))
        {
            throw new SettingException($"The setting RabbitMq:QueueType must be quorum or classic, and is '{options.QueueType}'.");
        }
    }

    /// <exception cref="SettingException">It names no broker.</exception>
    public static Uri Parse(string? text) =>
        System.Uri.TryCreate(text?.Trim(), UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps" && uri is { Host.Length: > 0, Segments.Length: <= 2 }
            ? uri
            : throw new SettingException("The setting RabbitMq:Uri must name the broker, as in 'amqps://user:<password>@host/virtual-host'.");
}
