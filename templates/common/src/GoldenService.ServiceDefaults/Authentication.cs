namespace GoldenService.ServiceDefaults;

using System;
using System.Collections.Generic;
using System.ComponentModel.DataAnnotations;
using System.Linq;
using System.Net.Http;
using System.Text.Json;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
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

    /// <summary>The algorithms of signatures, by their names in RFC 7518, section 3.1. Without any: RS256, PS256 and ES256.</summary>
    public string[] Algorithms { get; set; } = [];
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

    // RFC 8725, section 3.1: the service says which algorithms there are, never the token. A key that is published must be no secret.
    private static readonly string[] DefaultAlgorithms = ["RS256", "PS256", "ES256"];
    private static readonly string[] Algorithms = [.. DefaultAlgorithms, "RS384", "PS384", "ES384", "RS512", "PS512", "ES512"];

    // RFC 9068, section 4, and RFC 7519, section 5.1: no other kind of token, such as an ID token that says so, is an access token.
    private static readonly string[] Types = ["at+jwt", "application/at+jwt", "JWT"];

    /// <param name="services">What the service consists of.</param>
    /// <param name="scopes">The scopes of the contract.</param>
    public static void AddBearerTokens(this IServiceCollection services, IEnumerable<string> scopes)
    {
        services.AddSettings<TokensOptions>("Tokens");
        services.AddOptions<TokensOptions>().PostConfigure(Check);
#if (webapi)
        services.AddScoped<Caller>();
#endif
        services.AddSingleton<KnownIssuer>();
        services.AddHostedService<SigningKeys>();
        services.AddHealthChecks().AddCheck<SigningKeysCheck>("tokens");

        // The framework would wait for the issuer for a minute, and each reading of the keys would be two traces.
        services.Configure<JwtBearerOptions>(Scheme, bearer =>
        {
            bearer.BackchannelTimeout = TimeSpan.FromSeconds(10);
            bearer.BackchannelHttpHandler = new SocketsHttpHandler { ActivityHeadersPropagator = null };
        });
        services.AddAuthentication(Scheme).AddJwtBearer();

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
            .PostConfigure<KnownIssuer>((bearer, issuer) => bearer.ConfigurationManager = bearer.ConfigurationManager is null ? null : issuer)
            .ValidateOnStart();

        var authorization = services.AddAuthorizationBuilder();
        authorization.AddFallbackPolicy("token", policy => policy.RequireAuthenticatedUser());
        foreach (var scope in scopes)
        {
            authorization.AddPolicy(scope, policy => policy.RequireAssertion(context => Credentials.HasScope(context.User, scope)));
        }
    }

    private static void Check(TokensOptions options)
    {
        if (options.Algorithms.FirstOrDefault(algorithm => !Algorithms.Contains(algorithm)) is { } unknown)
        {
            throw new SettingException($"The setting Tokens:Algorithms may contain only {string.Join(", ", Algorithms)}, and contains '{unknown}'.");
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
        var algorithms = options.Algorithms is [] ? DefaultAlgorithms : options.Algorithms;
        tokens.ValidAlgorithms = tokens.IssuerSigningKeys.Any() ? [.. algorithms, SecurityAlgorithms.HmacSha256] : algorithms;
        tokens.TypeValidator = (type, _, _) => string.IsNullOrEmpty(type) || Types.Contains(type, StringComparer.OrdinalIgnoreCase)
            ? type
            : throw new SecurityTokenInvalidTypeException($"The token is no access token: its type is not one of {string.Join(", ", Types)}.");
        tokens.ValidateIssuer = true;
        tokens.ValidateAudience = true;
        tokens.IgnoreTrailingSlashWhenValidatingAudience = false;
        tokens.RequireExpirationTime = true;
        tokens.RequireSignedTokens = true;
        tokens.ClockSkew = TimeSpan.FromSeconds(options.ClockSkewSeconds);
        tokens.AuthenticationType = Scheme;
        tokens.NameClaimType = "sub";
        bearer.MapInboundClaims = false;
        bearer.SaveToken = false; // Whoever has been identified needs it no more.
        bearer.Events = new JwtBearerEvents { OnTokenValidated = Identify, OnChallenge = Challenge };
    }

    private static Task Identify(TokenValidatedContext context)
    {
        var token = (JsonWebToken)context.SecurityToken;
        if (token.TryGetHeaderValue<object>("crit", out _))
        {
            // RFC 7515, section 4.1.11: such headers must be understood, and none is here.
            context.Fail("The token has critical headers.");
        }
        else if (SubjectOf(token) is not { } subject)
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

    /// <summary>A string of at most 255 characters (OpenID Connect Core 1.0, section 2), which a database can store; the library takes the number 5 for "5".</summary>
    private static string? SubjectOf(JsonWebToken token)
    {
        using var claims = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(token.EncodedPayload));
        return claims.RootElement.TryGetProperty("sub", out var claim) && claim.ValueKind == JsonValueKind.String
            && claim.GetString() is { Length: >= 1 and <= 255 } subject && !subject.Any(char.IsControl)
            ? subject
            : null;
    }

    private static Task Challenge(JwtBearerChallengeContext context)
    {
        // While the issuer's keys are unknown no token is wrong yet, and the caller must not throw a good one away.
        if (context.AuthenticateFailure is not null && context.Options.ConfigurationManager is KnownIssuer { IsKnown: false })
        {
            context.HandleResponse();
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }

        // The library quotes the token, and a header takes no more than these characters (RFC 6750, section 3).
        if (context.ErrorDescription?.Any(character => character is < ' ' or > '~' or '"' or '\\') is true)
        {
            context.ErrorDescription = null;
        }

        return Task.CompletedTask;
    }
}
