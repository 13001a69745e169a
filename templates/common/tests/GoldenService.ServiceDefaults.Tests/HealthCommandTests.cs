namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Xunit;

[Collection(TestOrder.Waiting)]
public sealed class HealthCommandTests(Service service)
{
    [Fact] // Fails when the command does not take the service's own settings, or asks by a proxy.
    public async Task A_service_that_is_ready_is_healthy()
    {
        await using var process = ServiceProcess.Start(service, ["--health"], ("ASPNETCORE_URLS", service.Http.BaseAddress!.ToString()), ("HTTP_PROXY", "http://127.0.0.1:1"));

        Assert.Equal((0, ""), await process.ExitAsync());
    }

    [Theory] // Fails when the command asks anywhere but where the service listens.
    [InlineData("urls", "http://127.0.0.1:{0}")]
    [InlineData("urls", "https://*:1;http://*:{0};http://*:1")]
    [InlineData("http_ports", "{0};1")]
    [InlineData("Kestrel:Endpoints:Http:Url", "http://+:{0}")]
    public async Task It_asks_where_the_service_listens(string name, string value) =>
        Assert.Equal((0, ""), await AskAsync(service, (name, string.Format(null, value, service.Http.BaseAddress!.Port))));

    [Fact] // Fails when the answer is taken for good whatever its status, or its reason is not told.
    public async Task A_service_that_is_not_ready_is_not_healthy_and_says_why()
    {
        await using var bare = await Service.StartAsync("Production", ownDatabase: true);

        Assert.Equal(
            (1, "The service is not ready: The database lacks migrations; the command migrate applies them."),
            await AskAsync(service, ("urls", bare.Http.BaseAddress!.ToString())));
    }

    [Fact] // Fails when the failure to connect is an exception.
    public async Task Where_nothing_listens_nothing_is_healthy() =>
        Assert.Equal((1, "Nothing answers at http://127.0.0.1:1/health/ready."), await AskAsync(service, ("urls", "http://127.0.0.1:1")));

    [Fact] // Fails when the command waits for as long as the service makes it.
    public async Task A_service_that_does_not_answer_in_time_is_not_healthy()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;

        Assert.Equal((1, $"There was no answer from http://127.0.0.1:{port}/health/ready within 3 seconds."), await AskAsync(service, ("http_ports", $"{port}")));
    }

    [Fact]
    public async Task Without_an_http_address_there_is_nothing_to_ask() =>
        Assert.Equal(
            (1, "The service has no http address to be asked at: set one by ASPNETCORE_HTTP_PORTS or ASPNETCORE_URLS."),
            await AskAsync(service, ("urls", "https://*:443")));

    private static async Task<(int Code, string Errors)> AskAsync(Service service, params (string Name, string Value)[] settings)
    {
        // Without the address that the tests' services have otherwise.
        var (code, errors) = await RefusedStart.RunAsync(service, ["--health"], [("urls", ""), .. settings]);
        return (code, errors.TrimEnd());
    }
}
