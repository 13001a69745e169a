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

        var type = await service.WithDatabase(db => db.Database.SqlQuery<string>($"""SELECT pg_typeof(saved_at)::text AS "Value" FROM notes WHERE id = {id}""").SingleAsync());

        Assert.Equal("bigint", type);
    }

    [Fact] // Fails when the server parses and plans each statement of EF Core anew.
    public async Task Statements_are_prepared()
    {
        using var database = new TestDatabase();
        await using var single = await Service.StartAsync(settings: new() { ["ConnectionStrings:Database"] = $"{database.ConnectionString};Maximum Pool Size=1" });
        await single.Send(Examples.Item(Guid.NewGuid()));

        var prepared = await single.WithDatabase(db => db.Database.SqlQuery<string>($"""SELECT statement AS "Value" FROM pg_prepared_statements""").ToListAsync());

        Assert.Contains(prepared, statement => statement.StartsWith("INSERT INTO notes", StringComparison.Ordinal));
    }
}
