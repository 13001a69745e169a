namespace GoldenService.ServiceDefaults;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

/// <summary>
/// The command --health, for a container that has no shell and no curl: asks the service that runs beside it whether it is ready.
/// It takes the service's own settings, and so knows where that listens.
/// </summary>
public static class HealthCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <returns>0 when the service is ready; 1, and a sentence on the console, when it is not or does not answer.</returns>
    public static async Task<int> AskHealthAsync(this WebApplicationBuilder builder)
    {
        var url = Urls(builder.Configuration).Select(BindingAddress.Parse).FirstOrDefault(url => url.Scheme == Uri.UriSchemeHttp && !url.IsUnixPipe && !url.IsNamedPipe);
        if (url is null)
        {
            return Fail("The service has no http address to be asked at: set one by ASPNETCORE_HTTP_PORTS or ASPNETCORE_URLS.");
        }

        // The next proxy is no way to this machine.
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
        var address = new UriBuilder(Uri.UriSchemeHttp, Host(url.Host), url.Port, "/health/ready").Uri;
        try
        {
            using var answer = await http.GetAsync(address);
            return answer.IsSuccessStatusCode ? 0 : Fail($"The service is not ready: {await DetailAsync(answer)}");
        }
        catch (HttpRequestException)
        {
            return Fail($"Nothing answers at {address}.");
        }
        catch (TaskCanceledException)
        {
            return Fail($"There was no answer from {address} within {Patience.TotalSeconds} seconds.");
        }
    }

    // As the server looks for them, in this order.
    private static IEnumerable<string> Urls(ConfigurationManager configuration)
    {
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>().ToList();
        var urls = List(configuration["urls"]);
        return endpoints is not [] ? endpoints : urls is not [] ? urls : List(configuration["http_ports"]).Select(port => $"http://*:{port}");
    }

    private static string[] List(string? setting) => (setting ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    // What listens everywhere listens here.
    private static string Host(string host) => host is "*" or "+" or "0.0.0.0" or "[::]" ? "127.0.0.1" : host;

    private static async Task<string> DetailAsync(HttpResponseMessage answer) =>
        answer.Content.Headers.ContentType?.MediaType == "application/problem+json" && JsonNode.Parse(await answer.Content.ReadAsStringAsync())?["detail"] is { } detail
            ? $"{detail}"
            : $"it answers with {(int)answer.StatusCode}.";

    private static int Fail(string sentence)
    {
        Console.Error.WriteLine(sentence);
        return 1;
    }
}
