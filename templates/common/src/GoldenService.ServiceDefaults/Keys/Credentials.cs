namespace GoldenService.ServiceDefaults;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Claims;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

/// <summary>Operations that require other credentials than one token: a policy for each, with its authentication schemes.</summary>
public static class Credentials
{
    /// <summary>Requires all of these schemes.</summary>
    public static IEndpointConventionBuilder RequireCredentials(this IEndpointConventionBuilder operation, params string[] schemes) =>
        operation.RequireCredentials([.. schemes.Select(scheme => (scheme, Array.Empty<string>()))]);

    /// <summary>Requires all schemes of one of the alternatives, tokens with their scopes. An empty alternative makes the others optional.</summary>
    public static IEndpointConventionBuilder RequireCredentials(this IEndpointConventionBuilder operation, params IReadOnlyList<(string Scheme, string[] Scopes)>[] alternatives)
    {
        // The framework puts the identity of the last scheme first.
        var schemes = alternatives.SelectMany(alternative => alternative).Select(one => one.Scheme).Distinct().Reverse();
        return operation.RequireAuthorization(new AuthorizationPolicy([new CredentialsRequirement(alternatives)], schemes));
    }

    /// <summary>Authenticates by the schemes of the operation, as authorization does later; a result is kept for the request.</summary>
    internal static async Task AuthenticateAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<AuthorizationPolicy>() is { AuthenticationSchemes.Count: > 0 } policy)
        {
            await context.RequestServices.GetRequiredService<IPolicyEvaluator>().AuthenticateAsync(policy, context);
        }
    }

    /// <summary>Whether a token has a scope. Scopes are one text with spaces between (RFC 9068, section 2.2.3) or several; some issuers call them scp.</summary>
    internal static bool HasScope(ClaimsPrincipal user, string scope)
    {
        foreach (var claim in user.Claims)
        {
            if (claim.Type is not ("scope" or "scp"))
            {
                continue;
            }

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

/// <summary>What <see cref="Credentials.RequireCredentials"/> requires.</summary>
internal sealed class CredentialsRequirement(IReadOnlyList<(string Scheme, string[] Scopes)>[] alternatives) : AuthorizationHandler<CredentialsRequirement>, IAuthorizationRequirement
{
    /// <summary>Whether the caller has shown all schemes of an alternative.</summary>
    public bool AreShown(ClaimsPrincipal user) => alternatives.Any(alternative => alternative.All(one => IdentityOf(user, one.Scheme) is not null));

    /// <summary>The alternatives as text: scheme scope + scheme | scheme.</summary>
    public override string ToString() => string.Join(" | ", alternatives.Select(alternative => string.Join(" + ", alternative.Select(one => string.Join(' ', one.Scopes.Prepend(one.Scheme))))));

    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, CredentialsRequirement requirement)
    {
        var alternative = requirement.Satisfied(context.User);
        if (alternative is not null)
        {
            context.Succeed(requirement);
        }
#if (webapi)

        if (alternative is [var first, ..] && context.Resource is HttpContext request)
        {
            request.RequestServices.GetRequiredService<Caller>().Subject = IdentityOf(context.User, first.Scheme)!.FindFirst("sub")!.Value;
        }
#endif

        return Task.CompletedTask;
    }

    private IReadOnlyList<(string Scheme, string[] Scopes)>? Satisfied(ClaimsPrincipal user) =>
        alternatives.FirstOrDefault(alternative => alternative.All(one => IdentityOf(user, one.Scheme) is not null && one.Scopes.All(scope => Credentials.HasScope(user, scope))));

    private static ClaimsIdentity? IdentityOf(ClaimsPrincipal user, string scheme) => user.Identities.FirstOrDefault(identity => identity.AuthenticationType == scheme);
}

/// <summary>Responds with 401 where a scheme is missing; the framework takes one of several for enough, and responds with 403.</summary>
internal sealed class CredentialsResult : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler framework = new();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        var isIncomplete = authorizeResult.Forbidden && policy.Requirements.OfType<CredentialsRequirement>().Any(required => !required.AreShown(context.User));
        return framework.HandleAsync(next, context, policy, isIncomplete ? PolicyAuthorizationResult.Challenge() : authorizeResult);
    }
}
