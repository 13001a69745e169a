namespace GoldenService.Api.Tests;

using System;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;
using global::GoldenService.Testing;
using Xunit;

[Trait("Checklist", "metrics")]
public sealed class NoteMetricTests
{
    [Fact] // Fails when the counter is not called, counts what is refused, or has another unit.
    public async Task Notes_are_counted_when_they_are_saved()
    {
        await using var service = await Service.StartAsync();
        using var measurements = new Measurements(service);
        var id = Guid.NewGuid();

        await service.Send(Examples.Item(id));
        await service.Send(Examples.Item(id));
        await service.Send(Examples.WithBody("""{"text":""}"""));

        Assert.Equal(
            [("notes.saved", "{note}", 1, ""), ("notes.saved", "{note}", 1, "")],
            measurements.All.Where(measured => measured.Name.StartsWith("notes.", StringComparison.Ordinal)));
    }
}
