// A service of the platform alone: the parts of ServiceDefaults, as a service composes them.
using System;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

try
{
    var builder = WebApplication.CreateSlimBuilder(ContentRoot.OptionsFor(args));
    var services = builder.Services;

    if (args is ["--health", ..])
    {
        return await builder.AskHealthAsync();
    }

    builder.AddSecrets();

    services.AddContract();
    services.AddHttpContextAccessor();
    services.AddSingleton(TimeProvider.System);
#if (jwt)

    services.AddBearerTokens(Contract.Scopes);
#endif

    services.AddDatabase<AppDbContext>();
    services.AddHealth();

    builder.WebHost.UseKestrelHttpsConfiguration();
    services.AddLimits();
    services.AddRateLimits();
    services.AddForwardedHeaders();
    services.AddGracefulShutdown();

    services.AddDocumentation();
    builder.AddLogs();
    builder.AddTelemetry();
#if (sentry)

    builder.AddErrorTracking();
#endif

    await using var app = builder.Build();

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

    app.UseKnownProxies();
    app.UseTelemetry();
    app.UseSecurityHeaders();

    app.UseProblems();
    app.UseAddressRateLimit();
    app.UseRequestTimeouts();
#if (jwt)

    app.UseAuthentication();
    app.UseSubjectRateLimit();
    app.UseAuthorization();
#endif

#if (webapi)
    app.UseTurnsForLargeBodies();

#endif
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
