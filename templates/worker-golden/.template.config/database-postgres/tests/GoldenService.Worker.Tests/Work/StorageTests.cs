namespace GoldenService.Worker.Tests;

using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

/// <summary>How values are stored.</summary>
[Trait("Checklist", "data-access")]
public sealed class StorageTests(Service service)
{
    [Fact]
    public async Task Times_are_whole_numbers_in_the_database()
    {
        var receipt = await service.Webhooks.ReceiveAsync(Examples.Webhook());

        var types = await service.WithDatabase(db => db.Database
            .SqlQuery<string>($"""SELECT pg_typeof(received_at) || ' ' || pg_typeof(due_at) AS "Value" FROM messages WHERE id = {receipt.Result.MessageId}""")
            .SingleAsync());

        Assert.Equal("bigint bigint", types);
    }
}
