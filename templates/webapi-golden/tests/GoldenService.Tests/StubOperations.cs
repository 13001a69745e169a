namespace GoldenService.Tests;

using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;

/// <summary>Stands in for the operations, so that listing and placing orders do what a test needs. The service has no database then, and starts sooner.</summary>
internal sealed class StubOperations(Func<CancellationToken, Task> run) : IOrdersOperations
{
    public static Task<Service> StartServiceAsync(Func<CancellationToken, Task> run, Dictionary<string, string>? settings = null, Action<IServiceCollection>? replace = null) =>
        Service.StartAsync("Production", settings, services =>
        {
            services.AddSingleton<IOrdersOperations>(new StubOperations(run));
            replace?.Invoke(services);
        });

    public async Task<ListOrdersResult> ListOrders(ListOrdersRequest request, CancellationToken cancellationToken)
    {
        await run(cancellationToken);
        return ListOrdersResult.Ok(new OrderPage { Orders = [] });
    }

    public async Task<CreateOrderResult> CreateOrder(CreateOrderRequest request, CancellationToken cancellationToken)
    {
        await run(cancellationToken);
        throw new NotSupportedException();
    }

    public Task<ImportOrdersResult> ImportOrders(ImportOrdersRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ReportOrdersResult> ReportOrders(ReportOrdersRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<GetOrderResult> GetOrder(GetOrderRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<UpdateOrderResult> UpdateOrder(UpdateOrderRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<CancelOrderResult> CancelOrder(CancelOrderRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();
}
