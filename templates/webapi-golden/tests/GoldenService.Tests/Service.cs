[assembly: Xunit.AssemblyFixture(typeof(GoldenService.Tests.Service))]

namespace GoldenService.Tests;

using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Http;
using System.Threading.Tasks;
using GoldenService.Client;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

/// <summary>
/// The service in this process, on a socket of its own and a database of its own. Tests share one, each with
/// customers that no other test has; a test that needs other settings starts another.
/// </summary>
public sealed class Service : WebApplicationFactory<Api.OrdersDbContext>
{
    private readonly string folder = Directory.CreateTempSubdirectory("orders-").FullName;

    public Service() => UseKestrel(0);

    public string DatabasePath => Path.Combine(folder, "orders.db");

    public string Environment { get; init; } = "Development";

    public Dictionary<string, string> Settings { get; init; } = [];

    /// <summary>Replaces services of the service.</summary>
    public Action<IServiceCollection> Replace { get; init; } = _ => { };

    public LogLines Log { get; } = new();

    public HttpClient Http => field ??= CreateClient();

    public OrdersClient Orders => field ??= new OrdersClient(Http);

    /// <summary>Does something with the database through the service's own connections.</summary>
    public async Task<T> WithDatabase<T>(Func<Api.OrdersDbContext, Task<T>> use)
    {
        await using var scope = Services.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<Api.OrdersDbContext>());
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment(Environment);
        builder.UseSetting("ConnectionStrings:Orders", $"Data Source={DatabasePath}");
        foreach (var (name, value) in Settings)
        {
            builder.UseSetting(name, value);
        }

        builder.ConfigureTestServices(Replace);
        builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(Log));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        using (var connection = new SqliteConnection($"Data Source={DatabasePath}"))
        {
            SqliteConnection.ClearPool(connection);
        }

        Directory.Delete(folder, recursive: true);
    }
}
