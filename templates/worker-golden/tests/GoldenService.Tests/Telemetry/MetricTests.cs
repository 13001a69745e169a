namespace GoldenService.Tests;

using System.Linq;
using System.Threading.Tasks;
using Xunit;

[Trait("Checklist", "metrics")]
public sealed class MetricTests
{
    [Fact] // Fails when DatabaseTelemetry records no duration, or adds the text of the statement.
    public async Task Statements_and_requests_are_measured_in_seconds_by_few_attributes()
    {
        await using var service = await Service.StartAsync();
        using var measurements = new Measurements(service);

        await service.Get("/v1/dead-letters");

        Assert.Equal(
            ("s", "http.request.method=GET http.response.status_code=200 http.route=/v1/dead-letters network.protocol.version=1.1 url.scheme=http"),
            await measurements.FirstAsync("http.server.request.duration"));

        // The queue asks the database too.
        Assert.Contains(
            ("s", $"db.namespace={service.Database.Name} db.query.summary=SELECT messages db.system.name={TestDatabase.SystemName}"),
            measurements.All.Where(measured => measured.Name == "db.client.operation.duration").Select(measured => (measured.Unit, measured.Tags)));
    }
}
