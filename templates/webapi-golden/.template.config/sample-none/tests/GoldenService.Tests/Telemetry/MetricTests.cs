namespace GoldenService.Tests;

using System;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

[Trait("Checklist", "metrics")]
public sealed class MetricTests
{
    [Fact] // Fails when the counter is not called, counts what is refused, or has another unit.
    public async Task Notes_are_counted_when_they_are_saved()
    {
        await using var service = await Service.StartAsync();
        using var measurements = new Measurements(service);
        var id = Guid.NewGuid();

        await service.Send(Examples.Item(id));
        await service.Send(Examples.Item(id));
        await service.Send(Examples.Bad);

        Assert.Equal(
            [("notes.saved", "{note}", 1, ""), ("notes.saved", "{note}", 1, "")],
            measurements.All.Where(measured => measured.Name.StartsWith("notes.", StringComparison.Ordinal)));
    }

    [Fact] // Fails when DatabaseTelemetry records no duration, or adds the text of the statement.
    public async Task Statements_and_requests_are_measured_in_seconds_by_few_attributes()
    {
        await using var service = await Service.StartAsync();
        using var measurements = new Measurements(service);

        await service.Send(Examples.Item(Guid.NewGuid()));

        Assert.Equal(("s", $"db.namespace={service.Database.Name} db.query.summary=UPDATE notes db.system.name={TestDatabase.SystemName}"), await measurements.FirstAsync("db.client.operation.duration"));
        Assert.Equal(
            ("s", "http.request.method=PUT http.response.status_code=200 http.route=/v1/notes/{noteId} network.protocol.version=1.1 url.scheme=http"),
            await measurements.FirstAsync("http.server.request.duration"));
    }
}
