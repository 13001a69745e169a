namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

[Collection(TestOrder.Waiting)]
public sealed class HealthTests(Service service)
{
    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task A_service_that_works_is_alive_and_ready(string path)
    {
        var answer = await service.Get(path);

        Assert.Equal((200, "Healthy"), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task Without_its_migrations_the_service_is_alive_and_not_ready_and_fails_with_503()
    {
        await using var bare = await Service.StartAsync("Production", ownDatabase: true);
        Assert.Contains("lacks migrations", (await bare.Get("/health/ready")).IsProblem(503).Detail, StringComparison.Ordinal);
        (await bare.Send(Examples.Good)).IsProblem(503);
        Assert.Equal(200, (await bare.Get("/health/live")).Status);

        await bare.WithDatabase(async db =>
        {
            await db.Database.MigrateAsync();
            return true;
        });
        Assert.Equal(200, (await bare.Send(Examples.Good)).Status);
        await bare.ReadinessBecomes(200);
    }

    [Fact]
    public async Task While_the_database_is_away_the_service_is_not_ready_and_still_alive()
    {
        await using var orphan = await Service.StartAsync(ownDatabase: true);
        Assert.Equal(200, (await orphan.Get("/health/ready")).Status);

        orphan.Database.GoAway();
        await orphan.ReadinessBecomes(503);
        Assert.Equal(200, (await orphan.Get("/health/live")).Status);
        (await orphan.Send(Examples.Good)).IsProblem(503);

        orphan.Database.ComeBack();
        await orphan.ReadinessBecomes(200);
        Assert.Equal(200, (await orphan.Send(Examples.Good)).Status);
    }

    [Fact] // Fails when a probe asks for nothing but reading.
    public async Task While_the_database_takes_no_writes_the_service_is_not_ready()
    {
        await using var reading = await Service.StartAsync(ownDatabase: true);
        await reading.ReadinessBecomes(200);

        reading.Database.SetReadOnly();
        await Wait.Until(async () => (await reading.Get("/health/ready")).Text.Contains("The database takes no writes.", StringComparison.Ordinal), seconds: 20, "The service is still ready.");
        (await reading.Get("/health/ready")).IsProblem(503);
        (await reading.Send(Examples.WithBody(Examples.Body))).IsProblem(503);
    }

    [Fact] // Fails when each probe asks the database, and so anybody can keep it busy.
    public async Task However_many_probes_come_the_database_is_asked_once_a_second()
    {
        var clock = new StoppedClock();
        await using var asked = await Service.StartAsync(replace: services => services.AddSingleton<TimeProvider>(clock), ownDatabase: true);
        Assert.Equal(200, (await asked.Get("/health/ready")).Status);

        asked.Database.GoAway();
        Assert.Equal(200, (await asked.Get("/health/ready")).Status);
        clock.Seconds = 2;
        (await asked.Get("/health/ready")).IsProblem(503);
        asked.Database.ComeBack();
        (await asked.Get("/health/ready")).IsProblem(503);
        clock.Seconds = 4;
        Assert.Equal(200, (await asked.Get("/health/ready")).Status);
    }

    [Fact]
    public async Task While_it_stops_the_service_is_not_ready_but_answers()
    {
        await using var stopping = await StubOperations.StartServiceAsync(_ => Task.CompletedTask, new() { ["Shutdown:DrainSeconds"] = "2" });

        stopping.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        Assert.Equal("The service is stopping.", (await stopping.Get("/health/ready")).IsProblem(503).Detail);
        Assert.Equal(200, (await stopping.Send(Examples.Good)).Status);
    }

    /// <summary>Timestamps that pass when a test says so; the time of day goes on.</summary>
    private sealed class StoppedClock : TimeProvider
    {
        public int Seconds { get; set; }

        public override long GetTimestamp() => Seconds * TimestampFrequency;
    }
}
