namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Xunit;

/// <summary>The issuer's keys come and go, and so does the issuer. Its keys are read every two seconds here.</summary>
[Trait("Checklist", "token-rotation")]
[Collection(TestOrder.Waiting)]
public sealed class SigningKeyTests
{
    private const string Metadata = """{"issuer":"https://issuer.example","jwks_uri":"https://issuer.example/keys"}""";
    private const string NoKey = "There is no key at https://issuer.example/keys that can verify a signature by RS256, PS256, ES256.";
    private static readonly string Key = $"\"kty\":\"RSA\",\"kid\":\"key\",\"e\":\"AQAB\",\"n\":\"{Base64UrlEncoder.Encode(Issuer.Shared.Key.Rsa.ExportParameters(includePrivateParameters: false).Modulus)}\"";
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

    /// <summary>Fails when SigningKeys.TryReadAsync does not catch what reading throws: the service would end.</summary>
    [Fact]
    public async Task While_the_issuer_is_away_the_keys_that_are_known_go_on_to_serve()
    {
        await using var issuer = new Issuer();
        await using var service = await Service.StartAsync(issuer, OftenRead);
        using var http = service.ClientWith(null);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, issuer.Token()));
        Assert.InRange(AgeOfKeys(service), 0, 4);

        issuer.IsAway = true;
        await Until(() => issuer.Refusals, reads: 3);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, issuer.Token()));
        var age = AgeOfKeys(service);
        Assert.True(age > 2, $"The keys are {age} s old.");

        issuer.IsAway = false;
        await Until(() => issuer.KeyReads, reads: 1);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, issuer.Token()));
        Assert.True(AgeOfKeys(service) < age);
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

    /// <summary>Fails when requests read keys or wait for those who do, or the stop cannot end the reading.</summary>
    [Fact]
    public async Task An_issuer_that_never_responds_holds_up_no_request_and_no_stop()
    {
        // It accepts connections, and that is all.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var service = await Service.StartAsync(settings: new() { ["Authentication:Schemes:Bearer:Authority"] = $"https://{silent.LocalEndpoint}" });
        using var http = service.ClientWith(null);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("/health/live", UriKind.Relative))).StatusCode);

        var start = Stopwatch.GetTimestamp();
        Assert.Equal([HttpStatusCode.ServiceUnavailable], (await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => StatusAsync(http, Issuer.Shared.Token())))).Distinct());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync(new Uri("/health/ready", UriKind.Relative))).StatusCode);
        await service.Services.GetRequiredService<IEnumerable<IHostedService>>().OfType<SigningKeys>().Single().StopAsync(CancellationToken.None);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 3);
        Assert.Equal(TimeSpan.FromSeconds(10), service.Services.GetRequiredService<IOptionsMonitor<JwtBearerOptions>>().Get(JwtBearerDefaults.AuthenticationScheme).BackchannelTimeout);
        await service.DisposeAsync();
    }

    /// <summary>Fails when the reading has no timeout.</summary>
    [Fact]
    public async Task An_issuer_that_responds_too_late_is_read_again()
    {
        await using var issuer = new Issuer { Delay = TimeSpan.FromMinutes(1) };
        await using var service = await Service.StartAsync(issuer, new() { ["Authentication:Schemes:Bearer:BackchannelTimeout"] = "00:00:00.2" });
        using var http = service.ClientWith(null);
        await Wait.Until(() => service.Log.All.Any(line => line.Message.Contains("HttpClient.Timeout of 0.2 seconds", StringComparison.Ordinal)), seconds: 30, "There is no timeout.");

        issuer.Delay = TimeSpan.Zero;
        await Wait.Until(async () => await StatusAsync(http, issuer.Token()) == HttpStatusCode.OK, seconds: 30, "The keys are not read.");
    }

    /// <summary>Fails when a set without usable keys replaces the keys that are known, or counts as known, or when the first reads are as far apart as others.</summary>
    [Fact]
    public async Task A_set_without_usable_keys_replaces_no_keys_and_makes_no_service_ready()
    {
        await using var issuer = new Issuer { KeySet = """{"keys":[]}""" };
        await using var service = await Service.StartAsync(issuer);
        using var http = service.ClientWith(null);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(http, issuer.Token()));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync(new Uri("/health/ready", UriKind.Relative))).StatusCode);
        Assert.Contains(service.Log.All, line => line.Message.Contains("There is no key at", StringComparison.Ordinal));

        issuer.KeySet = null;
        await Wait.Until(async () => await StatusAsync(http, issuer.Token()) == HttpStatusCode.OK, seconds: 30, "The keys are not read.");

        await using var often = await Service.StartAsync(issuer, OftenRead);
        using var oftenHttp = often.ClientWith(null);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(oftenHttp, issuer.Token()));
        issuer.KeySet = """{"keys":[]}""";
        await Until(() => issuer.KeyReads, reads: 1);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(oftenHttp, issuer.Token()));
        Assert.Equal(HttpStatusCode.OK, (await oftenHttp.GetAsync(new Uri("/health/ready", UriKind.Relative))).StatusCode);
    }

    /// <summary>Fails when the reader does not check the metadata, or takes keys that no token may be signed with.</summary>
    [Theory]
    [InlineData("{}", "", "The metadata name the issuer '', which must be the setting Authentication:Schemes:Bearer:Authority or one of its ValidIssuers.")]
    [InlineData("""{"issuer":"https://other.example","jwks_uri":"https://issuer.example/keys"}""", "", "'https://other.example', which must be the setting Authentication:Schemes:Bearer:Authority or one of its ValidIssuers.")]
    [InlineData("""{"issuer":"https://issuer.example"}""", "", "must have an https address in jwks_uri, and have ''.")]
    [InlineData("""{"issuer":"https://issuer.example","jwks_uri":"http://issuer.example/keys"}""", "", "must have an https address in jwks_uri, and have 'http://issuer.example/keys'.")]
    [InlineData(Metadata, "{}", NoKey)]
    [InlineData(Metadata, """{"keys":[]}""", NoKey)]
    [InlineData(Metadata, """{"keys":[{KEY,"use":"enc"}]}""", NoKey)]
    [InlineData(Metadata, """{"keys":[{KEY,"alg":"RSA-OAEP"}]}""", NoKey)]
    [InlineData(Metadata, """{"keys":[{KEY,"alg":"RS512"}]}""", NoKey)]
    [InlineData(Metadata, """{"keys":[{"kty":"RSA","kid":"a","e":"AQAB","n":"AQAB"}]}""", NoKey)]
    [InlineData(Metadata, """{"keys":[{"kty":"RSA","kid":"a","e":"AQAB","n":"no base64!"}]}""", NoKey)]
    [InlineData(Metadata, """{"keys":[{"kty":"EC","kid":"a","crv":"P-256","x":"AQAB","y":"AQAB"}]}""", NoKey)]
    [InlineData(Metadata, """{"keys":[{"kty":"oct","kid":"a","k":"bm90IGEgc2VjcmV0LCBvbmx5IGEgdGVzdCBvZiBvbmU="}]}""", NoKey)]
    [InlineData(Metadata, """{"keys":[{"kty":"RSA","kid":"a","e":"AQAB","n":"AQAB"},{KEY}]}""", null)]
    [InlineData("""{"issuer":"https://issuer.example/","jwks_uri":"https://issuer.example/keys"}""", """{"keys":[{KEY,"use":"sig","alg":"RS256"}]}""", null)]
    public async Task What_an_issuer_publishes_is_taken_if_it_can_be_its_own_and_verify_signatures(string metadata, string keys, string? problem)
    {
        using var documents = new Documents(metadata, keys.Replace("KEY", Key, StringComparison.Ordinal));
        using var http = new HttpClient(documents);
        var bearer = new JwtBearerOptions { Authority = "https://issuer.example", MetadataAddress = "https://issuer.example/metadata", Backchannel = http };
        bearer.TokenValidationParameters.ValidAlgorithms = ["RS256", "PS256", "ES256"];

        var read = await Record.ExceptionAsync(async () => Assert.Single((await SigningKeys.ReadAsync(bearer, TestContext.Current.CancellationToken)).SigningKeys));

        if (problem is null)
        {
            Assert.Null(read);
        }
        else
        {
            Assert.Contains(problem, read?.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Fails when a token with an unknown key does not wake the reader: then it would be the whole interval.</summary>
    [Fact]
    public async Task A_new_key_is_read_soon_after_the_first_token_that_it_has_signed()
    {
        await using var issuer = new Issuer();
        await using var service = await Service.StartAsync(issuer, new() { ["Tokens:KeyRefreshSeconds"] = "20" });
        using var http = service.ClientWith(null);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, issuer.Token()));
        var start = Stopwatch.GetTimestamp();

        issuer.SignWith(issuer.Publish());

        await Wait.Until(async () => await StatusAsync(http, issuer.Token()) == HttpStatusCode.OK, seconds: 30, "The key is not read.");
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 15);
    }

    /// <summary>Fails when nothing is between two reads: each unknown key would make the service read the keys.</summary>
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

    private static double AgeOfKeys(Service service)
    {
        using var measurements = new Measurements(service);
        measurements.Observe();
        return Assert.Single(measurements.All, measured => measured.Name == "tokens.keys.age").Value;
    }

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

    private sealed class Documents(string metadata, string keys) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage { Content = new StringContent(request.RequestUri?.AbsolutePath == "/keys" ? keys : metadata) });
    }
}
