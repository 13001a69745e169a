namespace GoldenService.Api;

using System.Collections.Generic;
using System.Diagnostics.Metrics;
using global::GoldenService.Api.Generated;

/// <summary>What the business counts. The currency is the only attribute: it has few values, and tells of no customer.</summary>
public sealed class OrdersMetrics
{
    private readonly Counter<long> placed;
    private readonly Counter<long> cancelled;
    private readonly Counter<long> imported;

    public OrdersMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("GoldenService.Orders");
        placed = meter.CreateCounter<long>("orders.placed", "{order}", "Orders that callers placed.");
        cancelled = meter.CreateCounter<long>("orders.cancelled", "{order}", "Orders that callers cancelled.");
        imported = meter.CreateCounter<long>("orders.imported", "{order}", "Orders that were placed elsewhere and imported.");
    }

    public void Placed(Currency currency) => placed.Add(1, Of(currency));

    public void Cancelled(Currency currency) => cancelled.Add(1, Of(currency));

    public void Imported(int orders) => imported.Add(orders);

    private static KeyValuePair<string, object?> Of(Currency currency) => new("currency", currency.ToString());
}
