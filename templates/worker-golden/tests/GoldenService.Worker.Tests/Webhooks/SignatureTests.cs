namespace GoldenService.Worker.Tests;

using System;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

[Trait("Checklist", "signatures")]
public sealed class SignatureTests(Service service)
{
    private static readonly byte[] Body = Encoding.UTF8.GetBytes(Examples.WebhookJson);

    [Fact]
    public async Task A_webhook_that_its_source_has_signed_is_accepted() =>
        Assert.Equal(202, (await service.SendUnsigned(Body, headers: Signatures.Headers(Body))).Status);

    [Fact] // Fails when the bytes that were signed are read as JSON whatever their encoding.
    public async Task A_signed_webhook_with_an_encoding_is_415()
    {
        var answer = (await service.SendUnsigned(Body, headers: [.. Signatures.Headers(Body), ("Content-Encoding", "gzip")])).IsProblem(415);

        Assert.Equal("identity", answer.Headers.GetValues("Accept-Encoding").Single());
    }

    [Theory] // Fails when one part is not signed, a header may be missing, or the answer tells which it was.
    [InlineData("webhook-id", null)]
    [InlineData("webhook-id", "")]
    [InlineData("webhook-id", "msg_other")]
    [InlineData("webhook-timestamp", null)]
    [InlineData("webhook-timestamp", "")]
    [InlineData("webhook-timestamp", "yesterday")]
    [InlineData("webhook-timestamp", "-1")]
    [InlineData("webhook-timestamp", "1674087231")]
    [InlineData("webhook-timestamp", "99999999999999999999")]
    [InlineData("webhook-signature", null)]
    [InlineData("webhook-signature", "")]
    [InlineData("webhook-signature", "v1,")]
    [InlineData("webhook-signature", "v1,AAAA")]
    [InlineData("webhook-signature", "v1,=not base64=")]
    [InlineData("webhook-signature", "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public async Task What_is_not_signed_is_refused_and_not_told_why(string name, string? value)
    {
        var headers = Signatures.Headers(Body).Where(header => header.Name != name);
        (string, string)[] changed = value is null ? [.. headers] : [.. headers, (name, value)];

        IsRefused(await service.SendUnsigned(Body, headers: changed));
    }

    [Fact]
    public async Task Another_body_is_refused() =>
        IsRefused(await service.SendUnsigned([.. Body, (byte)' '], headers: Signatures.Headers(Body)));

    [Fact]
    public async Task Another_secret_is_refused() =>
        IsRefused(await service.SendUnsigned(Body, headers: Signatures.Headers(Body, secret: Signatures.NewSecret())));

    [Fact] // Fails when the signature is taken for one of a version that it is not.
    public async Task A_signature_of_another_version_is_refused()
    {
        var headers = Signatures.Headers(Body);

        IsRefused(await service.SendUnsigned(Body, headers: [headers[0], headers[1], ("webhook-signature", headers[2].Value.Replace("v1,", "v1a,", StringComparison.Ordinal))]));
    }

    [Fact]
    public async Task A_header_that_is_given_twice_is_refused()
    {
        var headers = Signatures.Headers(Body);

        IsRefused(await service.SendUnsigned(Body, headers: [.. headers, headers[0]]));
    }

    [Fact]
    public async Task One_of_several_signatures_is_enough()
    {
        var headers = Signatures.Headers(Body);
        var several = $"v1a,AAAA v1,{Signatures.Sign(Body, "other", "0")} {headers[2].Value} v2,";

        Assert.Equal(202, (await service.SendUnsigned(Body, headers: [headers[0], headers[1], ("webhook-signature", several)])).Status);
    }

    [Theory] // Fails when a body is parsed, or its type looked at, before it is known who sent it.
    [InlineData("{", "application/json", 400)]
    [InlineData("{}", "application/json", 400)]
    [InlineData("", "application/json", 400)]
    [InlineData("{}", "text/plain", 415)]
    public async Task Not_signed_comes_before_all_that_is_wrong_with_a_body(string text, string contentType, int status)
    {
        var body = Encoding.UTF8.GetBytes(text);

        IsRefused(await service.SendUnsigned(body, contentType));
        IsRefused(await service.SendUnsigned(body, contentType, Signatures.Headers(Body)));
        Assert.Equal(status, (await service.SendUnsigned(body, contentType, Signatures.Headers(body))).Status);
    }

    [Fact] // Fails when a body is read as far as it goes before anybody looks how large it is.
    public async Task A_body_that_is_too_large_is_not_read()
    {
        await using var small = await Service.StartAsync(settings: new() { ["Limits:MaxBodyBytes"] = "1000" });
        byte[] body = [.. Enumerable.Repeat((byte)' ', 1001)];

        (await small.SendUnsigned(body, headers: Signatures.Headers(body))).IsProblem(413);
        IsRefused(await small.SendUnsigned(body));
        Assert.Equal(202, (await small.SendUnsigned(Body, headers: Signatures.Headers(Body))).Status);
    }

    [Theory] // Fails when the window is another, or has one end only.
    [InlineData(-301, 401)]
    [InlineData(-300, 202)]
    [InlineData(300, 202)]
    [InlineData(301, 401)]
    public async Task A_signature_holds_five_minutes_either_way(int seconds, int status)
    {
        var now = DateTimeOffset.UtcNow;
        await using var still = await Service.StartAsync(replace: services => services.AddSingleton<TimeProvider>(new StillTime(now)));

        Assert.Equal(status, (await still.SendUnsigned(Body, headers: Signatures.Headers(Body, at: now.AddSeconds(seconds)))).Status);
    }

    private static void IsRefused(Answer answer)
    {
        answer.IsProblem(401);
        Assert.Equal("The webhook must be signed with a secret of its source, not longer ago than five minutes (Standard Webhooks).", answer.Detail);
        Assert.Equal("Webhook-Signature", answer.Headers.WwwAuthenticate.ToString());
    }

    private sealed class StillTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
