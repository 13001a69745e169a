namespace GoldenService.ServiceDefaults;

using System;
using System.Linq;
using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

/// <summary>The schemes apiKey and http basic of OpenAPI, each under its name in the contract. A scheme without secrets rejects every request.</summary>
public static class KeyAuthentication
{
    /// <summary>Keys in a header.</summary>
    /// <param name="services">What the service consists of.</param>
    /// <param name="scheme">The scheme of the contract.</param>
    /// <param name="header">The header that has the key.</param>
    public static void AddHeaderKey(this IServiceCollection services, string scheme, string header) =>
        services.AddKey(scheme, "header", header, request => request.Headers[header]);

    /// <summary>Keys in the query, which is in no log then.</summary>
    /// <param name="services">What the service consists of.</param>
    /// <param name="scheme">The scheme of the contract.</param>
    /// <param name="parameter">The query parameter that has the key.</param>
    public static void AddQueryKey(this IServiceCollection services, string scheme, string parameter)
    {
        services.AddKey(scheme, "query", parameter, request => request.Query[parameter]);

        // This category logs queries, and no setting turns it on again.
        services.PostConfigure<LoggerFilterOptions>(filters =>
        {
            foreach (var provider in filters.Rules.Select(rule => rule.ProviderName).Append(null).Distinct().ToList())
            {
                filters.Rules.Add(new(provider, "Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning, filter: null));
            }
        });
    }

    /// <summary>Keys in a cookie.</summary>
    /// <param name="services">What the service consists of.</param>
    /// <param name="scheme">The scheme of the contract.</param>
    /// <param name="cookie">The cookie that has the key.</param>
    public static void AddCookieKey(this IServiceCollection services, string scheme, string cookie) =>
        services.AddKey(scheme, "cookie", cookie, request => new StringValues(request.Cookies[cookie]));

    /// <summary>Users with passwords (RFC 7617).</summary>
    /// <param name="services">What the service consists of.</param>
    /// <param name="scheme">The scheme of the contract.</param>
    public static void AddBasic(this IServiceCollection services, string scheme)
    {
        services.AddCallerKeys(new(scheme, "Users"));
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, BasicHandler>(scheme, null);
    }

    private static void AddKey(this IServiceCollection services, string scheme, string place, string name, Func<HttpRequest, StringValues> read)
    {
        services.AddCallerKeys(new(scheme, "Keys"));
        services.AddAuthentication().AddScheme<KeyOptions, KeyHandler>(scheme, key => (key.Place, key.Name, key.Read) = (place, name, read));
    }

    private static void AddCallerKeys(this IServiceCollection services, KeyScheme scheme)
    {
        services.AddSingleton(scheme);
        if (services.Any(service => service.ServiceType == typeof(CallerKeys)))
        {
            return;
        }

        services.AddSingleton<CallerKeys>();
        services.AddHostedService(provider => provider.GetRequiredService<CallerKeys>());
        services.AddAuthorization();
        services.Replace(ServiceDescriptor.Singleton<IAuthorizationMiddlewareResultHandler, CredentialsResult>());
#if (webapi)
        services.TryAddScoped<Caller>();
#endif
    }

    private sealed class KeyOptions : AuthenticationSchemeOptions
    {
        /// <summary>Where the key is: header, query or cookie.</summary>
        public string Place { get; set; } = "";

        public string Name { get; set; } = "";

        public Func<HttpRequest, StringValues> Read { get; set; } = _ => default;
    }

    private sealed class KeyHandler(IOptionsMonitor<KeyOptions> options, ILoggerFactory loggers, UrlEncoder encoder, CallerKeys keys) : CallerHandler<KeyOptions>(options, loggers, encoder)
    {
        // There is no registered name of it (RFC 9110, section 16.4.1).
        protected override string Challenge => $"ApiKey realm=\"{Quoted(Scheme.Name)}\", in=\"{Options.Place}\", name=\"{Quoted(Options.Name)}\"";

        protected override AuthenticateResult Authenticate() => Options.Read(Request) switch
        {
            [] => AuthenticateResult.NoResult(),
            [{ } key] => ResultOf(keys.Find(Scheme.Name, key)),
            _ => AuthenticateResult.Fail("There are several keys."),
        };
    }

    private sealed class BasicHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, CallerKeys keys) : CallerHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
    {
        private const string Prefix = "Basic ";

        protected override string Challenge => $"Basic realm=\"{Quoted(Scheme.Name)}\", charset=\"UTF-8\"";

        protected override AuthenticateResult Authenticate()
        {
            if (Request.Headers.Authorization is not [{ } header] || !header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            {
                return AuthenticateResult.NoResult();
            }

            var bytes = new byte[header.Length];
            return Convert.TryFromBase64String(header[Prefix.Length..].Trim(), bytes, out var length) && Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [var user, var password]
                ? ResultOf(keys.Find(Scheme.Name, password, user))
                : AuthenticateResult.Fail("There are no user and password in base64.");
        }
    }

    /// <summary>Authenticates a caller by a secret. The caller's name is the subject, as that of a token is.</summary>
    private abstract class CallerHandler<TOptions>(IOptionsMonitor<TOptions> options, ILoggerFactory loggers, UrlEncoder encoder) : AuthenticationHandler<TOptions>(options, loggers, encoder)
        where TOptions : AuthenticationSchemeOptions, new()
    {
        /// <summary>How to authenticate (RFC 9110, section 11.6.1).</summary>
        protected abstract string Challenge { get; }

        protected abstract AuthenticateResult Authenticate();

        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Authenticate());

        protected override Task HandleChallengeAsync(AuthenticationProperties properties)
        {
            Response.Headers.Append(HeaderNames.WWWAuthenticate, Challenge);

            // As long as no token can be checked: see Authentication.
            return Response.StatusCode == StatusCodes.Status503ServiceUnavailable ? Task.CompletedTask : base.HandleChallengeAsync(properties);
        }

        protected AuthenticateResult ResultOf(string? caller) => caller is null
            ? AuthenticateResult.Fail("No caller has this secret.")
            : AuthenticateResult.Success(new(new ClaimsPrincipal(new ClaimsIdentity([new("sub", caller)], Scheme.Name, "sub", roleType: null)), Scheme.Name));

        // A name in the contract may be any text, and a header takes no more than these.
        protected static string Quoted(string text) => Uri.EscapeDataString(text);
    }
}
