namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.IdentityModel.Tokens;
using Xunit;

[Trait("Checklist", "token-rotation")]
public sealed class TokenTests(Service service)
{
    private static readonly Issuer Issuer = Issuer.Shared;

    /// <summary>Each token that must be refused, with the change of Authentication.cs that would let it pass.</summary>
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

    /// <summary>Fails when only the first claim of the name is read.</summary>
    [Fact]
    public async Task Scopes_may_be_a_list_of_claims_as_dotnet_user_jwts_writes_them()
    {
        using var http = service.ClientWith(Issuer.Token(change: token => token.Claims["scope"] = ContractDocument.Current.Scopes.Prepend("openid").ToArray()));

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
