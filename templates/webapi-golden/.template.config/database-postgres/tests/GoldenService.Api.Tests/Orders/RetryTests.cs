namespace GoldenService.Api.Tests;

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
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
        var (orders, draft) = (service.Orders, Examples.Draft());
        var id = (await orders.CreateOrderAsync(Examples.NewKey(), draft)).Result.Id;

        foreach (var call in new Func<Task>[]
        {
            () => orders.GetOrderAsync(id),
            () => orders.ListOrdersAsync(),
            () => orders.ReportOrdersAsync(new DateOnly(1970, 1, 1), new DateOnly(1970, 1, 1)),
            () => orders.CreateOrderAsync(Examples.NewKey(), draft),
            () => orders.ImportOrdersAsync(new() { Orders = [Examples.Placed(draft.Customer, DateTimeOffset.UnixEpoch)] }),
            () => orders.UpdateOrderAsync(id, "\"1\"", draft),
            () => orders.CancelOrderAsync(id),
        })
        {
            await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => orders.ListOrdersAsync()));
            service.Database.Disconnect();
            await call();
        }

        Assert.Equal(3, (await orders.ListOrdersAsync(customer: draft.Customer)).Result.Orders.Count);
    }

    [Fact] // Fails when reading is not tried again, or what was done is done again.
    public async Task While_connections_break_every_read_succeeds_and_nothing_is_done_twice()
    {
        await using var service = await Service.StartAsync(ownDatabase: true);
        var orders = service.Orders;
        var id = (await orders.CreateOrderAsync(Examples.NewKey(), Examples.Draft())).Result.Id;
        var (created, imported) = (new ConcurrentDictionary<string, bool>(), new ConcurrentDictionary<string, bool>());
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(5));

        // A read that fails throws, and fails the test.
        async Task Repeat(Func<Task> call)
        {
            while (!stop.IsCancellationRequested)
            {
                await call();
            }
        }

        // A change that meets four breaks in a row is told of as one that failed; it may be done, and is done once.
        async Task Change(ConcurrentDictionary<string, bool> changes, Func<string, Task> call)
        {
            var customer = Examples.NewCustomer();
            try
            {
                await call(customer);
                changes[customer] = true;
            }
            catch (ApiException exception) when (exception.StatusCode == 503)
            {
                changes[customer] = false;
            }
        }

        Task Create() => Change(created, customer => orders.CreateOrderAsync(Examples.NewKey(), Examples.Draft(customer)));

        Task Import() => Change(imported, customer => orders.ImportOrdersAsync(new() { Orders = [.. Enumerable.Range(0, 20).Select(n => Examples.Placed(customer, DateTimeOffset.UnixEpoch.AddDays(n)))] }));

        await Task.WhenAll(
            Repeat(() => orders.GetOrderAsync(id)),
            Repeat(() => orders.GetOrderAsync(id)),
            Repeat(() => orders.ListOrdersAsync(limit: 5)),
            Repeat(() => orders.ReportOrdersAsync(new DateOnly(1970, 1, 1), new DateOnly(1970, 12, 31))),
            Repeat(Create),
            Repeat(Create),
            Repeat(Import),
            Repeat(async () =>
            {
                await Task.Delay(1000); // A read on a busy machine must not meet four of them.
                service.Database.Disconnect();
            }));

        Assert.Contains(true, created.Values);
        Assert.Contains(true, imported.Values);
        var counts = await service.WithDatabase(db => db.Orders.GroupBy(order => order.Customer).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(row => row.Key, row => row.Count));
        Assert.All(created, order => Assert.InRange(counts.GetValueOrDefault(order.Key), order.Value ? 1 : 0, 1));
        Assert.All(imported, import => Assert.True(counts.GetValueOrDefault(import.Key) is 20 or 0 && (counts.ContainsKey(import.Key) || !import.Value)));
    }

    [Fact] // Fails when a commit whose answer is lost is taken for one that was not done.
    public async Task What_was_committed_and_not_answered_is_not_done_again()
    {
        var losing = new LosingCommits();
        await using var service = await Service.StartAsync(replace: services => services.ConfigureDbContext<AppDbContext>(options => options.AddInterceptors(losing)));
        var (draft, customer) = (Examples.Draft(), Examples.NewCustomer());

        losing.Next();
        var order = await service.Orders.CreateOrderAsync(Examples.NewKey(), draft);
        Assert.Equal(order.Result.Id, Assert.Single((await service.Orders.ListOrdersAsync(customer: draft.Customer)).Result.Orders).Id);

        losing.Next();
        Assert.Equal(2, (await service.Orders.ImportOrdersAsync(new() { Orders = [Examples.Placed(customer, DateTimeOffset.UnixEpoch), Examples.Placed(customer, DateTimeOffset.UnixEpoch)] })).Result.Imported);
        Assert.Equal(2, (await service.Orders.ListOrdersAsync(customer: customer)).Result.Orders.Count);

        // It cannot know that the newer version is its own: it says that the order has changed, and that is so.
        losing.Next();
        var update = await Assert.ThrowsAsync<ApiException<Problem>>(() => service.Orders.UpdateOrderAsync(order.Result.Id, "\"1\"", draft with { Note = "Once.", Lines = [Examples.Line("TEA-002")] }));
        Assert.Equal(412, update.StatusCode);
        var read = await service.Orders.GetOrderAsync(order.Result.Id);
        Assert.Equal(("\"2\"", "Once."), (read.Headers["ETag"], read.Result.Note));
        Assert.Equal(3, losing.Lost);
    }

    private sealed class LosingCommits : DbTransactionInterceptor
    {
        private int armed;

        public int Lost { get; private set; }

        public void Next() => armed = 1;

        public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            if (Interlocked.Exchange(ref armed, 0) == 1)
            {
                Lost++;
                throw new NpgsqlException("The answer is lost.", new IOException());
            }

            return Task.CompletedTask;
        }
    }
}
