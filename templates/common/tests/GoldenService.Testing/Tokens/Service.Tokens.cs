namespace GoldenService.Testing;

using System.Collections.Generic;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

/// <summary>Who the service trusts, and who calls it.</summary>
public sealed partial class Service
{
    private Issuer Issuer { get; init; } = Issuer.Shared;

    /// <summary>Starts a service for which another issuer signs the tokens than for the one that tests share.</summary>
    public static async Task<Service> StartAsync(Issuer issuer, Dictionary<string, string>? settings = null)
    {
        var service = new Service { IsApart = true, Settings = settings ?? [], Issuer = issuer, Database = ChooseDatabase() };
        await service.InitializeAsync();
        return service;
    }

    /// <summary>A client with another token than that of <see cref="Http"/> and the keys of a caller; or with neither, where the token is null.</summary>
    public HttpClient ClientWith(string? token, string caller = ContractCredentials.Caller)
    {
        DelegatingHandler[] keys = token is null ? [] : [new CredentialsHandler(caller)];
        var client = CreateDefaultClient([new ContractHandler(), .. keys, new CompletingHandler()]);
        client.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    private static void Trust(IWebHostBuilder builder, Issuer issuer)
    {
        builder.UseSetting("Authentication:Schemes:Bearer:Authority", issuer.Address);
        builder.UseSetting("Authentication:Schemes:Bearer:ValidAudiences:0", Issuer.Audience);
        builder.ConfigureTestServices(services => services.Configure<JwtBearerOptions>(
            JwtBearerDefaults.AuthenticationScheme,
            bearer => bearer.BackchannelHttpHandler = Issuer.Trust()));
    }
}
