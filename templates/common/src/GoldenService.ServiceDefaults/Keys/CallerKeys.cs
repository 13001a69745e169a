namespace GoldenService.ServiceDefaults;

using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

/// <summary>A scheme of the contract whose secrets are settings.</summary>
/// <param name="Name">Its name in the contract.</param>
/// <param name="Setting">What the settings call its secrets: Keys or Users.</param>
internal sealed record KeyScheme(string Name, string Setting);

/// <summary>
/// The secrets of callers, Authentication:Schemes:&lt;scheme&gt;:Keys:&lt;caller&gt;:0 and Authentication:Schemes:&lt;scheme&gt;:Users:&lt;user&gt;:0, each as
/// it is or as its SHA-256. A caller may have several, so that one can be replaced by the next; they are read again when the settings change.
/// </summary>
internal sealed partial class CallerKeys : IHostedService
{
    private const string HashPrefix = "sha256:";
    private const int MinSecretLength = 16;

    private readonly IConfiguration configuration;
    private readonly IReadOnlyList<KeyScheme> schemes;
    private readonly ILogger<CallerKeys> logger;
    private volatile Dictionary<string, List<(string Caller, byte[] Hash)>> keys;

    /// <exception cref="SettingException">A secret is unusable.</exception>
    public CallerKeys(IConfiguration configuration, IEnumerable<KeyScheme> schemes, ILogger<CallerKeys> logger)
    {
        this.configuration = configuration;
        this.schemes = [.. schemes];
        this.logger = logger;
        keys = Read();
        ChangeToken.OnChange(configuration.GetReloadToken, Reload);
    }

    /// <summary>The caller who has this secret, or null. A comparison takes the same time wherever it fails.</summary>
    /// <param name="scheme">The scheme of the contract.</param>
    /// <param name="secret">What the caller has sent.</param>
    /// <param name="user">Who the caller says it is; null where a secret alone says so.</param>
    public string? Find(string scheme, string secret, string? user = null)
    {
        var sent = SHA256.HashData(Encoding.UTF8.GetBytes(secret));
        string? found = null;
        foreach (var (caller, hash) in keys[scheme])
        {
            if (CryptographicOperations.FixedTimeEquals(sent, hash) && (user is null || user == caller))
            {
                found = caller;
            }
        }

        return found;
    }

    // It is made before: a service with an unusable secret does not start.
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private Dictionary<string, List<(string Caller, byte[] Hash)>> Read()
    {
        var read = schemes.ToDictionary(scheme => scheme.Name, Read);
        var without = schemes.Where(scheme => read[scheme.Name] is []).Select(scheme => $"{Section(scheme)}:{scheme.Setting}:<name>:0").ToList();
        if (without.Count > 0)
        {
            LogNoKeys(string.Join(", ", without));
        }

        return read;
    }

    private List<(string Caller, byte[] Hash)> Read(KeyScheme scheme)
    {
        var read = new List<(string Caller, byte[] Hash)>();
        foreach (var setting in configuration.GetSection(Section(scheme)).GetChildren())
        {
            if (!setting.Key.Equals(scheme.Setting, StringComparison.OrdinalIgnoreCase))
            {
                throw new SettingException($"The setting {setting.Path} is unknown; {Section(scheme)} has {scheme.Setting}.");
            }

            foreach (var (caller, secret) in setting.GetChildren().SelectMany(SecretsOf, (caller, secret) => (caller.Key, secret)))
            {
                var hash = Hash(secret);

                // A key says who the caller is.
                if (scheme.Setting == "Keys" && read.Find(other => other.Caller != caller && other.Hash.AsSpan().SequenceEqual(hash)).Caller is { } other)
                {
                    throw new SettingException($"The setting {secret.Path} must be a key of that caller alone, and {other} has the same.");
                }

                read.Add((caller, hash));
            }
        }

        return read;
    }

    private static string Section(KeyScheme scheme) => $"Authentication:Schemes:{scheme.Name}";

    // One secret may stand without a list.
    private static IEnumerable<IConfigurationSection> SecretsOf(IConfigurationSection caller) =>
        caller.GetChildren().ToList() is { Count: > 0 } several ? several : [caller];

    private static byte[] Hash(IConfigurationSection setting)
    {
        var text = (setting.Value ?? "").Trim();
        if (!text.StartsWith(HashPrefix, StringComparison.Ordinal))
        {
            return text.Length >= MinSecretLength
                ? SHA256.HashData(Encoding.UTF8.GetBytes(text))
                : throw new SettingException($"The setting {setting.Path} must be a random secret of at least {MinSecretLength} characters, or {HashPrefix} and its SHA-256; 'openssl rand -hex 32' makes one.");
        }

        var hash = new byte[SHA256.HashSizeInBytes];
        return Convert.FromHexString(text.AsSpan(HashPrefix.Length), hash, out _, out var written) == OperationStatus.Done && written == hash.Length
            ? hash
            : throw new SettingException($"The setting {setting.Path} must have the 64 hexadecimal digits of a SHA-256 after {HashPrefix}.");
    }

    private void Reload()
    {
        try
        {
            keys = Read();
        }
        catch (SettingException exception)
        {
            LogUnusable(exception.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Schemes of the contract have no key or password, so they reject every request. The settings {Settings} have them.")]
    private partial void LogNoKeys(string settings);

    [LoggerMessage(LogLevel.Error, "{Reason} The service goes on with the secrets that it had.")]
    private partial void LogUnusable(string reason);
}
