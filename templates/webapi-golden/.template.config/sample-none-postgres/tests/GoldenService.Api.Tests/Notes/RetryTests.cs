namespace GoldenService.Api.Tests;

using System;
using System.Data.Common;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using global::GoldenService.Api.Client;
using global::GoldenService.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

public sealed class RetryTests
{
    [Fact] // Fails when something is not tried again, or an attempt gets another dead connection of the pool.
    public async Task A_caller_does_not_learn_that_connections_broke()
    {
        await using var service = await Service.StartAsync(ownDatabase: true);
        var id = Guid.NewGuid();

        foreach (var text in new[] { "First.", "Second." })
        {
            await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => service.Notes.SaveNoteAsync(Guid.NewGuid(), Examples.Draft())));
            service.Database.Disconnect();
            await service.Notes.SaveNoteAsync(id, Examples.Draft(text));
        }

        Assert.Equal("Second.", await service.WithDatabase(db => db.Notes.Where(note => note.Id == id).Select(note => note.Text).SingleAsync()));
    }

    [Fact] // Fails when an insert whose answer is lost is taken for one that was not done.
    public async Task What_was_committed_and_not_answered_is_not_done_again()
    {
        var losing = new LosingInserts();
        await using var service = await Service.StartAsync(replace: services => services.ConfigureDbContext<AppDbContext>(options => options.AddInterceptors(losing)), ownDatabase: true);

        var saved = await service.Notes.SaveNoteAsync(Guid.NewGuid(), Examples.Draft("Once."));

        Assert.Equal(("Once.", 1), (saved.Result.Text, losing.Lost));
        Assert.Equal(1, await service.WithDatabase(db => db.Notes.CountAsync()));
    }

    private sealed class LosingInserts : DbCommandInterceptor
    {
        private int lost;

        public int Lost => lost;

        // Without a transaction around it the statement is committed when it is executed.
        public override async ValueTask<DbDataReader> ReaderExecutedAsync(DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
        {
            if (command.CommandText.StartsWith("INSERT", StringComparison.Ordinal) && Interlocked.Exchange(ref lost, 1) == 0)
            {
                await result.DisposeAsync();
                throw new NpgsqlException("The answer is lost.", new IOException());
            }

            return result;
        }
    }
}
