namespace GoldenService.Worker.Tests;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

[Collection(TestOrder.Waiting)]
public sealed class SourceTests(Service service)
{
    private const string Secrets = "Webhooks:Sources:shop:Secrets";

    private static readonly byte[] Body = Encoding.UTF8.GetBytes(Examples.WebhookJson);

    [Fact] // Fails when one secret is read, or the first one only is tried.
    public async Task A_source_may_have_several_secrets_at_once()
    {
        var second = Signatures.NewSecret();
        await using var rotating = await Service.StartAsync(settings: new() { [$"{Secrets}:1"] = second["whsec_".Length..] });

        Assert.Equal(202, await StatusAsync(rotating, Signatures.Secret));
        Assert.Equal(202, await StatusAsync(rotating, second));
    }

    [Fact] // Fails when secrets are read once, or an old one is kept.
    [Trait("Checklist", "secrets")]
    public async Task A_secret_that_was_replaced_is_refused_while_the_service_runs()
    {
        using var mounted = new MountedSecrets();
        var (old, next) = (Signatures.NewSecret(), Signatures.NewSecret());
        mounted.Mount("1", ("Webhooks__Sources__shop__Secrets__0", old + "\n"));
        await using var running = await Service.StartAsync(settings: new() { ["Secrets:Directory"] = mounted.Folder });
        Assert.Equal((202, 401), (await StatusAsync(running, old), await StatusAsync(running, next)));

        mounted.Mount("2", ("Webhooks__Sources__shop__Secrets__0", next));

        await MountedSecrets.Until(async () => await StatusAsync(running, next) == 202);
        Assert.Equal(401, await StatusAsync(running, old));
        Assert.DoesNotContain(running.Log.All, line => line.Message.Contains(next, StringComparison.Ordinal));
    }

    [Fact] // Fails when a secret is taken unchecked, or the log has its value.
    [Trait("Checklist", "secrets")]
    public async Task A_secret_that_cannot_be_is_not_taken_and_not_shown()
    {
        using var mounted = new MountedSecrets();
        const string weak = "whsec_d2Vhaw==";
        var secret = Signatures.NewSecret();
        mounted.Mount("1", ("Webhooks__Sources__shop__Secrets__0", secret));
        await using var running = await Service.StartAsync(settings: new() { ["Secrets:Directory"] = mounted.Folder });
        Assert.Equal(202, await StatusAsync(running, secret));

        mounted.Mount("2", ("Webhooks__Sources__shop__Secrets__0", weak));

        await MountedSecrets.Until(() => Task.FromResult(running.Log.All.Any(line => line.Message.EndsWith("The service goes on with the secrets that it had.", StringComparison.Ordinal))));
        Assert.Equal(202, await StatusAsync(running, secret));
        Assert.DoesNotContain(running.Log.All, line => line.Message.Contains(weak, StringComparison.Ordinal) || line.Message.Contains(secret, StringComparison.Ordinal));
    }

    [Fact] // Fails when an id is taken for the same whoever gave it.
    public async Task Each_source_has_ids_of_its_own()
    {
        var (other, id) = (Signatures.NewSecret(), Examples.NewId());
        await using var two = await Service.StartAsync(settings: new() { ["Webhooks:Sources:market:Secrets:0"] = other });

        Assert.Equal(202, (await two.SendUnsigned(Body, headers: Signatures.Headers(Body, id))).Status);
        Assert.Equal(202, (await two.SendUnsigned(Body, headers: Signatures.Headers(Body, id, secret: other))).Status);

        Assert.Equal(["market", "shop"], await two.WithDatabase(db => db.Messages.Where(message => message.WebhookId == id).Select(message => message.Source).Order().ToListAsync()));
    }

