namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Xunit;

[Trait("Checklist", "metrics")]
public sealed class MetricTests
{
    [Fact] // Fails when DatabaseTelemetry records no duration, or adds the text of the statement.
    public async Task Statements_and_requests_are_measured_in_seconds_by_few_attributes()
    {
        await using var service = await Service.StartAsync();
        using var measurements = new Measurements(service);

        await service.Send(Examples.Item(Guid.NewGuid()));

        Assert.Equal(("s", string.Join(' ', [$"db.namespace={service.Database.Name}", "db.query.summary=SELECT items", $"db.system.name={TestDatabase.SystemName}", .. service.Database.Server])), await measurements.FirstAsync("db.client.operation.duration"));
        Assert.Equal(
            ("s", "http.request.method=GET http.response.status_code=404 http.route=/v1/items/{itemId} network.protocol.version=1.1 url.scheme=http"),
            await measurements.FirstAsync("http.server.request.duration"));
    }
}
