using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Golden.Templates.Tests;
using GoldenService.Testing;

namespace Golden.Templates.Faults;

/// <summary>The published worker with an issuer of tokens that does not do what it should. Administration of the queue needs tokens.</summary>
public sealed class IssuerTests(InstalledPack pack)
{
    const string Authority = "Authentication__Schemes__Bearer__Authority";

    [Fact] // Fails when a request or a stop waits for the issuer.
    public async Task AnIssuerThatNeverRespondsHoldsUpNothing()
    {
        // It accepts connections, and that is all.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var worker = await WorkerAsync("silent issuer");
        var instance = await worker.StartAsync(RunningService.Live, 0, (Authority, $"https://{silent.LocalEndpoint}"));
        var http = instance.Client;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Issuer.Shared.Token());

        var clock = Stopwatch.StartNew();
        var statuses = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => StatusAsync(http, "v1/dead-letters")));
        Assert.Equal([HttpStatusCode.ServiceUnavailable], statuses.Distinct());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(http, RunningService.Ready));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, RunningService.Live));
        var responses = clock.Elapsed;
        Assert.InRange(responses.TotalSeconds, 0, 2);

        Assert.Equal(0, await instance.StopAsync());
        var stop = clock.Elapsed - responses;
        Assert.InRange(stop.TotalSeconds, 0, 3);
        worker.Tell($"12 responses within {responses.TotalMilliseconds:0} ms, stopped after {stop.TotalMilliseconds:0} ms");
    }

    [Fact] // Fails when a set without keys counts as known, replaces known keys, or is not read again soon.
    public async Task AnIssuerThatLosesItsKeysMakesNoTokenInvalid()
    {
        await using var issuer = new Issuer { KeySet = """{"keys":[]}""" };
        await using var worker = await WorkerAsync("issuer without keys");
        var instance = await worker.StartAsync(RunningService.Live, 0, (Authority, issuer.Address), ("Tokens__KeyRefreshSeconds", "2"));
        var http = instance.Client;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", issuer.Token());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(http, "v1/dead-letters"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(http, RunningService.Ready));
        Assert.Contains("There is no key at", instance.Output, StringComparison.Ordinal);

        issuer.KeySet = null;
        var clock = Stopwatch.StartNew();
        await Wait.Until(async () => await StatusAsync(http, RunningService.Ready) == HttpStatusCode.OK, seconds: 20, "The keys were not read again.");
        worker.Tell($"ready {clock.ElapsedMilliseconds} ms after the issuer had keys");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "v1/dead-letters"));

        issuer.KeySet = "{}";
        var reads = issuer.KeyReads;
        await Wait.Until(() => issuer.KeyReads >= reads + 2, seconds: 20, "The keys were not read again.");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "v1/dead-letters"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, RunningService.Ready));
    }

    async Task<Worker> WorkerAsync(string name)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Windows has no signals, and only Linux takes the certificate of the tests' issuer of tokens from a file.");
        var folder = Directory.CreateTempSubdirectory("golden-").FullName;
        return await Worker.CreateAsync(pack, "sqlite", ["--database", "sqlite"], new SqliteFile(folder), name, seed: 0, []);
    }

    static async Task<HttpStatusCode> StatusAsync(HttpClient http, string path)
    {
        using var response = await http.GetAsync(path, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
