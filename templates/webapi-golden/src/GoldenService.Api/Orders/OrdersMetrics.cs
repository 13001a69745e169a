namespace GoldenService.Api;

using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using global::GoldenService.Api.Generated;
using global::GoldenService.ServiceDefaults;

/// <summary>What the business counts. The currency is the only attribute: it has few values, and tells of no customer.</summary>
public sealed class OrdersMetrics : ICounters
{
    private readonly Counter<long> placed;
    private readonly Counter<long> cancelled;
    private readonly Counter<long> imported;

    public OrdersMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("GoldenService.Orders", Telemetry.VersionOf(typeof(OrdersMetrics).Assembly));
        placed = meter.CreateCounter<long>("orders.placed", "{order}", "Orders that callers placed.");
        cancelled = meter.CreateCounter<long>("orders.cancelled", "{order}", "Orders that callers cancelled.");
        imported = meter.CreateCounter<long>("orders.imported", "{order}", "Orders that were placed elsewhere and imported.");
    }

    public void StartAtZero()
    {
        foreach (var currency in Enum.GetValues<Currency>())
        {
            placed.Add(0, Of(currency));
            cancelled.Add(0, Of(currency));
        }

        imported.Add(0);
    }

    public void Placed(Currency currency) => placed.Add(1, Of(currency));

    public void Cancelled(Currency currency) => cancelled.Add(1, Of(currency));

    public void Imported(int orders) => imported.Add(orders);

    private static KeyValuePair<string, object?> Of(Currency currency) => new("currency", currency.ToString());
}
