namespace GoldenService.Tests;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using Xunit;

[Trait("Checklist", "token-rotation")]
public sealed class TokenTests(Service service)
{
    private static readonly Issuer Issuer = Issuer.Shared;

    /// <summary>Each token that must be refused, with the change of Platform/Authentication.cs that would let it pass.</summary>
    private static readonly Dictionary<string, (Func<string> Token, string PassesWhen)> Refused = new()
    {
        ["expired"] = (() => Issuer.Token(expiresIn: TimeSpan.FromSeconds(-40)), "ClockSkew is the library's five minutes"),
        ["not valid yet"] = (() => Issuer.Token(expiresIn: TimeSpan.FromHours(2) + TimeSpan.FromSeconds(40)), "ClockSkew is the library's five minutes"),
        ["without an end"] = (() => Issuer.Token(change: token => token.Expires = null), "RequireExpirationTime = false"),
        ["for another audience"] = (() => Issuer.Token(audience: "billing"), "ValidateAudience = false"),
        ["of another issuer"] = (() => Issuer.Token(issuer: "https://issuer.example"), "ValidateIssuer = false"),
        ["of nobody"] = (() => Issuer.Token(subject: ""), "Identify does not ask for a subject"),
        ["unsigned"] = (Unsigned, "RequireSignedTokens = false"),
        ["signed with the public key as if it were a secret"] = (SignedWithThePublicKey, "an IssuerSigningKeyResolver that makes symmetric keys of what the issuer publishes, and no ValidAlgorithms"),
        ["signed by an algorithm that is not pinned"] = (() => Issuer.Token(credentials: new(Issuer.Key, SecurityAlgorithms.RsaSha512)), "no ValidAlgorithms"),
        ["signed with a stranger's key of the same id"] = (() => Issuer.Token(credentials: new(Issuer.NewKey(Issuer.Key.KeyId), SecurityAlgorithms.RsaSha256)), "a SignatureValidator that only reads the token"),
        ["with other claims than were signed"] = (Tampered, "a SignatureValidator that only reads the token"),
        ["that is none"] = (() => "e30.e30.e30", "no fallback policy and no policies of scopes"),
    };

    public static TheoryData<string, string> RefusedTokens => [.. Refused.Select(token => (token.Key, token.Value.PassesWhen))];

    [Theory]
    [MemberData(nameof(RefusedTokens))]
    public async Task A_token_is_refused(string which, string passesWhen)
    {
        Assert.NotEmpty(passesWhen);
        using var http = service.ClientWith(Refused[which].Token());

        using var request = Examples.Good.ToMessage();
        using var response = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer", Assert.Single(response.Headers.WwwAuthenticate).Scheme);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    /// <summary>Fails when the fallback policy is removed, or AllowAnonymous is added to an endpoint.</summary>
    [Fact]
    public async Task Without_a_token_there_is_nothing_but_health()
    {
        await using var production = await Service.StartAsync("Production");
        using var http = production.ClientWith(null);
        var endpoints = production.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

        var answers = new List<string>();
        foreach (var path in endpoints.Select(PathOf).Append("/").Append("/v1/nothing").Append("/docs/index.html").Distinct())
        {
            using var response = await http.GetAsync(new Uri(path, UriKind.Relative));
            answers.Add($"{path} {(int)response.StatusCode}");
        }

        Assert.Equal(["/health/live 200", "/health/ready 503"], answers.Where(answer => !answer.EndsWith(" 401", StringComparison.Ordinal)).Order());
        Assert.True(answers.Count > 5 + ContractDocument.Current.Operations.Select(operation => operation.Path).Distinct().Count());
    }

    /// <summary>Fails when a policy does not look at the scopes, or a `.RequireAuthorization` of Generated/Operations.cs names another scope than the contract.</summary>
    [Fact]
    public async Task An_operation_is_for_tokens_with_its_scope_only()
    {
        var operations = service.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .OfType<RouteEndpoint>()
            .Select(endpoint => (Endpoint: endpoint, Scopes: endpoint.Metadata.OfType<IAuthorizeData>().Select(data => data.Policy!).ToList()))
            .Where(operation => operation.Scopes.Count > 0)
            .ToList();
        Assert.NotEmpty(operations);

        foreach (var (endpoint, scopes) in operations)
        {
            var others = string.Join(' ', Contract.Scopes.Except(scopes).Concat(scopes.Select(scope => $"{scope}s")).Append("openid"));
            Assert.Equal(403, await StatusOf(endpoint, Issuer.Token(scope: others)));
            Assert.Equal(403, await StatusOf(endpoint, Issuer.Token(scope: null)));
            Assert.Equal(403, await StatusOf(endpoint, Issuer.Token(scope: string.Join(' ', scopes).ToUpperInvariant())));
            Assert.NotInRange(await StatusOf(endpoint, Issuer.Token(scope: string.Join(' ', scopes.Append("openid")))), 401, 403);
        }
    }

    /// <summary>Fails when only the first claim of the name is read.</summary>
    [Fact]
    public async Task Scopes_may_be_a_list_of_claims_as_dotnet_user_jwts_writes_them()
    {
        using var http = service.ClientWith(Issuer.Token(change: token => token.Claims["scope"] = Contract.Scopes.Prepend("openid").ToArray()));

        using var request = Examples.Good.ToMessage();
        Assert.Equal(HttpStatusCode.OK, (await http.SendAsync(request)).StatusCode);
    }

    /// <summary>Fails when an algorithm is taken out of the list.</summary>
    [Theory]
    [InlineData(SecurityAlgorithms.RsaSha256)]
    [InlineData(SecurityAlgorithms.RsaSsaPssSha256)]
    public async Task A_token_may_be_signed_by_any_of_the_pinned_algorithms(string algorithm)
    {
        using var http = service.ClientWith(Issuer.Token(credentials: new(Issuer.Key, algorithm)));

        using var request = Examples.Good.ToMessage();
        Assert.Equal(HttpStatusCode.OK, (await http.SendAsync(request)).StatusCode);
    }

    private static string PathOf(RouteEndpoint endpoint) =>
        "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(segment => segment.Parts[0] is Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal ? literal.Content : Guid.NewGuid().ToString()));

    private async Task<int> StatusOf(RouteEndpoint endpoint, string token)
    {
        using var request = new HttpRequestMessage(new HttpMethod(endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods[0]), PathOf(endpoint));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await service.Http.SendAsync(request);
        return (int)response.StatusCode;
    }

    private static string Unsigned() =>
        $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}.{Issuer.Token().Split('.')[1]}.";

    private static string SignedWithThePublicKey()
    {
        var key = Encoding.UTF8.GetBytes(Issuer.Key.Rsa.ExportSubjectPublicKeyInfoPem());
        var unsigned = $"{Base64UrlEncoder.Encode($$"""{"alg":"HS256","typ":"JWT","kid":"{{Issuer.Key.KeyId}}"}""")}.{Issuer.Token().Split('.')[1]}";
        return $"{unsigned}.{Base64UrlEncoder.Encode(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(unsigned)))}";
    }

    private static string Tampered()
    {
        var (mine, hers) = (Issuer.Token("me").Split('.'), Issuer.Token("her").Split('.'));
        return $"{mine[0]}.{hers[1]}.{mine[2]}";
    }
}
