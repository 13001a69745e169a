namespace GoldenService.Worker.Tests;

using System;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.Extensions.Logging;
using Xunit;

public sealed class BrokerTests(Service service)
{
    [Fact] // Fails when a start waits for the broker, or readiness does not see it.
    public async Task While_the_broker_is_away_the_service_is_alive_and_not_ready()
    {
        using var proxy = new BrokerProxy(isAway: true);
        await using var orphan = await Service.StartAsync(settings: new() { ["RabbitMq:Uri"] = proxy.Uri });

        Assert.Equal("There is no connection to the broker.", (await orphan.ReadinessBecomes(503)).IsProblem(503).Detail);
        Assert.Equal(200, (await orphan.Get("/health/live")).Status);

        proxy.ComeBack();
        await orphan.ReadinessBecomes(200);

        // Not for a moment either: the broker need not be there at once.
        proxy.Cut();
        Assert.Equal(200, (await orphan.Get("/health/ready")).Status);
    }

    [Fact] // Fails when the reason is not told, or a password is.
    public async Task A_user_whom_the_broker_does_not_let_in_is_told_of_without_the_password()
    {
        var uri = new UriBuilder(TestBroker.Uri) { UserName = "nobody", Password = "correct-horse" }.Uri;
        await using var refused = await Service.StartAsync(settings: new() { ["RabbitMq:Uri"] = uri.ToString() });

        await Wait.Until(() => refused.Log.All.Any(line => line.Level == LogLevel.Warning && line.Message.EndsWith("The broker does not let the user in: correct the setting RabbitMq:Uri.", StringComparison.Ordinal)), 20, "It is not told of.");

        Assert.DoesNotContain(refused.Log.All, line => (line.Message + line.Exception).Contains("correct-horse", StringComparison.Ordinal));
    }

    [Fact] // Fails when a password is read once.
    public async Task A_broker_whose_address_or_password_changes_in_the_mounted_secret_is_used()
    {
        using var proxy = new BrokerProxy(isAway: true);
        using var secrets = new MountedSecrets();
        secrets.Mount("1", ("RabbitMq__Uri", proxy.Uri));
        await using var mounted = await Service.StartAsync(settings: new() { ["Secrets:Directory"] = secrets.Folder });
        var id = await mounted.SendAsync();

        secrets.Mount("2", ("RabbitMq__Uri", TestBroker.Uri + "\n"));

        await MountedSecrets.Until(async () => (await mounted.MessageAsync(id)).State == MessageState.Done);
    }

    [Theory]
    [InlineData("RabbitMq:Uri", "correct-horse", "The setting RabbitMq:Uri must name the broker, as in 'amqps://user:<password>@host/virtual-host'.")]
    [InlineData("RabbitMq:Uri", "http://correct-horse", "The setting RabbitMq:Uri must name the broker, as in 'amqps://user:<password>@host/virtual-host'.")]
    [InlineData("RabbitMq:QueueType", "stream", "The setting RabbitMq:QueueType must be quorum or classic, and is 'stream'.")]
    [InlineData("RabbitMq:Queues", "a", "The setting RabbitMq:Queues is unknown; RabbitMq has Uri, Queue, QueueType.")]
    public async Task A_setting_that_cannot_be_ends_the_start_with_a_sentence(string name, string value, string sentence) =>
        Assert.Equal((1, sentence), await RunAsync(name, value));

    private async Task<(int Code, string Sentence)> RunAsync(string name, string value)
    {
        var (code, errors) = await RefusedStart.RunAsync(service, (name, value));
        return (code, errors.Trim());
    }
}
