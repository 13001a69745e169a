namespace GoldenService.Api.Tests;

using System;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;
using global::GoldenService.Testing;
using Xunit;

[Trait("Checklist", "tracing")]
public sealed class NoteStatementTests(Service service)
{
    [Fact] // Fails when DatabaseTelemetry overrides too little: saving or updating.
    public async Task Every_way_to_the_database_is_a_span()
    {
        using var spans = new Spans();
        var id = Guid.NewGuid();

        await service.Send(Examples.Item(id), spans.Header);
        await service.Send(Examples.Item(id), spans.Header);

        Assert.Equal(
            ["UPDATE notes", "INSERT notes", "UPDATE notes"],
            spans.All.Where(span => span.Source.Name == "GoldenService.Database").Select(span => span.DisplayName));
    }
}
