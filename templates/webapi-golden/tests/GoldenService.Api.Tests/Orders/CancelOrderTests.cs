namespace GoldenService.Api.Tests;

using System;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Api.Client;
using global::GoldenService.Testing;
using Xunit;

[Trait("Checklist", "client")]
public sealed class CancelOrderTests(Service service)
{
    [Fact]
    public async Task Cancelling_again_changes_nothing()
    {
        var created = await service.Orders.CreateOrderAsync(Examples.NewKey(), Examples.Draft());

        var first = await service.Orders.CancelOrderAsync(created.Result.Id);
        var second = await service.Orders.CancelOrderAsync(created.Result.Id);

        Assert.Equal((200, OrderStatus.Cancelled, "\"2\""), (first.StatusCode, first.Result.Status, first.Headers["ETag"]));
        Assert.Equal((200, OrderStatus.Cancelled, "\"2\""), (second.StatusCode, second.Result.Status, second.Headers["ETag"]));
    }

    [Fact]
    public async Task Cancelling_at_once_changes_the_order_once()
    {
        var created = await service.Orders.CreateOrderAsync(Examples.NewKey(), Examples.Draft());

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => service.Orders.CancelOrderAsync(created.Result.Id))));

        Assert.Equal("\"2\"", (await service.Orders.GetOrderAsync(created.Result.Id)).Headers["ETag"]);
    }

    [Fact]
    public async Task An_order_that_is_not_there_is_not_found() =>
        Assert.Equal(404, (await Assert.ThrowsAsync<ApiException<Problem>>(() => service.Orders.CancelOrderAsync(Guid.NewGuid()))).StatusCode);
}
