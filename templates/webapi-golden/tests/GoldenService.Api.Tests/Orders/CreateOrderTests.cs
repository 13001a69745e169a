namespace GoldenService.Api.Tests;

using System;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Api.Client;
using global::GoldenService.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

[Trait("Checklist", "client")]
public sealed class CreateOrderTests(Service service)
{
    [Fact]
    public async Task An_order_is_answered_with_what_was_sent_its_total_and_where_to_read_it()
    {
        var draft = Examples.Draft(note: "Leave it at the door.", currency: Currency.GBP, lines: [Examples.Line("TEA-001", 2, 4.50m), Examples.Line("CUP-002", 1, 0.05m)]);
        var before = DateTimeOffset.UtcNow.AddMilliseconds(-1);

        var created = await service.Orders.CreateOrderAsync(Examples.NewKey(), draft);

        Assert.Equal(201, created.StatusCode);
        Assert.Equal("\"1\"", created.Headers["ETag"]);
        Assert.Equal($"/v1/orders/{created.Result.Id}", created.Headers["Location"]);
        Assert.Equal(9.05m, created.Result.Total);
        Assert.Equal(OrderStatus.Open, created.Result.Status);
        Assert.Equal((draft.Customer, draft.Currency, draft.Note), (created.Result.Customer, created.Result.Currency, created.Result.Note));
        Assert.Equal(draft.Lines, created.Result.Lines);
        Assert.InRange(created.Result.PlacedAt, before, DateTimeOffset.UtcNow);
    }

    [Fact]
    public async Task An_order_reads_later_as_it_was_answered_at_first()
    {
        var created = await service.Orders.CreateOrderAsync(Examples.NewKey(), Examples.Draft(lines: [.. Enumerable.Range(1, 100).Select(n => Examples.Line($"SKU-{n}", n, n / 100m))]));
        var first = await service.Http.GetStringAsync(new Uri(created.Headers["Location"], UriKind.Relative));

        var read = await service.Orders.GetOrderAsync(created.Result.Id);

        Assert.Equal(created.Result with { Lines = read.Result.Lines }, read.Result);
        Assert.Equal(created.Result.Lines, read.Result.Lines);
        Assert.DoesNotContain("\"note\"", first, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_retry_answers_with_the_same_order()
    {
        var (key, draft) = (Examples.NewKey(), Examples.Draft());

        var first = await service.Orders.CreateOrderAsync(key, draft);
        var second = await service.Orders.CreateOrderAsync(key, draft);

        Assert.Equal(201, second.StatusCode);
        Assert.Equal(first.Result.Id, second.Result.Id);
        Assert.Equal(first.Headers["ETag"], second.Headers["ETag"]);
        Assert.Equal(first.Headers["Location"], second.Headers["Location"]);
    }

    [Fact] // Fails when a retry is compared by how its amounts are written.
    public async Task A_retry_may_write_its_amounts_in_another_way()
    {
        var key = Examples.NewKey();

        var first = await service.Orders.CreateOrderAsync(key, Examples.Draft("acme", lines: [Examples.Line(unitPrice: 1.5m)]));
        var second = await service.Orders.CreateOrderAsync(key, Examples.Draft("acme", lines: [Examples.Line(unitPrice: 1.50m)]));

        Assert.Equal(first.Result.Id, second.Result.Id);
    }

    [Fact]
    public async Task A_key_that_was_used_for_another_order_is_refused()
    {
        var (key, draft) = (Examples.NewKey(), Examples.Draft());
        await service.Orders.CreateOrderAsync(key, draft);

        var refused = await Assert.ThrowsAsync<ApiException<Problem>>(() => service.Orders.CreateOrderAsync(key, draft with { Note = "Another." }));

        Assert.Equal(409, refused.StatusCode);
        Assert.Contains("Idempotency-Key", refused.Result.Detail, StringComparison.Ordinal);
    }

    /// <summary>Fails when the operation is no part of the key of the table idempotency_keys, or not of `FindKey`.</summary>
    [Fact]
    public async Task A_key_of_another_operation_is_free()
    {
        var (key, draft) = (Examples.NewKey(), Examples.Draft());
        var first = await service.Orders.CreateOrderAsync(key, draft);
        await service.WithDatabase(db => db.IdempotencyKeys.Where(row => row.Key == key).ExecuteUpdateAsync(row => row.SetProperty(r => r.Operation, "RepeatOrder")));

        var second = await service.Orders.CreateOrderAsync(key, draft);

        Assert.NotEqual(first.Result.Id, second.Result.Id);
    }

    /// <summary>Fails when a duplicate key is not answered with the order of the faster attempt, or order and key are not saved in one transaction.</summary>
    [Fact]
    public async Task Twenty_attempts_at_once_place_one_order()
    {
        for (var round = 0; round < 20; round++)
        {
            var (key, draft) = (Examples.NewKey(), Examples.Draft());

            var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => service.Orders.CreateOrderAsync(key, draft))));

            Assert.Single(all.Select(answer => answer.Result.Id).Distinct());
            Assert.Equal(1, await service.WithDatabase(db => db.Orders.CountAsync(order => order.Customer == draft.Customer)));
        }
    }

    [Fact]
    public async Task The_rules_of_the_business_hold()
    {
        var refused = await Assert.ThrowsAsync<ApiException<ValidationProblem>>(() =>
            service.Orders.CreateOrderAsync(Examples.NewKey(), Examples.Draft(lines: [Examples.Line("A-1", 100, 90_000), Examples.Line("A-1")])));

        Assert.Equal(["lines"], refused.Result.Errors.Keys);
        Assert.Equal(["uniqueSku", "maxTotal"], refused.Result.Errors["lines"].Select(error => error.Split(':')[0]));
    }
}
