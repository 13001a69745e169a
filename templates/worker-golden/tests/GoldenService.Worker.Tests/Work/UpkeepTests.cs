namespace GoldenService.Worker.Tests;

using System;
using System.Diagnostics.Metrics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

[Trait("Checklist", "data-access")]
public sealed class UpkeepTests
{
    [Fact] // Fails when messages are kept for ever, or one that is not done is forgotten.
    public async Task Messages_that_are_long_done_are_forgotten_and_no_others()
    {
        await using var service = await Queue.StartWithoutWorkerAsync(new() { ["Messages:KeepDays"] = "7" });
        DateTimeOffset Ago(double days) => DateTimeOffset.UtcNow.AddDays(-days);
        var old = await service.AddAsync(message => (message.State, message.DueAt) = (MessageState.Done, Ago(7.01)));
        var recent = await service.AddAsync(message => (message.State, message.DueAt) = (MessageState.Done, Ago(6.99)));
        var dead = await service.AddAsync(message => (message.State, message.DueAt) = (MessageState.Dead, Ago(8)));
        var pending = await service.AddAsync(message => message.DueAt = Ago(8));

        Assert.Equal(1, await service.Services.GetRequiredService<MessageUpkeep>().PurgeAsync(CancellationToken.None));

        Assert.Equal(new[] { recent, dead, pending }.Order(), (await service.WithDatabase(db => db.Messages.Select(message => message.Id).ToListAsync())).Order());
    }

    [Fact] // Fails when the length of the queue is not measured.
    public async Task The_queue_is_measured()
    {
        await using var service = await Queue.StartWithoutWorkerAsync();
        using var measurements = new Measurements(service);
        await service.AddAsync(message => message.DueAt = DateTimeOffset.UtcNow.AddSeconds(-100));
        await service.AddAsync();
        await service.AddAsync(message => message.State = MessageState.Done);

        await service.Services.GetRequiredService<MessageUpkeep>().MeasureAsync(CancellationToken.None);

        Assert.Equal(("messages.pending", 2d), measurements.All.Where(measured => measured.Name == "messages.pending").Select(measured => (measured.Name, measured.Value)).Single());
        Assert.InRange(measurements.All.Single(measured => measured.Name == "messages.oldest.age").Value, 100, 130);
    }

    [Fact] // Fails when CPU time is not that of the interval, is not shared among its attempts, or is told where there were none.
    public void Cpu_time_and_what_it_costs_are_told_by_attempt()
    {
        using var provider = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = provider.GetRequiredService<IMeterFactory>();
        using var measurements = new Measurements(meters);
        var sources = new WebhookSources(new ConfigurationBuilder().Build(), NullLogger<WebhookSources>.Instance);
        var metrics = new MessagesMetrics(meters, new("system", "messages"), [], sources, Options.Create(new MessagesOptions { PricePerCpuSecond = 0.25 }));

        metrics.Processed(Examples.Type, TimeSpan.Zero, exception: null);
        metrics.CpuUsed(TimeSpan.FromSeconds(100));
        measurements.Observe();
        Assert.Empty(OfCpu(measurements));

        metrics.Processed(Examples.Type, TimeSpan.Zero, exception: null);
        metrics.Processed(Examples.Type, TimeSpan.Zero, new TimeoutException());
        metrics.CpuUsed(TimeSpan.FromSeconds(101));
        measurements.Observe();
        (string, string?, double)[] expected = [("messages.cost", "1", 0.125), ("messages.cpu.time", "s", 0.5)];
        Assert.Equal(expected, OfCpu(measurements));

        metrics.CpuUsed(TimeSpan.FromSeconds(102));
        measurements.Observe();
        Assert.Equal(expected, OfCpu(measurements));
    }

    [Fact] // Fails when the upkeep does not measure CPU time, or a cost is told that nobody has set a price for.
    public async Task Cpu_time_is_measured_and_without_a_price_it_costs_nothing()
    {
        await using var service = await Service.StartAsync();
        using var measurements = new Measurements(service);
        var upkeep = service.Services.GetRequiredService<MessageUpkeep>();

        await upkeep.MeasureAsync(CancellationToken.None);
        await service.UntilAsync(await service.SendAsync(), MessageState.Done);
        await upkeep.MeasureAsync(CancellationToken.None);

        measurements.Observe();
        var (name, unit, seconds) = Assert.Single(OfCpu(measurements));
        Assert.Equal(("messages.cpu.time", "s"), (name, unit));
        Assert.InRange(seconds, 0.000_001, 100);
    }

    private static (string Name, string? Unit, double Value)[] OfCpu(Measurements measurements) =>
        [.. measurements.All.Where(measured => measured.Name is "messages.cost" or "messages.cpu.time").Select(measured => (measured.Name, measured.Unit, measured.Value)).OrderBy(measured => measured.Name)];
}
