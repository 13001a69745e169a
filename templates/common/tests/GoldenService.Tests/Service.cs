[assembly: Xunit.AssemblyFixture(typeof(GoldenService.Tests.Service))]
[assembly: Xunit.v3.Parallelization(MaxThreads = 8)] // Many of them wait: for a process, a file, a second that passes.

namespace GoldenService.Tests;

using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Threading.Tasks;
using GoldenService.Client;
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
    // The port is a setting: UseKestrel(0) sets it while the service may be starting already.
    public Service() => UseKestrel();

    public TestDatabase Database { get; } = new();

    private string Environment { get; init; } = "Development";

    private Dictionary<string, string> Settings { get; init; } = [];

    private Action<IServiceCollection> Replace { get; init; } = _ => { };

    public LogLines Log { get; } = new();

    public HttpClient Http { get; private set; } = null!;

    public OrdersClient Orders { get; private set; } = null!;

    public ValueTask InitializeAsync()
    {
#if (postgres)
        if (TestDatabase.IsSkipped)
        {
            return ValueTask.CompletedTask;
        }

#endif
#if (jwt)
        Http = ClientWith(Issuer.Token());
#else
        Http = CreateDefaultClient(new ContractHandler());
#endif
        Orders = new OrdersClient(Http);
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
        foreach (var (name, value) in Settings)
        {
            builder.UseSetting(name, value);
        }

        builder.ConfigureTestServices(services => services.AddHttpContextAccessor().ConfigureDbContext<AppDbContext>(options => options.AddInterceptors(new RequestStatements())));
        builder.ConfigureTestServices(Replace);
        builder.ConfigureLogging(logging => logging.AddProvider(Log));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Database.Dispose();
    }
}
