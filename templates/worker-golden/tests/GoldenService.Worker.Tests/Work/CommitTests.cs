namespace GoldenService.Worker.Tests;

using System;
using System.Data.Common;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using global::GoldenService.Worker.Client;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

[Trait("Checklist", "data-access")]
public sealed class CommitTests
{
    [Fact] // Fails when a webhook that was stored, and nobody heard of it, is taken for one that its source has sent before.
    public async Task A_webhook_that_was_stored_without_a_word_is_new_all_the_same()
    {
        var transactions = new Transactions();
        await using var alone = await Queue.StartWithoutWorkerAsync(replace: transactions.AddTo);
        var queue = alone.Services.GetRequiredService<MessageQueue>();

        // The first waits to be stored, and the others for the first: they share a commit.
        transactions.Hold();
        var first = queue.AcceptAsync(Queue.NewMessage(), CancellationToken.None);
        await transactions.Held;
        var others = Enumerable.Range(0, 3).Select(_ => queue.AcceptAsync(Queue.NewMessage(), CancellationToken.None)).ToList();
        transactions.LoseSecond();
        transactions.Go();

        Assert.All(await Task.WhenAll([first, .. others]), receipt => Assert.Equal(Acceptance.New, receipt.Acceptance));
    }

#if (!rabbitmq)
    [Fact] // Fails when what was claimed, and nobody heard of it, waits for the end of a lease that nobody knows of.
    public async Task What_was_claimed_without_a_word_is_handled_at_once()
    {
        var transactions = new Transactions();
        await using var alone = await Service.StartAsync(settings: new() { ["Messages:PollSeconds"] = "3600" }, replace: transactions.AddTo);
        var queue = alone.Services.GetRequiredService<MessageQueue>();
        await alone.UntilAsync(await alone.SendAsync(), MessageState.Done);

        // A message waits to be stored, and another for it, and so does the worker.
        transactions.Hold();
        var first = queue.AcceptAsync(Queue.NewMessage(), CancellationToken.None);
        await transactions.Held;
        var second = queue.AcceptAsync(Queue.NewMessage(), CancellationToken.None);
        queue.Wake();
        await Wait.Until(() => queue.ClaimingFor > TimeSpan.Zero, seconds: 10, "The worker claims nothing.");
        transactions.LoseSecond();
        transactions.Go();

        foreach (var receipt in await Task.WhenAll(first, second))
        {
            Assert.Equal(1, (await alone.UntilAsync(receipt.MessageId, MessageState.Done)).Attempts);
        }
    }

#endif
    [Fact] // Fails when webhooks are refused because an effect of the same commit fails as if the database were away.
    public async Task An_effect_that_cannot_be_committed_refuses_no_webhook()
    {
        var transactions = new Transactions();
        await using var alone = await Queue.StartWithoutWorkerAsync(replace: transactions.AddTo);
        var queue = alone.Services.GetRequiredService<MessageQueue>();
        var (lease, until) = (Guid.NewGuid(), DateTimeOffset.UtcNow.AddMinutes(1));
        var id = await alone.AddAsync(message => (message.Lease, message.DueAt) = (lease, until));

        // The first waits to be stored, and what comes meanwhile shares the next commit.
        transactions.Hold();
        var first = queue.AcceptAsync(Queue.NewMessage(), CancellationToken.None);
        await transactions.Held;
        var settled = queue.SettleAsync(new(id, lease, MessageState.Done, 1, until) { Effect = (db, cancellationToken) => db.Database.ExecuteSqlAsync($"DROP TABLE nowhere", cancellationToken) });
        var second = queue.AcceptAsync(Queue.NewMessage(), CancellationToken.None);
        transactions.Go();

        Assert.All(await Task.WhenAll(first, second), receipt => Assert.Equal(Acceptance.New, receipt.Acceptance));
        await Assert.ThrowsAnyAsync<DbException>(() => settled);
        Assert.Equal(MessageState.Pending, (await alone.MessageAsync(id)).State);
    }

