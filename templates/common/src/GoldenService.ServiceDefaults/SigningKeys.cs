namespace GoldenService.ServiceDefaults;

using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

/// <summary>
/// Reads the issuer's signing keys at the start, and again and again: no request waits for them, and a key that the issuer
/// withdraws is soon refused. While the issuer cannot be reached, the keys that are known go on to serve.
/// </summary>
internal sealed partial class SigningKeys(IOptionsMonitor<JwtBearerOptions> bearer, IOptions<TokensOptions> options, TimeProvider time, ILogger<SigningKeys> logger)
    : BackgroundService
{
    /// <summary>Whether tokens can be checked: the issuer's keys have been read, or nothing says that there is an issuer.</summary>
    public static async Task<bool> AreKnownAsync(JwtBearerOptions bearer, CancellationToken cancellationToken)
    {
        try
        {
            return bearer.ConfigurationManager is null || await bearer.ConfigurationManager.GetConfigurationAsync(cancellationToken) is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.KeyRefreshSeconds), time);
        OpenIdConnectConfiguration? known = null;
        do
        {
            var bearerOptions = bearer.Get(JwtBearerDefaults.AuthenticationScheme);
            if (!await AreKnownAsync(bearerOptions, stoppingToken))
            {
                LogUnread(bearerOptions.MetadataAddress);
            }
            else if (bearerOptions.ConfigurationManager is { } issuer)
            {
                // The library keeps what it knows when it cannot read anew, and does not tell.
                var current = await issuer.GetConfigurationAsync(stoppingToken);
                if (ReferenceEquals(current, known))
                {
                    LogUnread(bearerOptions.MetadataAddress);
                }

                issuer.RequestRefresh();
                known = current;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Warning, "The signing keys of the issuer of tokens could not be read from {Address}.")]
    private partial void LogUnread(string address);
}

/// <summary>Not ready before the issuer's keys have been read once: no token could be checked.</summary>
internal sealed class SigningKeysCheck(IOptionsMonitor<JwtBearerOptions> bearer) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await SigningKeys.AreKnownAsync(bearer.Get(JwtBearerDefaults.AuthenticationScheme), cancellationToken)
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("The signing keys of the issuer of tokens have not been read yet.");
}
