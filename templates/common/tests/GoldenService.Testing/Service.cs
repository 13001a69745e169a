namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

/// <summary>
/// The tested service in this process, on a socket of its own. Tests share one, each with data that no other test has; a test
/// that needs other settings starts another, on the same database unless it needs one of its own.
/// </summary>
public sealed partial class Service : IAsyncLifetime
{
    private static readonly AsyncLocal<bool> Asking = new();

    private readonly Lazy<IServiceHost> host;

    public Service() => host = new(() => TestedService.Current.CreateHost(Configure));

    /// <summary>Whether it is a test that asks the database.</summary>
    public static bool IsAsking => Asking.Value;

    public TestDatabase Database { get; private init; } = TestDatabase.Shared;

    public LogLines Log { get; } = new();

    /// <summary>A client that is authorized for all that the contract has.</summary>
    public HttpClient Http { get; private set; } = null!;

    /// <summary>A client that signs nothing and has no credentials.</summary>
    public HttpClient Stranger { get; private set; } = null!;

    public IServiceProvider Services => host.Value.Services;

    /// <summary>Whether a test has started it for itself.</summary>
    private bool IsApart { get; init; }

    private string Environment { get; init; } = "Development";

    private Dictionary<string, string> Settings { get; init; } = [];

    private Action<IServiceCollection> Replace { get; init; } = _ => { };

    public ValueTask InitializeAsync()
    {
#if (postgres)
        if (TestDatabase.IsSkipped)
        {
            return ValueTask.CompletedTask;
        }

#endif
        if (TestedService.Current.Missing is { } reason)
        {
            // The service that tests share comes before all of them: there a skip would be a failure.
            Assert.SkipWhen(TestContext.Current.Test is not null, reason);
            return ValueTask.CompletedTask;
        }

#if (jwt)
        Http = ClientWith(Issuer.Token());
#else
        Http = CreateDefaultClient(new ContractHandler(), new CredentialsHandler(), new CompletingHandler());
#endif
        Stranger = CreateDefaultClient(new ContractHandler());
        return ValueTask.CompletedTask;
    }

    /// <summary>Starts a service apart from the one that tests share. A database of its own is empty, and making it takes longer than most tests.</summary>
    public static async Task<Service> StartAsync(string environment = "Development", Dictionary<string, string>? settings = null, Action<IServiceCollection>? replace = null, bool ownDatabase = false)
    {
        var service = new Service
        {
            IsApart = true,
            Environment = environment,
            Settings = settings ?? [],
            Replace = replace ?? (_ => { }),
            Database = ChooseDatabase(ownDatabase),
        };
        await service.InitializeAsync();
        return service;
    }

    /// <summary>A client whose requests go through these handlers, and no others.</summary>
    public HttpClient CreateDefaultClient(params DelegatingHandler[] handlers) => host.Value.CreateDefaultClient(handlers);

    /// <summary>Does something with the database through the service's own connections.</summary>
    public async Task<T> WithDatabase<T>(Func<DbContext, Task<T>> use)
    {
        await using var scope = Services.CreateAsyncScope();
        Asking.Value = true;
        return await use(scope.ServiceProvider.GetRequiredService<DbContext>());
    }

    public async ValueTask DisposeAsync()
    {
        if (host.IsValueCreated)
        {
            await host.Value.DisposeAsync();
        }

        if (!IsApart || Database != TestDatabase.Shared)
        {
            Database.Dispose();
        }
    }

    private static TestDatabase ChooseDatabase(bool own = false) => own || TestedService.Current.HasOwnDatabases ? new() : TestDatabase.Shared;

    private void Configure(IWebHostBuilder builder)
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
        foreach (var (name, value) in TestedService.Current.SettingsWith(Settings.GetValueOrDefault("ConnectionStrings:Database", Database.ConnectionString)).Concat(ContractCredentials.Settings))
        {
            builder.UseSetting(name, value);
        }

        foreach (var (name, value) in Settings)
        {
            builder.UseSetting(name, value);
        }

        builder.ConfigureTestServices(Replace);
        builder.ConfigureLogging(logging => logging.AddProvider(Log));
    }
}

/// <summary>Has requests completed as their sender must.</summary>
public sealed class CompletingHandler : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await TestedService.Current.CompleteAsync(request);
        return await base.SendAsync(request, cancellationToken);
    }
}
