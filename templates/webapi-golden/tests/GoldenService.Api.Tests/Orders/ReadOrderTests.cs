namespace GoldenService.Api.Tests;

using System;
using System.Threading.Tasks;
using global::GoldenService.Api.Client;
using global::GoldenService.Testing;
using Xunit;

[Trait("Checklist", "client")]
public sealed class ReadOrderTests(Service service)
{
    [Fact]
    public async Task An_order_comes_with_its_version()
    {
        var created = await service.Orders.CreateOrderAsync(Examples.NewKey(), Examples.Draft());

        var read = await service.Orders.GetOrderAsync(created.Result.Id);

        Assert.Equal((200, "\"1\""), (read.StatusCode, read.Headers["ETag"]));
        Assert.Equal(created.Result.Id, read.Result.Id);
    }

    [Fact]
    public async Task An_order_that_is_not_there_is_not_found()
    {
        var missing = await Assert.ThrowsAsync<ApiException<Problem>>(() => service.Orders.GetOrderAsync(Guid.NewGuid()));

        Assert.Equal((404, "There is no order with this id."), (missing.StatusCode, missing.Result.Detail));
    }
}
