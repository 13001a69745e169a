using System;
using FluentValidation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

try
{
    var builder = WebApplication.CreateSlimBuilder(ContentRoot.OptionsFor(args));
    var services = builder.Services;

    // `--health` asks the running service in the same container for its health, and ends.
    if (args is ["--health", ..])
    {
        return await builder.AskHealthAsync();
    }

    // First of all, because some settings are secrets in mounted files.
    builder.AddSecrets();

    // The operations of the contract, openapi.yaml, and the business rules beyond its limits.
    services.AddContract();
    services.AddValidatorsFromAssemblyContaining<AppDbContext>(ServiceLifetime.Singleton, rules => rules.ValidatorType.IsSealed); // The limits themselves are not.
    services.AddSingleton(TimeProvider.System);

#if (jwt)
    // Bearer tokens of the issuer; scopes from the contract.
    services.AddBearerTokens(Contract.Scopes);
#else
    // No authentication: all callers are one.
    services.AddScoped<Caller>();
#endif

    // The database, and health checks.
    services.AddDatabase<AppDbContext>();
    services.AddHealth();
#if (outbox)

    // What the worker is to learn is kept in the database, and sent to it as webhooks.
    services.AddOutbox();
#endif

    // HTTPS where an address asks for it, request limits, rate limits, proxies, graceful shutdown.
    builder.WebHost.UseKestrelHttpsConfiguration();
    services.AddLimits();
    services.AddRateLimits();
    services.AddForwardedHeaders();
    services.AddGracefulShutdown();

    // Documentation, logs, metrics and traces.
    services.AddDocumentation();
    builder.AddLogs();
    builder.AddTelemetry();
#if (sentry)

    // Failures go to Sentry where a DSN is set.
    builder.AddErrorTracking();
#endif

    await using var app = builder.Build();

    // `migrate` applies the migrations and ends; in Development every start applies them.
    if (args is ["migrate", ..])
    {
        await app.MigrateDatabaseAsync();
        return 0;
    }

    if (args is [var command, ..] && !command.StartsWith('-'))
    {
        Console.Error.WriteLine($"There is no command '{command}': 'migrate' and '--health' are the only ones, and without one the service runs.");
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
#if (jwt)

    // Authentication, then rate limits by subject and scopes; only health is open.
    app.UseAuthentication();
    app.UseSubjectRateLimit();
    app.UseAuthorization();
#endif

    // Large bodies are read and checked a few at a time.
    app.UseTurnsForLargeBodies();

    app.MapContract();
    app.MapHealth();
    app.MapDocumentation(Contract.Open);

    await app.PrepareDatabaseAsync();
    await app.RunUntilStoppedAsync();
    return 0;
}
catch (Exception exception) when (StartFailure.Explain(exception) is { } sentence)
{
    Console.Error.WriteLine(sentence);
    return 1;
}
