[assembly: Xunit.AssemblyFixture(typeof(GoldenService.Gateway.Tests.SharedGateway))]

namespace GoldenService.Gateway.Tests;

using System;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

/// <summary>The gateway in this process, on a socket of its own, before stand-ins for the services.</summary>
internal sealed class Gateway : IAsyncDisposable
{
    private readonly Host host;

    private Gateway(StubService[] api, StubService worker, (string Name, string Value)[] settings)
    {
        (Api, Worker) = (api, worker);
        host = new Host(
        [
            .. api.Select((instance, index) => ($"Services:Api:{index}", instance.Address)),
            ("Services:Worker:0", worker.Address),
            ("Services:ProbeSeconds", "0.2"),
            ("RateLimits:PerAddress", "1000000"),
            ("RateLimits:PerSubject", "1000000"),
            ("Shutdown:DrainSeconds", "0"),
            ("Logging:Serilog:LogLevel:Default", "None"), // The console is the tests' own.
            ("Authentication:Schemes:Bearer:Authority", Issuer.Shared.Address),
            ("Authentication:Schemes:Bearer:ValidAudiences:0", Issuer.Audience),
            .. settings,
        ]);
        Stranger = host.CreateDefaultClient();
    }

    /// <summary>The instances of the API.</summary>
    public StubService[] Api { get; }

    public StubService Worker { get; }

    /// <summary>A client without a token.</summary>
    public HttpClient Stranger { get; }

    public static async Task<Gateway> StartAsync(int instances = 1, params (string Name, string Value)[] settings)
    {
        var api = new StubService[instances];
        for (var instance = 0; instance < instances; instance++)
        {
            api[instance] = await StubService.StartAsync();
        }

        return new(api, await StubService.StartAsync(), settings);
    }

    /// <summary>A client with a token of these scopes.</summary>
    public HttpClient ClientWith(string scopes = "orders:read orders:write worker:admin", string subject = Issuer.Tester)
    {
        var client = host.CreateDefaultClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Issuer.Shared.Token(subject: subject, scope: scopes));
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        foreach (var instance in Api)
        {
            await instance.DisposeAsync();
        }

        await Worker.DisposeAsync();
    }

    private sealed class Host : WebApplicationFactory<ServicesOptions>
    {
        private readonly (string Name, string Value)[] settings;

        public Host((string Name, string Value)[] settings)
        {
            this.settings = settings;
            UseKestrel();
        }

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment("Production");
            builder.UseUrls("http://127.0.0.1:0");
            foreach (var (name, value) in settings)
            {
                builder.UseSetting(name, value);
            }

            builder.ConfigureLogging(logging => logging.AddProvider(new LogLines())); // Where nothing is logged, a request has no trace of its caller's.
            builder.ConfigureTestServices(services => services.Configure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, bearer => bearer.BackchannelHttpHandler = Issuer.Trust()));
        }
    }
}

/// <summary>A gateway that tests share; one that changes its services or settings starts its own.</summary>
public sealed class SharedGateway : IAsyncLifetime
{
    internal Gateway Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Gateway = await Gateway.StartAsync();

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}
