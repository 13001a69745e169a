using System.Net;

namespace Golden.Templates.Tests;

/// <summary>The published service, probed from outside over a real socket.</summary>
public sealed class ServiceTests(InstalledPack pack) : TemplateTests(pack)
{
    [Fact]
    public async Task AnswersAndStopsWhenAsked()
    {
        var solution = await GeneratedSolution.CreateAsync(Pack, Folder, "webapi-golden", "Acme.Orders");
        var published = await PublishedService.PublishAsync(solution);
        await using var service = await published.StartAsync();

        using var live = await service.Client.GetAsync("health/live", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        using var unknown = await service.Client.GetAsync("v1/no-such-thing", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);

        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM; everything before this line ran.");
        Assert.Equal(0, await service.StopAsync());
    }
}
