namespace GoldenService.Api.Tests;

using System;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

[Trait("Checklist", "data-access")]
public sealed class StorageTests(Service service)
{
    [Fact]
    public async Task Times_are_whole_numbers_in_the_database()
    {
        var id = Guid.NewGuid();
        await service.Send(Examples.Item(id));

        var type = await service.WithDatabase(db => db.Database.SqlQuery<string>($"SELECT typeof(saved_at) AS Value FROM notes WHERE id = {id}").SingleAsync());

        Assert.Equal("integer", type);
    }
}
