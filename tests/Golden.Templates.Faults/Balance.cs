using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Golden.Templates.Faults;

/// <summary>
/// What the shop was promised, held against what is there: each accepted webhook has one shipment, nobody else has one,
/// and the carrier knows each order by one key, that of its message.
/// </summary>
sealed record Balance(int Accepted, int Shipments, int CarrierCalls, IReadOnlyList<string> Lost, IReadOnlyList<string> Doubled, IReadOnlyList<string> Wrong)
{
    public static async Task<Balance> StrikeAsync(Shop shop, Carrier carrier, Database database)
    {
        var (messages, shipments, calls) = (await database.MessagesAsync(), await database.ShipmentsAsync(), carrier.Calls);
        var byOrder = shipments.ToLookup(shipment => shipment.OrderId);
        var keys = calls.ToLookup(call => call.OrderId, call => call.Key);
        var booked = calls.Where(call => call.Status == StatusCodes.Status201Created).Select(call => call.Key).ToHashSet();
        var accepted = shop.Accepted.Select(webhook => webhook.OrderId).ToHashSet();
        List<string> lost = [], doubled = [], wrong = [.. shop.Surprises];
        foreach (var webhook in shop.Accepted)
        {
            var key = webhook.MessageId!.Value.ToString();
            if (byOrder[webhook.OrderId].FirstOrDefault() is not { } shipment)
            {
                lost.Add($"order {webhook.OrderId} has no shipment");
            }
            else if (!booked.Contains(key))
            {
                lost.Add($"order {webhook.OrderId}, message {key}, was not booked with the carrier");
            }
            else if (shipment.MessageId != webhook.MessageId || shipment.TrackingNumber != Carrier.TrackingNumber(key))
            {
                wrong.Add($"order {webhook.OrderId} was accepted as {key}, and its shipment is {shipment}");
            }
        }

        doubled.AddRange(byOrder.Where(order => order.Count() > 1).Select(order => $"order {order.Key} has {order.Count()} shipments"));
        doubled.AddRange(keys.Where(order => order.Distinct().Count() > 1).Select(order => $"order {order.Key} came to the carrier with the keys {string.Join(", ", order.Distinct())}"));
        doubled.AddRange(byOrder.Where(order => !accepted.Contains(order.Key)).Select(order => $"order {order.Key} has a shipment, and was not accepted"));
        wrong.AddRange(keys.Where(order => !accepted.Contains(order.Key)).Select(order => $"order {order.Key} came to the carrier, and was not accepted"));
        wrong.AddRange(messages.Where(message => message.State != "Done" || message.IsLeased).Select(message => $"at the end there is {message}"));
        if (messages.Count != accepted.Count)
        {
            wrong.Add($"{accepted.Count} webhooks were accepted, and there are {messages.Count} messages");
        }

        return new(accepted.Count, shipments.Count, calls.Count, lost, doubled, wrong);
    }

    public void ShouldBeEven(string output)
    {
        var problems = Lost.Concat(Doubled).Concat(Wrong).ToList();
        Assert.True(problems.Count == 0, $"lost {Lost.Count}, double {Doubled.Count}, otherwise wrong {Wrong.Count}:\n{string.Join('\n', problems.Take(20))}\nThe worker said:\n{output}");
    }

    public string Table(Shop shop)
    {
        (string Name, int Count)[] columns =
        [
            ("sent", shop.Sent), ("requests", shop.Requests), ("unanswered", shop.Unanswered), ("503", shop.Unavailable), ("refused", shop.Refused), ("ignored", shop.Ignored), ("duplicates", shop.Duplicates),
            ("accepted", Accepted), ("shipments", Shipments), ("carrier calls", CarrierCalls), ("lost", Lost.Count), ("double", Doubled.Count),
        ];
        return $"  {string.Join("  ", columns.Select(column => column.Name.PadLeft(6)))}\n"
            + $"  {string.Join("  ", columns.Select(column => column.Count.ToString("N0", CultureInfo.InvariantCulture).PadLeft(Math.Max(6, column.Name.Length))))}";
    }
}
