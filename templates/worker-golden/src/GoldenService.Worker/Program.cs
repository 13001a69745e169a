using System;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

try
{
    var builder = WebApplication.CreateSlimBuilder(args);
    var services = builder.Services;

    // `--health` asks the service that runs beside it, in the same container, and ends.
    if (args is ["--health", ..])
    {
        return await builder.AskHealthAsync();
    }

    // Before anything reads a setting: some are secrets, in files of their own.
    builder.AddSecrets();

    // The operations of the contract, openapi.yaml.
    services.AddContract<WebhooksOperations, DeadLettersOperations>();
    services.AddSingleton(TimeProvider.System);

    // Who may send webhooks, the queue that they wait in, and what is done for each.
    services.AddWebhooks();
    services.AddMessages();
#if (sample)
    services.AddShipments();
#else
    services.AddNotes();
#endif

    // Who may look after the queue: whoever has a token of the issuer, with the scope that the contract asks for.
    services.AddBearerTokens();

    // The database; whether it and the service are ready.
    services.AddDatabase();
    services.AddHealth();

    // How large, how slow and how many requests may be, through which proxies, and what becomes of them when the service stops.
    services.AddLimits();
    services.AddRateLimits();
    services.AddForwardedHeaders();
    services.AddGracefulShutdown();

    // What it tells: its contract to readers, its doings to the console and, where an endpoint is set, by OTLP.
    services.AddDocumentation();
    builder.AddLogs();
    builder.AddTelemetry();
#if (sentry)

    // And where a DSN is set, its failures to Sentry.
    builder.AddErrorTracking();
#endif

    await using var app = builder.Build();

    // `migrate` brings the database up to date and ends; in Development that happens at every start.
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

    // First whose request it is, for all that follows; then what every answer has, and every request: a trace id, a span, a line in the log.
    app.UseForwardedHeaders();
    app.UseTelemetry();
    app.UseSecurityHeaders();

    // Every error is a problem document (RFC 9457): one request too many is one, and one that takes too long.
    app.UseProblems();
    app.UseAddressRateLimit();
    app.UseRequestTimeouts();

    // From here on a webhook has a source, whose signature it bears; nothing else of it was looked at before that.
    app.UseWebhookSignatures();

    // And any other request has a caller, who may do what it asks for; only health needs none.
    app.UseAuthentication();
    app.UseSubjectRateLimit();
    app.UseAuthorization();

    app.MapContract();
    app.MapHealth();
    app.MapDocumentation();

    await app.PrepareDatabaseAsync();
    await app.RunUntilStoppedAsync();
    return 0;
}
catch (Exception exception) when (StartFailure.Explain(exception) is { } sentence)
{
    Console.Error.WriteLine(sentence);
    return 1;
}
