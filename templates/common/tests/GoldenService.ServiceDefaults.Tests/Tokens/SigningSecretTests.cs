namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Net;
using System.Security.Cryptography;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.IdentityModel.Tokens;
using Xunit;

[Collection(TestOrder.Waiting)]
public sealed class SigningSecretTests
{
    private const string Section = "Authentication__Schemes__Bearer__SigningKeys__0";

    /// <summary>Fails when files are not read again (Secrets.cs), or Configure in Authentication.cs keeps the keys that it has seen first.</summary>
    [Fact]
    public async Task After_the_swap_of_Kubernetes_tokens_of_the_old_secret_are_refused()
    {
        using var secrets = new MountedSecrets();
        var (old, next) = (RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(32));
        secrets.Mount("1", ($"{Section}__Value", Convert.ToBase64String(old)), ($"{Section}__Issuer", "dotnet-user-jwts"));
        await using var mounted = await Service.StartAsync(settings: new() { ["Secrets:Directory"] = secrets.Folder });
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (await StatusAsync(mounted, old), await StatusAsync(mounted, next)));

        secrets.Mount("2", ($"{Section}__Value", Convert.ToBase64String(next)), ($"{Section}__Issuer", "dotnet-user-jwts"));

        await MountedSecrets.Until(async () => await StatusAsync(mounted, next) == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(mounted, old));
        Assert.Equal(200, (await mounted.Send(Examples.Good)).Status);
        Assert.DoesNotContain(mounted.Log.All, line => line.Message.Contains(Convert.ToBase64String(next), StringComparison.Ordinal));
    }

    private static async Task<HttpStatusCode> StatusAsync(Service service, byte[] secret)
    {
        using var http = service.ClientWith(Issuer.Shared.Token(issuer: "dotnet-user-jwts", credentials: new(new SymmetricSecurityKey(secret), SecurityAlgorithms.HmacSha256)));
        using var request = Examples.Good.ToMessage();
        return (await http.SendAsync(request)).StatusCode;
    }
}
