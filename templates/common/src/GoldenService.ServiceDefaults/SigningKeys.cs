namespace GoldenService.ServiceDefaults;

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

/// <summary>What is known of the issuer of tokens. Requests never ask the issuer, and never wait for it.</summary>
internal sealed class KnownIssuer : IConfigurationManager<OpenIdConnectConfiguration>
{
    // No token is valid of an issuer without a name and without keys.
    private static readonly Task<OpenIdConnectConfiguration> Unknown = Task.FromResult(new OpenIdConnectConfiguration());

    private volatile Task<OpenIdConnectConfiguration> known = Unknown;
    private volatile TaskCompletionSource wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsKnown => known != Unknown;

    /// <summary>Ends once a token has come whose key is unknown.</summary>
    public Task Wanted => wanted.Task;

    public Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel) => known;

    public void RequestRefresh() => wanted.TrySetResult();

    public void Learn(OpenIdConnectConfiguration issuer)
    {
        known = Task.FromResult(issuer);
        wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>
/// Reads the issuer's signing keys at the start, and again and again, so that a key that the issuer withdraws is soon rejected.
/// While the issuer cannot be reached, or publishes no usable keys, the keys that are known stay valid.
/// </summary>
internal sealed partial class SigningKeys(
    IOptionsMonitor<JwtBearerOptions> bearer,
    IOptions<TokensOptions> options,
    KnownIssuer known,
    IMeterFactory meters,
    ILogger<SigningKeys> logger)
    : BackgroundService
{
    private const int FirstRetryMilliseconds = 500;
    private const int MaxRetryMilliseconds = 10_000;
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(3);

    private readonly TaskCompletionSource firstRead = new();
    private long readAt = Stopwatch.GetTimestamp();

    /// <summary>Waits a moment for the first keys, so that the first requests do not fail.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken);
        await Task.WhenAny(firstRead.Task, Task.Delay(StartPatience, cancellationToken));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var issuer = bearer.Get(JwtBearerDefaults.AuthenticationScheme);
        if (issuer.ConfigurationManager is null)
        {
            // There are only the keys of dotnet user-jwts.
            known.Learn(new());
            firstRead.SetResult();
            return;
        }

        meters.Create("GoldenService.Tokens", Telemetry.VersionOf(typeof(SigningKeys).Assembly)).CreateObservableGauge(
            "tokens.keys.age",
            () => Stopwatch.GetElapsedTime(Interlocked.Read(ref readAt)).TotalSeconds,
            "s",
            "How long ago the issuer's signing keys were read; before the first time, how long ago the service started.");

        // A token with an unknown key makes the keys be read sooner, but not for every such token.
        var interval = TimeSpan.FromSeconds(options.Value.KeyRefreshSeconds);
        var pause = interval / 10;
        var retry = FirstRetryMilliseconds;
        while (true)
        {
            var isRead = await TryReadAsync(issuer, stoppingToken);
            firstRead.TrySetResult();
            if (isRead)
            {
                retry = FirstRetryMilliseconds;
                await Task.Delay(pause, stoppingToken);
                await Task.WhenAny(known.Wanted, Task.Delay(interval - pause, stoppingToken));
            }
            else
            {
                await Task.Delay(RandomNumberGenerator.GetInt32(retry / 2, retry + 1), stoppingToken);
                retry = Math.Min(retry * 2, MaxRetryMilliseconds);
            }
        }
    }

    private async Task<bool> TryReadAsync(JwtBearerOptions issuer, CancellationToken stoppingToken)
    {
        try
        {
            known.Learn(await ReadAsync(issuer, stoppingToken));
            Interlocked.Exchange(ref readAt, Stopwatch.GetTimestamp());
            return true;
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            LogUnread(issuer.MetadataAddress, exception.Message);
            return false;
        }
    }

    // The library's own reader cannot be cancelled.
    internal static async Task<OpenIdConnectConfiguration> ReadAsync(JwtBearerOptions bearer, CancellationToken stoppingToken)
    {
        var issuer = OpenIdConnectConfiguration.Create(await bearer.Backchannel.GetStringAsync(bearer.MetadataAddress, stoppingToken));
        var tokens = bearer.TokenValidationParameters;

        // OpenID Connect Discovery 1.0, section 4.3, but for a slash at the end, which an address may have lost.
        string?[] expected = [bearer.Authority, tokens.ValidIssuer, .. tokens.ValidIssuers ?? []];
        if (string.IsNullOrEmpty(issuer.Issuer) || !expected.Any(name => name?.TrimEnd('/') == issuer.Issuer.TrimEnd('/')))
        {
            throw new InvalidDataException($"The metadata name the issuer '{issuer.Issuer}', which must be the setting Authentication:Schemes:Bearer:Authority or one of its ValidIssuers.");
        }

        if (!Uri.TryCreate(issuer.JwksUri, UriKind.Absolute, out var address) || (bearer.RequireHttpsMetadata && address.Scheme != Uri.UriSchemeHttps))
        {
            throw new InvalidDataException($"The metadata must have an https address in jwks_uri, and have '{issuer.JwksUri}'.");
        }

        foreach (var key in Usable(new JsonWebKeySet(await bearer.Backchannel.GetStringAsync(address, stoppingToken)), [.. tokens.ValidAlgorithms]))
        {
            issuer.SigningKeys.Add(key);
        }

        return issuer.SigningKeys.Count > 0
            ? issuer
            : throw new InvalidDataException($"There is no key at {address} that can verify a signature by {string.Join(", ", tokens.ValidAlgorithms)}.");
    }

    // RFC 7517: keys for encryption, for other algorithms or with broken parameters may stand beside them.
    private static IEnumerable<SecurityKey> Usable(JsonWebKeySet published, string[] algorithms)
    {
        var signing = new JsonWebKeySet();
        foreach (var key in published.Keys.Where(key => string.IsNullOrEmpty(key.Alg) || algorithms.Contains(key.Alg)))
        {
            signing.Keys.Add(key);
        }

        // RFC 7518, section 3.3: an RSA key has at least 2048 bits.
        return signing.GetSigningKeys().Where(key => (key is ECDsaSecurityKey || key.KeySize >= 2048) && algorithms.Any(key.IsSupportedAlgorithm));
    }

    [LoggerMessage(LogLevel.Warning, "The signing keys of the issuer of tokens could not be read from {Address}; known keys stay valid. {Reason}")]
    private partial void LogUnread(string address, string reason);
}

/// <summary>Not ready before the issuer's keys have been read once: no token could be checked.</summary>
internal sealed class SigningKeysCheck(KnownIssuer known) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(known.IsKnown
        ? HealthCheckResult.Healthy()
        : HealthCheckResult.Unhealthy("The signing keys of the issuer of tokens are not known yet; the log says why."));
}
