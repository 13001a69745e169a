namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Xunit;

/// <summary>Each fails when its condition is taken out of `Refuse` in Authentication.cs.</summary>
public sealed class ProductionTests(Service service)
{
    [Theory]
    [InlineData("Authority", "http://issuer.example", "Authority must be the https address of the issuer of tokens, and is 'http://issuer.example'.")]
    [InlineData("Authority", "", "Authority must be the https address of the issuer of tokens, and is ''.")]
    [InlineData("ValidAudiences:0", "", "ValidAudiences:0 is missing")]
    [InlineData("ValidIssuer", "dotnet-user-jwts", "are for 'dotnet-user-jwts', and so for Development only")]
    [InlineData("SigningKeys:0:Value", "bm90IGEgc2VjcmV0LCBvbmx5IGEgdGVzdCBvZiBvbmU=", "are for 'dotnet-user-jwts', and so for Development only")]
    public async Task Production_does_not_start_with_a_setting_that_would_let_others_in(string setting, string value, string expected)
    {
        var (code, errors) = await RefusedStart.RunAsync(service, ($"Authentication:Schemes:Bearer:{setting}", value));

        Assert.Equal(1, code);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    /// <summary>Fails when secrets may sign, whose keys nobody may publish.</summary>
    [Theory]
    [InlineData("HS256")]
    [InlineData("none")]
    public async Task Only_algorithms_with_public_keys_can_be_set(string algorithm)
    {
        var (code, errors) = await RefusedStart.RunAsync(service, ("Tokens:Algorithms", algorithm));

        Assert.Equal(1, code);
        Assert.Equal($"The setting Tokens:Algorithms may contain only RS256, PS256, ES256, RS384, PS384, ES384, RS512, PS512, ES512, and contains '{algorithm}'.", errors.TrimEnd());
    }
}
