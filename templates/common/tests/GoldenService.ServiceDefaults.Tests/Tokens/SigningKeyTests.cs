namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.IdentityModel.Tokens;
using Xunit;

/// <summary>The issuer's keys come and go, and so does the issuer. Its keys are read every two seconds here.</summary>
[Trait("Checklist", "token-rotation")]
public sealed class SigningKeyTests
{
    private static readonly Dictionary<string, string> OftenRead = new() { ["Tokens:KeyRefreshSeconds"] = "2" };

    /// <summary>Fails when SigningKeys is not registered (the new key fails requests, the old one is taken for hours), or when the last known good keys serve on.</summary>
    [Fact]
    public async Task Keys_are_rotated_without_a_failed_request_and_a_withdrawn_key_is_refused()
    {
        await using var issuer = new Issuer();
        await using var service = await Service.StartAsync(issuer, OftenRead);
        using var http = service.ClientWith(null);
        var statuses = new ConcurrentBag<HttpStatusCode>();
        using var stop = new CancellationTokenSource();
        var traffic = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                statuses.Add(await StatusAsync(http, issuer.Token()));
                await Task.Delay(100);
            }
        })));

        var old = issuer.Key;
        var next = issuer.Publish();
        await Until(() => issuer.KeyReads, reads: 2);
        issuer.SignWith(next);
        issuer.Withdraw(old);
        await Until(() => issuer.KeyReads, reads: 2);
        var withdrawn = await StatusAsync(http, issuer.Token(credentials: new(old, SecurityAlgorithms.RsaSha256)));
        await stop.CancelAsync();
        await traffic;

        Assert.Equal(HttpStatusCode.Unauthorized, withdrawn);
        Assert.True(statuses.Count > 20, $"{statuses.Count} requests are no traffic.");
        Assert.Equal([HttpStatusCode.OK], statuses.Distinct());
    }

    /// <summary>Fails when SigningKeys.AreKnownAsync does not catch what reading throws: the service would end.</summary>
    [Fact]
    public async Task While_the_issuer_is_away_the_keys_that_are_known_go_on_to_serve()
    {
        await using var issuer = new Issuer();
        await using var service = await Service.StartAsync(issuer, OftenRead);
        using var http = service.ClientWith(null);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, issuer.Token()));

        issuer.IsAway = true;
        await Until(() => issuer.Refusals, reads: 2);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, issuer.Token()));

        issuer.IsAway = false;
        await Until(() => issuer.KeyReads, reads: 1);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, issuer.Token()));
        Assert.Contains(service.Log.All, line => line.Message.Contains("signing keys", StringComparison.Ordinal));
    }

    /// <summary>Fails without `OnChallenge` (the token would be refused), and without the check `tokens`.</summary>
    [Fact]
    public async Task Before_the_keys_are_known_the_service_is_not_ready_and_refuses_no_token_as_invalid()
    {
        await using var issuer = new Issuer { IsAway = true };
        await using var service = await Service.StartAsync(issuer, OftenRead);
        using var http = service.ClientWith(null);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(http, issuer.Token()));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync(new Uri("/health/ready", UriKind.Relative))).StatusCode);

        issuer.IsAway = false;
        await Until(() => issuer.KeyReads, reads: 1);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, issuer.Token()));
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("/health/ready", UriKind.Relative))).StatusCode);
    }

    /// <summary>Fails when RefreshInterval is the shortest there is: each unknown key would make the service read the keys.</summary>
    [Fact]
    public async Task Tokens_with_unknown_keys_do_not_make_the_service_flood_the_issuer()
    {
        await using var issuer = new Issuer();
        await using var service = await Service.StartAsync(issuer);
        using var http = service.ClientWith(null);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, issuer.Token()));
        var stranger = Issuer.NewKey();
        var (reads, start) = (issuer.KeyReads, Stopwatch.GetTimestamp());

        for (var wave = 0; wave < 4; wave++)
        {
            var statuses = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => StatusAsync(http, issuer.Token(credentials: Unknown(stranger)))));
            Assert.Equal([HttpStatusCode.Unauthorized], statuses.Distinct());
            await Task.Delay(TimeSpan.FromSeconds(0.5));
        }

        // The interval is 300 s here, and a tenth of it must be between two of them.
        Assert.InRange(issuer.KeyReads - reads, 0, 1 + (int)(Stopwatch.GetElapsedTime(start).TotalSeconds / 30));
    }

    /// <summary>Fails when the default is longer.</summary>
    [Fact]
    public void Five_minutes_pass_at_most_until_a_withdrawn_key_is_refused() => Assert.Equal(300, new TokensOptions().KeyRefreshSeconds);

    private static SigningCredentials Unknown(RsaSecurityKey key) =>
        new(new RsaSecurityKey(key.Rsa) { KeyId = Guid.NewGuid().ToString() }, SecurityAlgorithms.RsaSha256);

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, string token)
    {
        using var request = Examples.Good.ToMessage();
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }

    /// <summary>Waits until so many more were counted, and what followed from the last one has been taken in.</summary>
    private static async Task Until(Func<int> count, int reads)
    {
        var before = count();
        await Wait.Until(() => count() >= before + reads, seconds: 30, "The issuer is not asked.");
        await Task.Delay(200);
    }
}
