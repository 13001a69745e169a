namespace GoldenService.Api;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using global::GoldenService.ServiceDefaults;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

/// <summary>
/// Where the worker is and which secrets webhooks are signed with, Worker:BaseAddress and Worker:Secrets. All of the secrets sign, so that the
/// worker can go over from one to the next. Both are read again when the settings change. In Development there need not be a worker.
/// </summary>
internal sealed partial class WebhookTarget
{
    private const string Section = "Worker";

    private readonly IConfiguration configuration;
    private readonly IHostEnvironment environment;
    private readonly ILogger<WebhookTarget> logger;
    private volatile Endpoint? endpoint;
    private volatile Endpoint? gone;

    /// <exception cref="SettingException">The address or a secret is unusable.</exception>
    public WebhookTarget(IConfiguration configuration, IHostEnvironment environment, ILogger<WebhookTarget> logger)
    {
        (this.configuration, this.environment, this.logger) = (configuration, environment, logger);
        endpoint = Read();
        if (endpoint is null)
        {
            LogNone();
        }

        ChangeToken.OnChange(configuration.GetReloadToken, Reload);
    }

    /// <summary>Where webhooks go now. Null where there is no worker, or where it has responded with 410.</summary>
    public Endpoint? Current => endpoint is { } current && current != gone ? current : null;

    /// <summary>Sends nothing more to an endpoint that takes no more webhooks, until the settings change or the service starts again.</summary>
    public void Disable(Endpoint unwilling)
    {
        if (gone != unwilling)
        {
            gone = unwilling;
            LogGone();
        }
    }

    private Endpoint? Read()
    {
        var section = configuration.GetSection(Section);
        foreach (var setting in section.GetChildren())
        {
            if (!setting.Key.Equals("BaseAddress", StringComparison.OrdinalIgnoreCase) && !setting.Key.Equals("Secrets", StringComparison.OrdinalIgnoreCase))
            {
                throw new SettingException($"The setting {setting.Path} is unknown; {Section} has BaseAddress, Secrets.");
            }
        }

        var address = section["BaseAddress"] ?? "";
        if (address is "" && environment.IsDevelopment())
        {
            return null;
        }

        // What is wrong is not shown: it may hold a password.
        if (!Uri.TryCreate(address.TrimEnd('/') + "/v1/webhooks", UriKind.Absolute, out var url)
            || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps)
            || url is not { UserInfo: "", Query: "", Fragment: "" })
        {
            throw new SettingException($"The setting {Section}:BaseAddress must be the http or https URL of the worker, without user, query and fragment.");
        }

        byte[][] secrets = [.. section.GetSection("Secrets").GetChildren().Select(WebhookSecret.Read)];
        return secrets is not []
            ? new(url, secrets)
            : throw new SettingException($"The setting {Section}:Secrets:0 must have a secret of the worker's setting Webhooks:Sources:api:Secrets; webhooks are signed with it.");
    }

    private void Reload()
    {
        try
        {
            var read = Read();
            if (read?.IsSameAs(endpoint) is not true)
            {
                endpoint = read;
            }
        }
        catch (SettingException exception)
        {
            LogUnusable(exception.Message);
        }
    }

    [LoggerMessage(LogLevel.Information, "Webhooks are kept and not delivered: Worker:BaseAddress does not say where the worker is.")]
    private partial void LogNone();

    [LoggerMessage(LogLevel.Error, "The worker responds with 410 and takes no more webhooks. They are kept; delivery goes on when Worker:BaseAddress or Worker:Secrets changes, or after a restart.")]
    private partial void LogGone();

    [LoggerMessage(LogLevel.Error, "{Reason} The service goes on with the address and the secrets that it had.")]
    private partial void LogUnusable(string reason);

    /// <summary>A receiver of webhooks, and the secrets that it shares.</summary>
    internal sealed class Endpoint(Uri url, IReadOnlyList<byte[]> secrets)
    {
        public Uri Url => url;

        private IReadOnlyList<byte[]> Secrets => secrets;

        public bool IsSameAs(Endpoint? other) =>
            url == other?.Url && secrets.Count == other.Secrets.Count && secrets.Zip(other.Secrets).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));

        /// <summary>The header webhook-signature: HMAC-SHA256 over id, timestamp and body, once for each secret.</summary>
        public string Sign(string id, string timestamp, ReadOnlySpan<byte> body)
        {
            var prefix = Encoding.UTF8.GetBytes($"{id}.{timestamp}.");
            var signatures = new List<string>(secrets.Count);
            foreach (var secret in secrets)
            {
                using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
                hmac.AppendData(prefix);
                hmac.AppendData(body);
                signatures.Add("v1," + Convert.ToBase64String(hmac.GetHashAndReset()));
            }

            return string.Join(' ', signatures);
        }
    }
}