    [Fact] // Fails when a source without a secret lets all in, or nobody is told, be it while the service runs.
    public async Task Without_a_secret_nothing_is_accepted()
    {
        using var configuration = new ConfigurationManager();
        await using var closed = await Service.StartAsync(replace: services => services.AddSingleton(provider =>
            new WebhookSources(configuration, provider.GetRequiredService<ILogger<WebhookSources>>())));

        Assert.Equal((401, 1), (await StatusAsync(closed, Signatures.Secret), Told()));

        configuration.AddInMemoryCollection(new Dictionary<string, string?> { [$"{Secrets}:0"] = Signatures.Secret });
        Assert.Equal((202, 1), (await StatusAsync(closed, Signatures.Secret), Told()));

        ((IConfigurationBuilder)configuration).Sources.Clear();
        Assert.Equal((401, 2), (await StatusAsync(closed, Signatures.Secret), Told()));

        int Told() => closed.Log.All.Count(line => line.Message.StartsWith("No webhook will be accepted", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("AAAA", "must be at least 24 random bytes in base64")]
    [InlineData("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "must be at least 24 random bytes in base64")] // 23 of them
    [InlineData("no base64, however long it may be made", "must be at least 24 random bytes in base64")]
    [InlineData("", "must be at least 24 random bytes in base64")]
    public async Task A_secret_that_is_too_weak_is_refused_at_the_start(string secret, string sentence)
    {
        var (code, errors) = await RefusedStart.RunAsync(service, ($"{Secrets}:0", secret));

        Assert.Equal(1, code);
        Assert.StartsWith($"The setting {Secrets}:0 {sentence}", errors, StringComparison.Ordinal);
        Assert.True(secret is "" || !errors.Contains(secret, StringComparison.Ordinal), errors);
    }

    [Fact] // Fails when a webhook could be taken for another source's.
    public async Task Two_sources_with_one_secret_are_refused_at_the_start()
    {
        var secret = Signatures.NewSecret();

        var (code, errors) = await RefusedStart.RunAsync(service, ("Webhooks:Sources:a:Secrets:0", secret), ("Webhooks:Sources:b:Secrets:0", secret));

        Assert.Equal((1, "The setting Webhooks:Sources:b:Secrets:0 must be a secret of that source alone, and a has the same."), (code, errors.Trim()));
    }

    [Theory]
    [InlineData("Webhooks:Source:shop", "The setting Webhooks:Source is unknown; Webhooks has Sources.")]
    [InlineData("Webhooks:Sources:shop:Secret", "The setting Webhooks:Sources:shop:Secret is unknown; Webhooks:Sources:shop has Secrets.")]
    public async Task A_misspelt_setting_is_told_of(string setting, string sentence)
    {
        var (code, errors) = await RefusedStart.RunAsync(service, (setting, "x"));

        Assert.Equal((1, sentence), (code, errors.Trim()));
    }

    [Fact] // Fails when a source has no budget of its own, or a stranger can use it up.
    [Trait("Checklist", "rate-limits")]
    public async Task A_source_has_a_budget_that_only_signed_webhooks_use_up()
    {
        var other = Signatures.NewSecret();
        await using var limited = await Service.StartAsync(settings: new()
        {
            ["RateLimits:PerSource"] = "1",
            ["RateLimits:WindowSeconds"] = "86400",
            ["Webhooks:Sources:market:Secrets:0"] = other,
        });

        Assert.Equal(401, await StatusAsync(limited, Signatures.NewSecret()));
        Assert.Equal(202, await StatusAsync(limited, Signatures.Secret));
        var refused = (await limited.SendUnsigned(Body, headers: Signatures.Headers(Body))).IsProblem(429);
        Assert.Equal("There are too many requests from this source; try again in 86401 s.", refused.Detail);
        Assert.Equal(202, await StatusAsync(limited, other));
        Assert.Equal(200, (await limited.Get("/v1/dead-letters")).Status);
    }

    private static async Task<int> StatusAsync(Service service, string secret) =>
        (await service.SendUnsigned(Body, headers: Signatures.Headers(Body, secret: secret))).Status;
}
