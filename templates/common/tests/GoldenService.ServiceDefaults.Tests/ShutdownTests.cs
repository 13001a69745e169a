namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

[Collection(TestOrder.Waiting)]
public sealed class ShutdownTests(Service service)
{
#if (jwt)
    private static string Authorization => $"Authorization: Bearer {Issuer.Shared.Token()}\r\n";
#else
    private const string Authorization = "";
#endif

    [Fact]
    public async Task Once_migrated_the_service_is_ready_in_Production_and_answers_what_it_began_before_it_stops()
    {
        ServiceProcess.SkipWhereItCannotBeCalledAndStopped();
        await using var migrate = ServiceProcess.Start(service, ["migrate"]);
        Assert.Equal((0, ""), await migrate.ExitAsync());

        await using var process = ServiceProcess.Start(service, [], ("ConnectionStrings__Database", migrate.Database.ConnectionString));
        var address = await process.AddressAsync();
        using var http = new HttpClient { BaseAddress = address };
        Assert.Equal("Healthy", await http.GetStringAsync(new Uri("/health/ready", UriKind.Relative)));

        using var connection = new TcpClient(address.Host, address.Port);
        using var writer = new StreamWriter(connection.GetStream()) { NewLine = "\r\n", AutoFlush = true };
        using var reader = new StreamReader(connection.GetStream());
        var request = Examples.WithBody(Examples.Body);
        var headers = string.Concat(request.Headers.Select(header => $"{header.Name}: {header.Value}\r\n"));

        await writer.WriteAsync($"{request.Method} {request.Path} HTTP/1.1\r\nHost: localhost\r\n{Authorization}{headers}Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: {request.Body!.Length}\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 100", await reader.ReadLineAsync(), StringComparison.Ordinal);
        process.Terminate();
        await RefusesConnections(address);
        await writer.WriteAsync(request.Body);

        Assert.Equal("", await reader.ReadLineAsync());
        Assert.StartsWith($"HTTP/1.1 {request.Status}", await reader.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Equal((0, ""), await process.ExitAsync());
        Assert.All(process.Output.Trim().Split('\n'), line => Assert.StartsWith("{\"@t\":", line, StringComparison.Ordinal));
    }

    [Fact] // Fails when a stop that comes while the service starts is told as a defect.
    public async Task A_service_that_is_to_stop_while_it_starts_ends()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddHostedService<StopAtTheStart>();

        await using var app = builder.Build();
        await app.RunUntilStoppedAsync();
    }

    private static async Task RefusesConnections(Uri address)
    {
        for (var start = Environment.TickCount64; Environment.TickCount64 - start < 10_000; await Task.Delay(20))
        {
            try
            {
                using var connection = new TcpClient();
                await connection.ConnectAsync(address.Host, address.Port);
            }
            catch (SocketException)
            {
                return;
            }
        }

        Assert.Fail("The service goes on taking connections.");
    }

    private sealed class StopAtTheStart(IHostApplicationLifetime lifetime) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            lifetime.StopApplication();
            return Task.Delay(Timeout.Infinite, cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
