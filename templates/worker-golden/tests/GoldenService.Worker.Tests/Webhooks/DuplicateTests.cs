namespace GoldenService.Worker.Tests;

using System;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using global::GoldenService.Worker.Client;
using Microsoft.EntityFrameworkCore;
using Xunit;

[Trait("Checklist", "signatures")]
public sealed class DuplicateTests(Service service)
{
    [Fact] // Fails when the answer comes before the message is stored.
    public async Task What_was_accepted_is_stored()
    {
        var (id, webhook) = (Examples.NewId(), Examples.Webhook());

        var receipt = await service.Webhooks.ReceiveAsync(webhook, id);

        var message = await service.WithDatabase(db => db.Messages.AsNoTracking().SingleAsync(message => message.Id == receipt.Result.MessageId));
        Assert.Equal((Signatures.Source, id, Examples.Type), (message.Source, message.WebhookId, message.Type));
        Assert.Contains(Examples.IdOf(webhook).ToString(), System.Text.Encoding.UTF8.GetString(message.Body), StringComparison.Ordinal);
    }

    [Fact] // Fails when a repetition is another message, or is refused.
    public async Task A_webhook_that_comes_again_is_accepted_again_and_is_the_same_message()
    {
        await using var alone = await Service.StartAsync();
        using var measurements = new Measurements(alone);
        var (id, webhook) = (Examples.NewId(), Examples.Webhook());

        var first = await alone.Webhooks.ReceiveAsync(webhook, id);
        var second = await alone.Webhooks.ReceiveAsync(webhook, id);

        Assert.Equal(first.Result.MessageId, second.Result.MessageId);
        Assert.Equal([("messages.accepted", 1), ("messages.duplicates", 1)], measurements.All.Where(measured => measured.Tags == "source=shop").Select(measured => (measured.Name, (int)measured.Value)));
    }

    [Fact] // Fails when two of a group commit, or of two, are both taken for new.
    public async Task A_webhook_that_comes_many_times_at_once_is_one_message()
    {
        var (id, webhook) = (Examples.NewId(), Examples.Webhook());

        var receipts = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => service.Webhooks.ReceiveAsync(webhook, id)));

        var messageId = Assert.Single(receipts.Select(receipt => receipt.Result.MessageId).Distinct());
        Assert.Equal(1, await service.WithDatabase(db => db.Messages.CountAsync(message => message.WebhookId == id)));
        await Wait.Until(() => service.WithDatabase(db => Examples.Effects(db).ContainsAsync(messageId)), 10, "The message was not handled.");
        Assert.Equal(1, await service.WithDatabase(db => Examples.Subjects(db).CountAsync(id => id == Examples.IdOf(webhook))));
    }

    [Fact] // Fails when the body is not looked at: the second webhook would be lost.
    public async Task An_id_that_comes_with_another_body_is_a_conflict()
    {
        await using var alone = await Service.StartAsync();
        using var measurements = new Measurements(alone);
        var id = Examples.NewId();
        await alone.Webhooks.ReceiveAsync(Examples.Webhook(), id);

        var conflict = await Assert.ThrowsAsync<ApiException<Problem>>(() => alone.Webhooks.ReceiveAsync(Examples.Webhook(), id));

        Assert.Equal((409, "The webhook-id has brought another body; a new webhook needs a new id."), (conflict.StatusCode, conflict.Result.Detail));
        Assert.Equal(("{message}", "source=shop"), await measurements.FirstAsync("messages.conflicts"));
    }

    [Fact] // Fails when each message has a commit of its own.
    public async Task Webhooks_that_come_together_share_a_commit()
    {
        await using var alone = await Service.StartAsync();
        using var measurements = new Measurements(alone);

        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => alone.Webhooks.ReceiveAsync(Examples.Webhook())));

        var commits = measurements.All.Count(measured => measured.Name == "db.client.operation.duration" && measured.Tags.Contains("INSERT messages", StringComparison.Ordinal));
        Assert.InRange(commits, 1, 100);
    }
}
