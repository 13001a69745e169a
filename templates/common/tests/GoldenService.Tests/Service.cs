[assembly: Xunit.AssemblyFixture(typeof(GoldenService.Tests.Service))]
[assembly: Xunit.v3.Parallelization(MaxThreads = 8)] // Many of them wait: for a process, a file, a second that passes.

namespace GoldenService.Tests;

using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

/// <summary>
/// The service in this process, on a socket of its own and a database of its own. Tests share one, each with
/// data that no other test has; a test that needs other settings starts another.
/// </summary>
public sealed partial class Service : WebApplicationFactory<AppDbContext>, IAsyncLifetime
{
    private static readonly AsyncLocal<bool> Asking = new();

    // The port is a setting: UseKestrel(0) sets it while the service may be starting already.
    public Service() => UseKestrel();

    /// <summary>Whether it is a test that asks the database.</summary>
    public static bool IsAsking => Asking.Value;

    public TestDatabase Database { get; } = new();

    private string Environment { get; init; } = "Development";

    private Dictionary<string, string> Settings { get; init; } = [];

    private Action<IServiceCollection> Replace { get; init; } = _ => { };

    public LogLines Log { get; } = new();

    public HttpClient Http { get; private set; } = null!;

    public ValueTask InitializeAsync()
    {
#if (postgres)
        if (TestDatabase.IsSkipped)
        {
            return ValueTask.CompletedTask;
        }

#endif
#if (rabbitmq)
        if (TestBroker.IsSkipped)
        {
            // The service that tests share comes before all of them: there a skip would be a failure.
            Assert.SkipWhen(TestContext.Current.Test is not null, TestBroker.Reason);
            return ValueTask.CompletedTask;
        }

#endif
#if (jwt)
        Http = ClientWith(Issuer.Token());
#else
        Http = CreateDefaultClient(new ContractHandler());
#endif
        AddClients();
        return ValueTask.CompletedTask;
    }

    /// <summary>Starts a service apart from the one that tests share.</summary>
    public static async Task<Service> StartAsync(string environment = "Development", Dictionary<string, string>? settings = null, Action<IServiceCollection>? replace = null)
    {
        var service = new Service { Environment = environment, Settings = settings ?? [], Replace = replace ?? (_ => { }) };
        await service.InitializeAsync();
        return service;
    }

    /// <summary>Does something with the database through the service's own connections.</summary>
    public async Task<T> WithDatabase<T>(Func<AppDbContext, Task<T>> use)
    {
        await using var scope = Services.CreateAsyncScope();
        Asking.Value = true;
        return await use(scope.ServiceProvider.GetRequiredService<AppDbContext>());
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment(Environment);
        builder.UseUrls("http://127.0.0.1:0");
        builder.UseSetting("ConnectionStrings:Database", Database.ConnectionString);
        builder.UseSetting("Shutdown:DrainSeconds", "0");
        builder.UseSetting("RateLimits:PerAddress", "1000000");
        builder.UseSetting("Logging:Serilog:LogLevel:Default", "None"); // The console is the tests' own.
#if (jwt)
        builder.UseSetting("RateLimits:PerSubject", "1000000");
        Trust(builder, Issuer);
#endif
#if (worker)
        builder.UseSetting("RateLimits:PerSource", "1000000");
        builder.UseSetting($"Webhooks:Sources:{Signatures.Source}:Secrets:0", Signatures.Secret);
        builder.UseSetting("Messages:PollSeconds", "0.1");
#endif
        foreach (var (name, value) in Settings)
        {
            builder.UseSetting(name, value);
        }

        builder.ConfigureTestServices(services => services.ConfigureDbContext<AppDbContext>(options => options.AddInterceptors(new RequestStatements())));
#if (rabbitmq)
        builder.UseSetting("RabbitMq:Queue", TestBroker.QueueOf(builder.GetSetting("ConnectionStrings:Database")!));
#endif
        builder.ConfigureTestServices(Replace);
        builder.ConfigureLogging(logging => logging.AddProvider(Log));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Database.Dispose();
    }
}
