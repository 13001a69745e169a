namespace GoldenService.Api;

using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;

/// <summary>Who may call.</summary>
internal static class Callers
{
#if (auth == "jwt")
    private const string Scheme = "Bearer";

#endif
    public static void AddCallers(this IServiceCollection services) => services
#if (auth == "jwt")
        .AddAuthorization(options => options.DefaultPolicy = new AuthorizationPolicyBuilder(Scheme).RequireClaim("sub").Build());
#else
        .AddAuthorization(options => options.DefaultPolicy = new AuthorizationPolicyBuilder().RequireAssertion(_ => true).Build());
#endif
}
