namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

/// <summary>An OpenID Connect issuer of tokens: discovery and keys over HTTPS on a socket of its own.</summary>
public sealed class Issuer : IAsyncDisposable
{
    public const string Audience = "golden-service";
    public const string Tester = "tester";

    /// <summary>All scopes that the contract names.</summary>
    public const string AllScopes = "*";

    private static readonly Lazy<Issuer> SharedIssuer = new(() => new Issuer());

    // Made once: RSA keys take long to make.
    private static readonly Lazy<RsaSecurityKey> FirstKey = new(() => NewKey());
    private static readonly Lazy<X509Certificate2> Certificate = new(TestCertificate.Create);

    private readonly WebApplication server;
    private List<RsaSecurityKey> published;
    private int keyReads;
    private int refusals;

    public Issuer()
    {
        Key = FirstKey.Value;
        published = [Key];
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(new ActivitySource("Issuer")); // A service may ask for keys within a request: that is no span of the service.
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, null);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(Certificate.Value)));
        server = builder.Build();
        server.Use(async (context, next) =>
        {
            await Task.Delay(Delay, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await (IsAway ? Fail(context) : next(context));
        });
        server.MapGet("/.well-known/openid-configuration", () => new Dictionary<string, string> { ["issuer"] = Address, ["jwks_uri"] = $"{Address}/keys" });
        server.MapGet("/keys", () =>
        {
            Interlocked.Increment(ref keyReads);
            return KeySet is { } other ? Results.Text(other, "application/json") : Results.Json(new Dictionary<string, object> { ["keys"] = published.Select(Public) });
        });
        server.Start();
    }

    /// <summary>The issuer of the tokens of all tests that do not need one of their own.</summary>
    public static Issuer Shared => SharedIssuer.Value;

    public string Address => server.Urls.Single();

    /// <summary>How often its keys have been read.</summary>
    public int KeyReads => Volatile.Read(ref keyReads);

    /// <summary>Whether it answers no request.</summary>
    public bool IsAway { get; set; }

    /// <summary>How long it takes to respond.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>What it publishes instead of its keys.</summary>
    public string? KeySet { get; set; }

    /// <summary>How many requests it has not answered.</summary>
    public int Refusals => Volatile.Read(ref refusals);

    /// <summary>The key that it signs with.</summary>
    public RsaSecurityKey Key { get; private set; }

    /// <summary>The certificate of all issuers, which nobody else has signed.</summary>
    public static string CertificatePem => Certificate.Value.ExportCertificatePem();

    /// <summary>Takes that certificate, and no other.</summary>
    public static HttpMessageHandler Trust() => new SocketsHttpHandler
    {
        SslOptions = { RemoteCertificateValidationCallback = (_, presented, _, _) => presented?.GetCertHashString() == Certificate.Value.GetCertHashString() },
    };

    /// <summary>A token, in good order but for what a test changes.</summary>
    public string Token(
        string subject = Tester,
        string? scope = AllScopes,
        string? issuer = null,
        string audience = Audience,
        TimeSpan? expiresIn = null,
        SigningCredentials? credentials = null,
        Action<SecurityTokenDescriptor>? change = null)
    {
        var now = DateTime.UtcNow;
        var expires = now + (expiresIn ?? TimeSpan.FromHours(1));
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Address,
            Audience = audience,
            IssuedAt = expires.AddHours(-2),
            NotBefore = expires.AddHours(-2),
            Expires = expires,
            Claims = new Dictionary<string, object> { ["sub"] = subject },
            SigningCredentials = credentials ?? new SigningCredentials(Key, SecurityAlgorithms.RsaSha256),
        };
        if (scope is not null)
        {
            descriptor.Claims["scope"] = scope == AllScopes ? string.Join(' ', ContractDocument.Current.Scopes) : scope;
        }

        change?.Invoke(descriptor);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
    }

    /// <summary>A key that it publishes, and does not sign with yet.</summary>
    public RsaSecurityKey Publish()
    {
        var key = NewKey();
        published = [.. published, key];
        return key;
    }

    public void SignWith(RsaSecurityKey key) => Key = key;

    public void Withdraw(RsaSecurityKey key) => published = [.. published.Where(other => other != key)];

    public static RsaSecurityKey NewKey(string? id = null) => new(RSA.Create(2048)) { KeyId = id ?? Guid.NewGuid().ToString("N") };

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private Task Fail(HttpContext context)
    {
        Interlocked.Increment(ref refusals);
        context.Abort();
        return Task.CompletedTask;
    }

    private static Dictionary<string, string> Public(RsaSecurityKey key)
    {
        var parameters = key.Rsa.ExportParameters(includePrivateParameters: false);
        return new()
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["kid"] = key.KeyId,
            ["n"] = Base64UrlEncoder.Encode(parameters.Modulus),
            ["e"] = Base64UrlEncoder.Encode(parameters.Exponent),
        };
    }
}
