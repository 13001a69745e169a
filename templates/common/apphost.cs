#if (webapi && worker)
// Runs the services and the Aspire dashboard, which shows their traces, metrics and logs, on the .NET SDK alone: `dotnet run apphost.cs`.
#else
// Runs the service and the Aspire dashboard, which shows its traces, metrics and logs, on the .NET SDK alone: `dotnet run apphost.cs`.
#endif
// The first run downloads the dashboard. Ctrl+C ends everything. The version of Aspire is in global.json.
#:sdk Aspire.AppHost.Sdk
#:property ManagePackageVersionsCentrally=false
#:property ImplicitUsings=enable
// A feed without the exact version of a package provides a later one; the Aspire CLI is not needed.
#:property NoWarn=$(NoWarn);NU1601;NU1603;ASPIRE010
#if (webapi)
#:project src/GoldenService.Api
#endif
#if (worker)
#:project src/GoldenService.Worker
#endif
#if (webapi && worker)
#:project src/GoldenService.Gateway
#endif

#if (webapi && worker && postgres)
using System.Data.Common;
#endif
using System.Net.NetworkInformation;
#if (webapi && worker)
using System.Security.Cryptography;
#endif
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// In Development, Aspire has the services send every second.
var builder = DistributedApplication.CreateBuilder(["--environment=Development", .. args]);
builder.Configuration["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true"; // No certificate: nothing leaves this machine.
builder.Configuration["Logging:LogLevel:Microsoft"] = "Warning";
var dashboard = builder.Configuration["ASPNETCORE_URLS"] ??= "http://localhost:18888";
if (IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(listener => listener.Port == new Uri(dashboard).Port))
{
    Console.Error.WriteLine($"The address of the dashboard, {dashboard}, is in use: free it, or set another by ASPNETCORE_URLS.");
    return 1;
}

#if (webapi && worker)
// The API signs its webhooks to the worker with a secret that is new at each start.
var secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
var worker = builder.AddProject<Projects.GoldenService_Worker>("worker")
    .WithEnvironment("Webhooks__Sources__api__Secrets__0", secret);
var api = builder.AddProject<Projects.GoldenService_Api>("api")
    .WithEnvironment("Worker__BaseAddress", worker.GetEndpoint("http"))
    .WithEnvironment("Worker__Secrets__0", secret);
builder.AddProject<Projects.GoldenService_Gateway>("gateway")
    .WithEnvironment("Services__Api__0", api.GetEndpoint("http"))
    .WithEnvironment("Services__Worker__0", worker.GetEndpoint("http"))
    .WaitFor(api) // It would not use a service before its next probe of one that was not ready.
    .WaitFor(worker);

// The gateway says who calls.
foreach (var service in new[] { api, worker })
{
    service.WithEnvironment("ForwardedHeaders__KnownProxies__0", "127.0.0.1").WithEnvironment("ForwardedHeaders__KnownProxies__1", "::1");
}

#if (postgres)
if (builder.Configuration["ConnectionStrings:Database"] is { Length: > 0 } server)
{
    // The worker has a database of its own on the server that the setting names for both.
    var connection = new DbConnectionStringBuilder { ConnectionString = server };
    connection["Database"] = $"{(connection.TryGetValue("Database", out var name) ? name : "golden-service")}-worker";
    worker.WithEnvironment("ConnectionStrings__Database", connection.ConnectionString);
}

#endif
#elseif (webapi)
builder.AddProject<Projects.GoldenService_Api>("api");
#elseif (rabbitmq)
var worker = builder.AddProject<Projects.GoldenService_Worker>("worker");
#else
builder.AddProject<Projects.GoldenService_Worker>("worker");
#endif
#if (rabbitmq)
worker.OnResourceReady(async (resource, _, cancel) =>
{
    // It starts without its broker, and is no longer ready when that has been missing for five seconds.
    await Task.Delay(TimeSpan.FromSeconds(6), cancel);
    using var http = new HttpClient();
    using var ready = await http.GetAsync($"{resource.GetEndpoint("http").Url}/health/ready", cancel);
    if (!ready.IsSuccessStatusCode)
    {
        Console.Error.WriteLine("The worker cannot connect to the broker (setting RabbitMq:Uri); to start one: docker run --rm --detach --publish 5672:5672 rabbitmq");
    }
});
#endif
var exitCode = 0;
foreach (var service in builder.Resources.OfType<ProjectResource>().Select(builder.CreateResourceBuilder).ToList())
{
    // It listens itself, at the address in its launchSettings.json; its problem documents link to the dashboard.
    service.WithEndpoint("http", endpoint => endpoint.IsProxied = false)
        .WithHttpHealthCheck("/health/ready")
        .WithEnvironment("Telemetry__TraceUrl", $"{dashboard}/traces/detail/{{traceId}}")
        .OnResourceReady((resource, _, _) => Console.Out.WriteLineAsync($"The {resource.Name} is ready: {resource.GetEndpoint("http").Url}"))
        .OnResourceStopped(async (resource, stopped, _) =>
        {
            if (stopped.ResourceEvent.Snapshot.ExitCode is null or 0)
            {
                return;
            }

            // It says itself why it cannot run; a time stands before each line.
            await foreach (var lines in stopped.Services.GetRequiredService<ResourceLoggerService>().GetAllAsync(resource))
            {
                foreach (var line in lines.Where(line => line.IsErrorMessage))
                {
                    Console.Error.WriteLine(line.Content[(line.Content.IndexOf(' ') + 1)..]);
                }
            }
#if (postgres)

            Console.Error.WriteLine("README.md says how to start a PostgreSQL server, and where its password goes.");
#endif

            exitCode = 1;
            stopped.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        });
}

await builder.Build().RunAsync();
return exitCode;