    [Fact] // Fails when each webhook that was sent before has a query of its own.
    public async Task Webhooks_that_come_together_again_share_a_query()
    {
        await using var alone = await Queue.StartWithoutWorkerAsync();
        var queue = alone.Services.GetRequiredService<MessageQueue>();
        var messages = Enumerable.Range(0, 100).Select(_ => Queue.NewMessage()).ToList();
        var first = await Task.WhenAll(messages.Select(message => queue.AcceptAsync(message, CancellationToken.None)));
        using var measurements = new Measurements(alone);

        var again = await Task.WhenAll(messages.Select(message => queue.AcceptAsync(Queue.NewMessage(webhookId: message.WebhookId), CancellationToken.None)));

        Assert.Equal(first.Select(receipt => receipt with { Acceptance = Acceptance.Duplicate }), again);
        Assert.InRange(measurements.All.Count(measured => measured.Name == "db.client.operation.duration" && measured.Tags.Contains("SELECT messages", StringComparison.Ordinal)), 1, 30);
    }

    [Fact] // Fails when webhooks that cannot be stored gather in memory, or those that wait are lost.
    public async Task While_many_webhooks_wait_to_be_stored_another_is_refused_at_once()
    {
        var transactions = new Transactions();
        await using var stalled = await Queue.StartWithoutWorkerAsync(replace: transactions.AddTo);
        var queue = stalled.Services.GetRequiredService<MessageQueue>();
        transactions.Hold();
        var waiting = Enumerable.Range(0, 1024).Select(_ => queue.AcceptAsync(Queue.NewMessage(), CancellationToken.None)).ToList();

        var start = Stopwatch.GetTimestamp();
        (await stalled.Send("POST", "/v1/webhooks", System.Text.Encoding.UTF8.GetBytes(Examples.WebhookJson))).IsProblem(503);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 15);

        transactions.Go();
        Assert.All(await Task.WhenAll(waiting), receipt => Assert.Equal(Acceptance.New, receipt.Acceptance));
        Assert.Equal(202, (await stalled.Send("POST", "/v1/webhooks", System.Text.Encoding.UTF8.GetBytes(Examples.WebhookJson))).Status);
    }

    [Fact] // Fails when a request waits for the queue for longer than requests may take.
    public async Task A_webhook_that_waits_too_long_to_be_stored_is_refused_and_may_be_repeated()
    {
        var transactions = new Transactions();
        await using var stalled = await Queue.StartWithoutWorkerAsync(new() { ["Limits:RequestTimeoutSeconds"] = "1" }, transactions.AddTo);
        var (id, webhook) = (Examples.NewId(), Examples.Webhook());
        transactions.Hold();

        Assert.Equal(503, (await Assert.ThrowsAsync<ApiException<Client.Problem>>(() => stalled.Webhooks.ReceiveAsync(webhook, id)).WaitAsync(TimeSpan.FromSeconds(20))).StatusCode);

        transactions.Go();
        Assert.Equal(202, (await stalled.Webhooks.ReceiveAsync(webhook, id)).StatusCode);
    }

    /// <summary>Holds up transactions before they begin, and loses the word that one was committed.</summary>
    private sealed class Transactions : DbTransactionInterceptor
    {
        private TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TaskCompletionSource go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int untilLost;

        public Transactions() => go.SetResult();

        public Task Held => held.Task;

        public void AddTo(IServiceCollection services) => services.ConfigureDbContext<AppDbContext>(options => options.AddInterceptors(this));

        public void Hold() => go = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Go() => go.SetResult();

        public void LoseSecond() => untilLost = 2;

        public override async ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result, CancellationToken cancellationToken = default)
        {
            if (!go.Task.IsCompleted)
            {
                held.TrySetResult();
            }

            await go.Task;
            return result;
        }

        public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default) =>
            Interlocked.Decrement(ref untilLost) == 0 ? throw new InvalidOperationException("Nobody hears of it.") : Task.CompletedTask;
    }
}
