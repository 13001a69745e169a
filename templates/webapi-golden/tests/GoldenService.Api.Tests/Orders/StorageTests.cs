namespace GoldenService.Api.Tests;

using System.Threading.Tasks;
using global::GoldenService.Api.Client;
using global::GoldenService.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

[Trait("Checklist", "data-access")]
public sealed class StorageTests(Service service)
{
    [Fact]
    public async Task Money_and_times_are_whole_numbers_in_the_database()
    {
        var created = await service.Orders.CreateOrderAsync(Examples.NewKey(), Examples.Draft());

        var types = await service.WithDatabase(db => db.Database
            .SqlQuery<string>($"SELECT typeof(total) || ' ' || typeof(placed_at) || ' ' || total AS Value FROM orders WHERE id = {created.Result.Id}")
            .SingleAsync());

        Assert.Equal("integer integer 900", types);
    }
}
