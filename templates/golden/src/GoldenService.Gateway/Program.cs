using System;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

try
{
    var builder = WebApplication.CreateSlimBuilder(ContentRoot.OptionsFor(args));
    var services = builder.Services;

    // `--health` asks the running gateway in the same container for its health, and ends.
    if (args is ["--health", ..])
    {
        return await builder.AskHealthAsync();
    }

    // First of all, because some settings are secrets in mounted files.
    builder.AddSecrets();

    // The operations of both contracts, and where the services are.
    services.AddForwarding();
    services.AddSingleton(TimeProvider.System);

    // Bearer tokens of the issuer; scopes from the contracts. The services check both again.
    services.AddBearerTokens(Operations.Scopes);
    services.AddHealth();

    // HTTPS where an address asks for it, request limits, rate limits, proxies, graceful shutdown.
    builder.WebHost.UseKestrelHttpsConfiguration();
    services.AddLimits();
    services.AddRateLimits();
    builder.AddSharedRateLimits();
    services.AddForwardedHeaders();
    services.AddGracefulShutdown();

    // Logs, metrics and traces.
    builder.AddLogs();
    builder.AddTelemetry();
#if (sentry)

    // Failures go to Sentry where a DSN is set.
    builder.AddErrorTracking();
#endif

    await using var app = builder.Build();

    if (args is [var command, ..] && !command.StartsWith('-'))
    {
        Console.Error.WriteLine($"There is no command '{command}': '--health' is the only one, and without it the gateway runs.");
        return 1;
    }

    // The client address first; then trace id, request log and security headers.
    app.UseKnownProxies();
    app.UseTelemetry();
    app.UseSecurityHeaders();

    // Errors are problem documents (RFC 9457), those of rate limits and timeouts included.
    app.UseProblems();
    app.UseAddressRateLimit();
    app.UseRequestTimeouts();

    // Authentication, then rate limits by subject, those that instances share, and scopes; only health and webhooks need no token.
    app.UseAuthentication();
    app.UseSubjectRateLimit();
    app.UseSharedRateLimits();
    app.UseAuthorization();

    // Large bodies are read and checked a few at a time.
    app.UseTurnsForLargeBodies();

    app.MapForwarding();
    app.MapHealth();

    await app.RunUntilStoppedAsync();
    return 0;
}
catch (Exception exception) when (StartFailure.Explain(exception) is { } sentence)
{
    Console.Error.WriteLine(sentence);
    return 1;
}
