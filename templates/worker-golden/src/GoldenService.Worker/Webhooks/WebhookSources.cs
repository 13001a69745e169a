namespace GoldenService.Worker;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using global::GoldenService.ServiceDefaults;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

/// <summary>
/// Who may send webhooks, and the secrets that their signatures are made with, Webhooks:Sources:&lt;name&gt;:Secrets. A source
/// may have several at once, so that it can go over from one to the next; they are read again when the settings change.
/// </summary>
internal sealed partial class WebhookSources
{
    private const string Section = "Webhooks";

    private readonly IConfiguration configuration;
    private readonly ILogger<WebhookSources> logger;
    private volatile List<(string Source, byte[] Secret)> secrets;

    /// <exception cref="SettingException">A secret is unusable.</exception>
    public WebhookSources(IConfiguration configuration, ILogger<WebhookSources> logger)
    {
        this.configuration = configuration;
        this.logger = logger;
        secrets = Read();
        ChangeToken.OnChange(configuration.GetReloadToken, Reload);
    }

    /// <summary>Who may send webhooks at present.</summary>
    public IEnumerable<string> Names => secrets.Select(secret => secret.Source).Distinct();

    /// <summary>The source that has signed this content, or null. A comparison takes the same time wherever it fails.</summary>
    public string? WhoSigned(ReadOnlySpan<byte> content, IReadOnlyList<byte[]> signatures)
    {
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        foreach (var (source, secret) in secrets)
        {
            HMACSHA256.HashData(secret, content, expected);
            foreach (var signature in signatures)
            {
                if (CryptographicOperations.FixedTimeEquals(expected, signature))
                {
                    return source;
                }
            }
        }

        return null;
    }

    private List<(string Source, byte[] Secret)> Read()
    {
        var read = new List<(string Source, byte[] Secret)>();
        foreach (var setting in configuration.GetSection(Section).GetChildren())
        {
            if (!setting.Key.Equals("Sources", StringComparison.OrdinalIgnoreCase))
            {
                throw new SettingException($"The setting {setting.Path} is unknown; {Section} has Sources.");
            }

            foreach (var (source, secret) in setting.GetChildren().SelectMany(SecretsOf, (source, secret) => (source.Key, secret)))
            {
                var decoded = WebhookSecret.Read(secret);

                // A webhook of one would be taken for the other's, and its ids for the other's ids.
                if (read.FirstOrDefault(other => other.Source != source && other.Secret.AsSpan().SequenceEqual(decoded)).Source is { } other)
                {
                    throw new SettingException($"The setting {secret.Path} must be a secret of that source alone, and {other} has the same.");
                }

                read.Add((source, decoded));
            }
        }

        if (read.Count == 0)
        {
            LogNoSource();
        }

        return read;
    }

    private static IEnumerable<IConfigurationSection> SecretsOf(IConfigurationSection source)
    {
        foreach (var setting in source.GetChildren())
        {
            if (!setting.Key.Equals("Secrets", StringComparison.OrdinalIgnoreCase))
            {
                throw new SettingException($"The setting {setting.Path} is unknown; {source.Path} has Secrets.");
            }
        }

        return source.GetSection("Secrets").GetChildren();
    }

    private void Reload()
    {
        try
        {
            secrets = Read();
        }
        catch (SettingException exception)
        {
            LogUnusable(exception.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "No webhook will be accepted: no source has a secret. The settings Webhooks:Sources:<name>:Secrets:0 have them.")]
    private partial void LogNoSource();

    [LoggerMessage(LogLevel.Error, "{Reason} The service goes on with the secrets that it had.")]
    private partial void LogUnusable(string reason);
}
