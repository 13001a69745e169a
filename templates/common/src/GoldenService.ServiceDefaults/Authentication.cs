namespace GoldenService.ServiceDefaults;

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.ComponentModel.DataAnnotations;
using System.Linq;
using System.Security.Claims;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

/// <summary>How tokens are checked, besides what Authentication:Schemes:Bearer says of their issuer and audience.</summary>
public sealed class TokensOptions
{
    /// <summary>
    /// How often the issuer's signing keys are read. A key that the issuer has withdrawn is refused after at most this
    /// time; a new key must have been published for this time before the issuer signs with it.
    /// </summary>
    [Range(2.0, 86400.0)]
    public double KeyRefreshSeconds { get; set; } = 300;

    /// <summary>How far the clocks of the issuer and the service may be apart.</summary>
    [Range(0.0, 300.0)]
    public double ClockSkewSeconds { get; set; } = 30;
}

/// <summary>
/// Bearer tokens (RFC 6750): JWT (RFC 7519) that an OpenID Connect issuer signs. Every endpoint asks for one unless it says
/// otherwise, and each scope of the contract is a policy.
/// </summary>
public static class Authentication
{
    private const string Scheme = JwtBearerDefaults.AuthenticationScheme;
    private const string Section = $"Authentication:Schemes:{Scheme}";
    private const string DevelopmentIssuer = "dotnet-user-jwts";

    // RFC 8725, section 3.1: the service says which algorithms there are, never the token.
    private static readonly string[] Algorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.EcdsaSha256];

    /// <param name="services">What the service consists of.</param>
    /// <param name="scopes">The scopes of the contract.</param>
    public static void AddBearerTokens(this IServiceCollection services, IEnumerable<string> scopes)
    {
        services.AddSettings<TokensOptions>("Tokens");
#if (webapi)
        services.AddScoped<Caller>();
#endif
        services.AddHostedService<SigningKeys>();
        services.AddHealthChecks().AddCheck<SigningKeysCheck>("tokens");

        services.AddAuthentication(Scheme).AddJwtBearer();

        // Settings may change while the service runs; what is known of an issuer outlives that.
        var issuers = new ConcurrentDictionary<string, IConfigurationManager<OpenIdConnectConfiguration>>();
        services.AddOptions<JwtBearerOptions>(Scheme)
            .Configure<IOptions<TokensOptions>, IConfiguration, IHostEnvironment>((bearer, tokens, configuration, environment) =>
            {
                var isHttps = Uri.TryCreate(bearer.Authority, UriKind.Absolute, out var authority) && authority.Scheme == Uri.UriSchemeHttps;
                bearer.RequireHttpsMetadata = isHttps;
                if (!environment.IsDevelopment())
                {
                    Refuse(bearer, isHttps, configuration);
                }

                Harden(bearer, tokens.Value);
            })
            .PostConfigure(bearer =>
            {
                if (bearer.ConfigurationManager is ConfigurationManager<OpenIdConnectConfiguration> issuer)
                {
                    // The last keys that served would serve for an hour after the issuer has withdrawn them.
                    issuer.UseLastKnownGoodConfiguration = false;
                    bearer.ConfigurationManager = issuers.GetOrAdd(bearer.MetadataAddress, issuer);
                }
            })
            .ValidateOnStart();

        var authorization = services.AddAuthorizationBuilder();
        authorization.AddFallbackPolicy("token", policy => policy.RequireAuthenticatedUser());
        foreach (var scope in scopes)
        {
            authorization.AddPolicy(scope, policy => policy.RequireAssertion(context => HasScope(context.User, scope)));
        }
    }

    /// <exception cref="SettingException">With these settings, tokens of others than the issuer, or for others than the service, might be taken.</exception>
    private static void Refuse(JwtBearerOptions bearer, bool isHttps, IConfiguration configuration)
    {
        var tokens = bearer.TokenValidationParameters;
        if (!isHttps)
        {
            throw new SettingException($"The setting {Section}:Authority must be the https address of the issuer of tokens, and is '{bearer.Authority}'.");
        }

        if (string.IsNullOrEmpty(tokens.ValidAudience) && !tokens.ValidAudiences.Any(audience => audience != ""))
        {
            throw new SettingException($"The setting {Section}:ValidAudiences:0 is missing: the name by which tokens say that they are for this service.");
        }

        if (tokens.ValidIssuer == DevelopmentIssuer || tokens.ValidIssuers.Contains(DevelopmentIssuer) || configuration.GetSection($"{Section}:SigningKeys").Exists())
        {
            throw new SettingException($"The settings {Section}:ValidIssuers and {Section}:SigningKeys are for '{DevelopmentIssuer}', and so for Development only; remove them.");
        }
    }

    private static void Harden(JwtBearerOptions bearer, TokensOptions options)
    {
        var tokens = bearer.TokenValidationParameters;
        tokens.ValidAlgorithms = tokens.IssuerSigningKeys.Any() ? [.. Algorithms, SecurityAlgorithms.HmacSha256] : Algorithms;
        tokens.ValidateIssuer = true;
        tokens.ValidateAudience = true;
        tokens.RequireExpirationTime = true;
        tokens.RequireSignedTokens = true;
        tokens.ClockSkew = TimeSpan.FromSeconds(options.ClockSkewSeconds);
        tokens.NameClaimType = "sub";
        bearer.MapInboundClaims = false;
        bearer.SaveToken = false; // Whoever has been identified needs it no more.

        // A token with an unknown key makes the keys be read sooner, but not for every such token.
        bearer.RefreshInterval = TimeSpan.FromSeconds(Math.Max(1, options.KeyRefreshSeconds / 10));
        bearer.Events = new JwtBearerEvents { OnTokenValidated = Identify, OnChallenge = Challenge };
    }

    private static Task Identify(TokenValidatedContext context)
    {
        var subject = context.Principal?.FindFirstValue("sub");
        if (string.IsNullOrEmpty(subject))
        {
            context.Fail("The token names no subject.");
        }
#if (webapi)
        else
        {
            context.HttpContext.RequestServices.GetRequiredService<Caller>().Subject = subject;
        }
#endif

        return Task.CompletedTask;
    }

    private static async Task Challenge(JwtBearerChallengeContext context)
    {
        // While the issuer's keys are unknown no token is wrong yet, and the caller must not throw a good one away.
        if (context.AuthenticateFailure is not null && !await SigningKeys.AreKnownAsync(context.Options, context.HttpContext.RequestAborted))
        {
            context.HandleResponse();
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
    }

    // A list with spaces between (RFC 9068, section 2.2.3), or several claims, as dotnet user-jwts writes them.
    private static bool HasScope(ClaimsPrincipal user, string scope)
    {
        foreach (var claim in user.FindAll("scope"))
        {
            foreach (var range in claim.Value.AsSpan().Split(' '))
            {
                if (claim.Value.AsSpan(range).SequenceEqual(scope))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
