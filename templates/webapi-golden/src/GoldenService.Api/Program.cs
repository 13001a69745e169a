using System;
using FluentValidation;
using GoldenService.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

try
{
    var builder = WebApplication.CreateSlimBuilder(args);
    var services = builder.Services;

    // Before anything reads a setting: some are secrets, in files of their own.
    builder.AddSecrets();

    // The operations of the contract, openapi.yaml, and the rules of the business beyond its limits.
    services.AddContract<OrdersOperations>();
    services.AddSingleton<IValidator<OrderDraft>, OrderRules>();
    services.AddSingleton(TimeProvider.System);

    // The database; whether it and the service are ready.
    services.AddDatabase();
    services.AddHealth();

    // How large, how slow and how many requests may be, through which proxies, and what becomes of them when the service stops.
    services.AddLimits();
    services.AddRateLimits();
    services.AddForwardedHeaders();
    services.AddGracefulShutdown();

    // What it tells: its contract to readers, its doings to the log.
    services.AddDocumentation();
    builder.AddLogs();

    var app = builder.Build();

    // `migrate` brings the database up to date and ends; in Development that happens at every start.
    if (args is ["migrate", ..])
    {
        await app.MigrateDatabaseAsync();
        return 0;
    }

    if (args is [var command, ..] && !command.StartsWith('-'))
    {
        Console.Error.WriteLine($"There is no command '{command}': 'migrate' is the only one, and without one the service runs.");
        return 1;
    }

    // First whose request it is, for all that follows; then what every answer has, whatever it says.
    app.UseForwardedHeaders();
    app.UseSecurityHeaders();

    // Every error is a problem document (RFC 9457): one request too many is one, and one that takes too long.
    app.UseProblems();
    app.UseAddressRateLimit();
    app.UseRequestTimeouts();
    app.UseSubjectRateLimit();

    app.MapContract();
    app.MapHealth();
    app.MapDocumentation();

    await app.PrepareDatabaseAsync();
    await app.RunAsync();
    return 0;
}
catch (Exception exception) when (StartFailure.Explain(exception) is { } sentence)
{
    Console.Error.WriteLine(sentence);
    return 1;
}
