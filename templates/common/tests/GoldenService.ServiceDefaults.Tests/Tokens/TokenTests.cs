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
        ["for an audience with a slash more"] = (() => Issuer.Token(audience: Issuer.Audience + "/"), "IgnoreTrailingSlashWhenValidatingAudience"),
        ["of nobody"] = (() => Issuer.Token(subject: ""), "SubjectOf does not ask for a subject"),
        ["of a number"] = (() => Issuer.Token(change: token => token.Claims["sub"] = 5), "SubjectOf takes the subject that the library has read"),
        ["of a subject that a database cannot store"] = (() => Issuer.Token(subject: "a\0b"), "SubjectOf takes control characters"),
        ["of a subject that is no text"] = (() => Signed("""{"sub":"\ud800"}"""), "the library reads what is no Unicode"),
        ["of a subject that is too long"] = (() => Issuer.Token(subject: new string('a', 256)), "SubjectOf has no limit"),
        ["that is for signing in"] = (() => Issuer.Token(change: token => token.TokenType = "id+jwt"), "no TypeValidator"),
        ["with critical headers"] = (() => Issuer.Token(change: token => token.AdditionalHeaderClaims = new Dictionary<string, object> { ["crit"] = new[] { "exp" } }), "Identify does not look at crit"),
        ["with critical headers that are null"] = (() => Signed("{}", ""","crit":null"""), "Identify looks at the value of crit"),
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

    /// <summary>Fails when one of these forms is not read: RFC 9068, Entra ID, Okta.</summary>
    [Theory]
    [InlineData("scope", false)]
    [InlineData("scope", true)]
    [InlineData("scp", false)]
    [InlineData("scp", true)]
    public async Task Scopes_are_read_from_each_claim_that_issuers_use(string claim, bool isList)
    {
        string[] scopes = ["openid", .. ContractDocument.Current.Scopes];
        using var http = service.ClientWith(Issuer.Token(scope: null, change: token => token.Claims[claim] = isList ? scopes : string.Join(' ', scopes)));

        using var request = Examples.Good.ToMessage();
        Assert.Equal(HttpStatusCode.OK, (await http.SendAsync(request)).StatusCode);
    }

    /// <summary>Fails when a type is taken out of the list, or a token must have one.</summary>
    [Theory]
    [InlineData("at+jwt")]
    [InlineData("application/at+jwt")]
    [InlineData("jwt")]
    [InlineData(null)]
    public async Task A_token_may_be_of_each_type_that_access_tokens_have(string? type)
    {
        using var http = service.ClientWith(Signed("{}", type is null ? "" : $",\"typ\":\"{type}\""));

        using var request = Examples.Good.ToMessage();
        Assert.Equal(HttpStatusCode.OK, (await http.SendAsync(request)).StatusCode);
    }

    /// <summary>Fails when the limit of the subject is lower.</summary>
    [Fact]
    public async Task A_subject_may_have_255_characters()
    {
        using var http = service.ClientWith(Issuer.Token(subject: new string('ß', 255)));

        using var request = Examples.WithBody(Examples.Body).ToMessage();
        Assert.Equal(HttpStatusCode.Created, (await http.SendAsync(request)).StatusCode);
    }

    /// <summary>Fails when what the token says goes into a header as it is: that would be 500, or another parameter.</summary>
    [Theory]
    [InlineData("für andere")]
    [InlineData("a\nb")]
    [InlineData("a\", error=\"none")]
    public async Task What_a_token_says_breaks_no_header(string issuer)
    {
        using var http = service.ClientWith(Issuer.Token(issuer: issuer));

        using var request = Examples.Good.ToMessage();
        using var response = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer error=\"invalid_token\"", Assert.Single(response.Headers.GetValues("WWW-Authenticate")));
    }

    /// <summary>Fails when Tokens:Algorithms is not read, or is added to the default.</summary>
    [Fact]
    public async Task Algorithms_are_a_setting()
    {
        await using var other = await Service.StartAsync(settings: new() { ["Tokens:Algorithms"] = "RS512" });
        using var named = other.ClientWith(Issuer.Token(credentials: new(Issuer.Key, SecurityAlgorithms.RsaSha512)));
        using var others = other.ClientWith(Issuer.Token());

        using var first = Examples.Good.ToMessage();
        Assert.Equal(HttpStatusCode.OK, (await named.SendAsync(first)).StatusCode);
        using var second = Examples.Good.ToMessage();
        Assert.Equal(HttpStatusCode.Unauthorized, (await others.SendAsync(second)).StatusCode);
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

    /// <summary>A token in good order but for these claims and headers, as they stand: the library would not write all of them.</summary>
    private static string Signed(string claims, string headers = "")
    {
        var payload = Base64UrlEncoder.Decode(Issuer.Token().Split('.')[1]).TrimEnd('}') + (claims is "{}" ? "}" : $",{claims[1..]}");
        var unsigned = $"{Base64UrlEncoder.Encode($"{{\"alg\":\"RS256\",\"kid\":\"{Issuer.Key.KeyId}\"{headers}}}")}.{Base64UrlEncoder.Encode(payload)}";
        return $"{unsigned}.{Base64UrlEncoder.Encode(Issuer.Key.Rsa.SignData(Encoding.ASCII.GetBytes(unsigned), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
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
