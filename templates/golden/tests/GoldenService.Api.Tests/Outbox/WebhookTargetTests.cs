namespace GoldenService.Api.Tests;

using System;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.Extensions.Logging;
using Xunit;

[Trait("Checklist", "secrets")]
public sealed class WebhookTargetTests(Service service)
{
    [Fact] // Fails when one secret signs, or secrets are read once.
    public async Task All_secrets_sign_so_that_they_can_be_replaced_one_after_the_other()
    {
        var next = WebhookReceiver.NewSecret();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var sending = await receiver.StartServiceAsync(("Worker:Secrets:1", next));

        await sending.AddToOutboxAsync();
        await receiver.HasReceivedAsync(1);
        Assert.Equal(receiver.All[0].SignedWith(receiver.Secret, next), receiver.All[0].Signature);

        sending.Change("Worker:Secrets:0", next);
        await sending.AddToOutboxAsync();
        await receiver.HasReceivedAsync(2);
        Assert.Equal(receiver.All[1].SignedWith(next, next), receiver.All[1].Signature);
    }

    [Fact] // Fails when an unusable secret is taken, ends delivery, or is shown.
    public async Task A_secret_that_cannot_be_is_not_taken_and_not_shown()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var sending = await receiver.StartServiceAsync();

        sending.Change("Worker:Secrets:0", "weak-0815");
        await sending.AddToOutboxAsync();
        await receiver.HasReceivedAsync(1);

        Assert.Equal(receiver.All[0].SignedWith(receiver.Secret), receiver.All[0].Signature);
        Assert.All(sending.Log.All.Where(line => line.Level == LogLevel.Error), line => Assert.EndsWith("The service goes on with the address and the secrets that it had.", line.Message, StringComparison.Ordinal));
        Assert.Contains(sending.Log.All, line => line.Level == LogLevel.Error);
        Assert.DoesNotContain(sending.Log.All, line => line.Message.Contains("0815", StringComparison.Ordinal) || line.Message.Contains(receiver.Secret, StringComparison.Ordinal));
    }

    [Fact] // Fails when the service does not run without a worker on the machine of a developer, or loses what the worker is to learn.
    public async Task In_Development_there_need_not_be_a_worker()
    {
        await using var alone = await Service.StartAsync(settings: new() { ["Worker:BaseAddress"] = "", ["Outbox:Concurrency"] = "8" }, ownDatabase: true);

        var order = (await alone.Orders.CreateOrderAsync(Examples.NewKey(), Examples.Draft())).Result;

        Assert.Single(await alone.OutboxAsync(order.Id));
        Assert.Single(alone.Log.All, line => line.Message.StartsWith("Webhooks are kept and not delivered: ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Worker:BaseAddress", "", "The setting Worker:BaseAddress must be the http or https URL of the worker, without user, query and fragment.")]
    [InlineData("Worker:BaseAddress", "ftp://worker", "The setting Worker:BaseAddress must be the http or https URL of the worker, without user, query and fragment.")]
    [InlineData("Worker:BaseAddress", "https://user@worker", "The setting Worker:BaseAddress must be the http or https URL of the worker, without user, query and fragment.")]
    [InlineData("Worker:Secrets:0", "AAAA", "The setting Worker:Secrets:0 must be at least 24 random bytes in base64, with whsec_ before them or without; 'openssl rand -base64 32' makes one.")]
    [InlineData("Worker:Address", "x", "The setting Worker:Address is unknown; Worker has BaseAddress, Secrets.")]
    [InlineData("Outbox:LeaseSeconds", "15", "The setting Outbox:LeaseSeconds must be at least twice Outbox:TimeoutSeconds: another process would deliver what is being delivered.")]
    public async Task A_setting_that_cannot_be_ends_the_start_with_a_sentence(string setting, string value, string sentence)
    {
        var (code, errors) = await RefusedStart.RunAsync(service, (setting, value));

        Assert.Equal((1, sentence), (code, errors.Trim()));
    }
}
