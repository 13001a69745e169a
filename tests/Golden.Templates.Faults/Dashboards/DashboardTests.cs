using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Golden.Templates.Tests;
using GoldenService.Testing;
using static Golden.Templates.Faults.Expected;

namespace Golden.Templates.Faults;

/// <summary>
/// The dashboards of published services: known things happen, the metrics go into a real Prometheus, and every query of every panel is run. The rates are
/// those of a window between two collections; what has its first event in the window shows that its counter began at zero.
/// </summary>
public sealed class DashboardTests(InstalledPack pack)
{
    // A first generation of 1 MiB, so that a short run has collections of garbage; the collector for servers takes no size.
    static readonly (string, string)[] Settings = [("DOTNET_gcServer", "0"), ("DOTNET_GCgen0size", "100000")];

    [Fact] // Fails when a panel shows nothing, or another number than what was done.
    public async Task TheDashboardsOfAWebApiShowWhatWasDone()
    {
        await using var run = await Run.StartAsync(pack, "webapi-golden", "Acme.Orders", "Api", ["--database", "sqlite"], Settings);
        var api = run.Service;

        // Once each, because the histograms of ASP.NET Core begin with their first request.
        var orders = new List<string>();
        for (var order = 0; order < 3; order++)
        {
            orders.Add((string)JsonNode.Parse(await PlaceAsync("EUR", 201))!["id"]!);
        }

        await PlaceAsync("XXX", 400);
        await run.SendAsync(400, HttpMethod.Post, "v1/orders", "{");
        await run.SendAsync(401, HttpMethod.Post, "v1/orders", Order("EUR"), isAnonymous: true);
        await run.SendAsync(200, HttpMethod.Post, $"v1/orders/{orders[0]}/cancel");
        await run.SendAsync(200, HttpMethod.Get, "v1/orders?limit=1");
        await run.SendAsync(200, HttpMethod.Post, "v1/orders/import", Import(2));
        await run.SendAsync(200, HttpMethod.Get, "v1/orders/report?from=2026-01-01&to=2026-12-31");
        await run.BeginAsync();

        for (var order = 0; order < 7; order++)
        {
            await PlaceAsync("EUR", 201);
        }

        orders.Add((string)JsonNode.Parse(await PlaceAsync("USD", 201))!["id"]!);
        for (var order = 0; order < 4; order++)
        {
            await PlaceAsync("XXX", 400);
        }

        await run.SendAsync(401, HttpMethod.Post, "v1/orders", Order("EUR"), isAnonymous: true);
        await run.SendAsync(401, HttpMethod.Post, "v1/orders", Order("EUR"), isAnonymous: true);
        for (var broken = 0; broken < 3; broken++)
        {
            await run.SendAsync(400, HttpMethod.Post, "v1/orders", "{");
        }

        foreach (var order in orders[1..])
        {
            await run.SendAsync(200, HttpMethod.Post, $"v1/orders/{order}/cancel");
        }

        for (var list = 0; list < 111; list++)
        {
            await run.SendAsync(200, HttpMethod.Get, "v1/orders?limit=1");
        }

        await run.SendAsync(200, HttpMethod.Post, "v1/orders/import", Import(6));
        await run.SendAsync(200, HttpMethod.Get, "v1/orders/report?from=2026-01-01&to=2026-12-31");
        using var open = await run.HoldRequestAsync("POST", "v1/orders/import");
        await run.EndAsync();

        await run.CompareAsync("business", [], new()
        {
            ["Orders placed"] = new() { ["EUR"] = Rate(7), ["USD"] = Rate(1), ["GBP"] = Rate(0) },
            ["Orders cancelled"] = new() { ["EUR"] = Rate(2), ["USD"] = Rate(1), ["GBP"] = Rate(0) },
            ["Orders imported"] = new() { ["orders"] = Rate(6) },
            ["Placed and cancelled in a day"] = new() { ["placed"] = Exactly(11), ["cancelled"] = Exactly(4) },
            ["Reports and their duration"] = new() { ["99 of 100"] = run.Duration },
            ["Orders that were refused"] = new() { ["400"] = Rate(4 + 3), ["401"] = Rate(2) },
        });
        await run.CompareAsync("service", [], run.ServicePanels(
            routes: new() { ["/v1/orders"] = Rate(8 + 4 + 2 + 111 + 3), ["/v1/orders/{orderId}/cancel"] = Rate(3), ["/v1/orders/import"] = Rate(1), ["/v1/orders/report"] = Rate(1) },
            errors: new() { ["400"] = Rate(4 + 3), ["401"] = Rate(2) },
            statements: new() { ["INSERT orders"] = Rate(8), ["INSERT order_lines"] = Rate(8), ["INSERT idempotency_keys"] = Rate(8), ["BATCH INSERT orders"] = Rate(1), ["BATCH INSERT order_lines"] = Rate(1), ["UPDATE orders"] = Rate(3), ["SELECT orders"] = Rate(111 + 3 + 1) },
            exceptions: new() { ["JsonReaderException"] = AtLeast(3) }));
        await run.CompareAlertsAsync(run.ServiceAlerts);
        run.ShouldHaveShownAll();

        async Task<string> PlaceAsync(string currency, int status) =>
            await run.SendAsync(status, HttpMethod.Post, "v1/orders", Order(currency), headers: ("Idempotency-Key", Guid.NewGuid().ToString()));
    }

    [Fact] // Fails when a panel shows nothing, or another number than what was done.
    public async Task TheDashboardsOfAWebApiWithoutTheSampleShowWhatWasDone()
    {
        await using var run = await Run.StartAsync(pack, "webapi-golden", "Acme.Notes", "Api", ["--sample", "false"], Settings);
        await SaveAsync("Water the plants.", 200);
        await SaveAsync("", 400);
        await run.BeginAsync();

        for (var note = 0; note < 55; note++)
        {
            await SaveAsync("Water the plants.", 200);
        }

        await SaveAsync("", 400);
        await SaveAsync("", 400);
        using var open = await run.HoldRequestAsync("PUT", $"v1/notes/{Guid.NewGuid()}");
        await run.EndAsync();

        await run.CompareAsync("business", [], new()
        {
            ["Notes saved"] = new() { ["notes"] = Rate(55) },
            ["Notes that were refused"] = new() { ["400"] = Rate(2) },
        });
        await run.CompareAsync("service", [], run.ServicePanels(
            routes: new() { ["/v1/notes/{noteId}"] = Rate(57) },
            errors: new() { ["400"] = Rate(2) },
            statements: new() { ["INSERT notes"] = Rate(55), ["UPDATE notes"] = Rate(55) },
            exceptions: []));
        await run.CompareAlertsAsync(run.ServiceAlerts);
        run.ShouldHaveShownAll();

        async Task SaveAsync(string text, int status) => await run.SendAsync(status, HttpMethod.Put, $"v1/notes/{Guid.NewGuid()}", $$"""{"text":"{{text}}"}""");
    }

    [Fact] // Fails when a panel shows nothing, or another number than what was done.
    public async Task TheDashboardsOfAWorkerShowWhatWasDone()
    {
        await using var carrier = new Carrier();
        var (shop, market) = (Secret(), Secret());
        await using var run = await Run.StartAsync(
            pack,
            "worker-golden",
            "Acme.Shipping",
            "Worker",
            ["--database", "sqlite"],
            [
                .. Settings,
                ("Webhooks__Sources__shop__Secrets__0", shop),
                ("Webhooks__Sources__market__Secrets__0", market),
                ("Carrier__BaseAddress", $"{carrier.Addresses[0]}"),
                ("Carrier__TimeoutSeconds", "100"),
                ("Carrier__Retries", "0"),
                ("Messages__Concurrency", "1"),
                ("Messages__MaxAttempts", "2"),
                ("Messages__BackoffSeconds", "0.1"),
                ("Messages__MaxBackoffSeconds", "0.2"),
                ("Messages__PollSeconds", "0.1"),
                ("Messages__LeaseSeconds", "3"),
                ("Messages__HandlerTimeoutSeconds", "100"),
                ("Messages__RetriesPerSecond", "1"),
            ]);

        // Once each, because the histograms of ASP.NET Core begin with their first request; of the other source, because the counters do not.
        await run.SendWebhookAsync(202, market, "msg_1", Event());
        await run.SendWebhookAsync(202, market, "msg_1", Event());
        await run.SendWebhookAsync(409, market, "msg_1", Event(quantity: 2));
        await run.SendWebhookAsync(204, market, "msg_2", Event(type: "order.archived"));
        await run.SendWebhookAsync(401, Secret(), "msg_3", Event());
        await SettledAsync();

        // The queue is measured every ten seconds, and the CPU time between two of them.
        await Wait.Until(async () => (await PendingAsync()).Count > 0, seconds: 30, "The queue is not measured.");
        await run.BeginAsync();

        // The first event of all.
        carrier.Answer = (_, _) => Task.FromResult(422);
        await run.SendWebhookAsync(202, shop, "first", Event());
        await SettledAsync();
        await run.EndAsync();
        await run.CompareAsync("business", ["Retries", "Dead letters"], new()
        {
            ["Retries"] = new() { ["order.placed"] = Rate(1), ["over the budget"] = Rate(0) },
            ["Dead letters"] = new() { ["order.placed, in an hour"] = Exactly(1) },
        });

        await run.BeginAsync();
        const int failing = 14;
        for (var message = 0; message < failing; message++)
        {
            await run.SendWebhookAsync(202, shop, $"failing_{message}", Event());
        }

        await SettledAsync();
        carrier.Answer = (_, _) => Task.FromResult(201);
        for (var message = 0; message < 5; message++)
        {
            await run.SendWebhookAsync(202, shop, $"good_{message}", Event());
        }

        for (var again = 0; again < 3; again++)
        {
            await run.SendWebhookAsync(202, shop, "good_0", Event());
        }

        await run.SendWebhookAsync(409, shop, "good_0", Event(quantity: 2));
        await run.SendWebhookAsync(204, shop, "other_1", Event(type: "order.archived"));
        await run.SendWebhookAsync(204, shop, "other_2", Event(type: "order.archived"));
        await run.SendWebhookAsync(401, Secret(), "stranger", Event());
        await SettledAsync();

        // A message is claimed by another process, which ends.
        using var held = new CancellationTokenSource();
        var calls = carrier.Calls.Count;
        carrier.Answer = async (_, cancel) =>
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(held.Token, cancel);
            await Task.Delay(Timeout.Infinite, either.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            return 201;
        };
        await run.SendWebhookAsync(202, shop, "held", Event());
        await Wait.Until(() => carrier.Calls.Count == calls + 1, seconds: 10, "The carrier was not called.");
        await run.Database.ExecuteAsync($"UPDATE messages SET lease = '{Guid.NewGuid():D}', due_at = due_at - 100000 WHERE lease IS NOT NULL");
        await Wait.Until(() => carrier.Calls.Count == calls + 2, seconds: 10, "The message was not claimed again.");

        // While it is handled, others wait.
        await run.SendWebhookAsync(202, shop, "waiting_1", Event());
        await run.SendWebhookAsync(202, shop, "waiting_2", Event());
        var waiting = Stopwatch.StartNew();
        await Wait.Until(async () => (await PendingAsync()) is [{ Value: 3 }], seconds: 30, "The queue is not measured again.");
        using var open = await run.HoldRequestAsync("POST", "v1/webhooks", "webhook-id: held", $"webhook-timestamp: {DateTimeOffset.UtcNow.ToUnixTimeSeconds()}", $"webhook-signature: v1,{Secret()}");
        await run.EndAsync();

        await run.CompareAsync("business", [], new()
        {
            ["Webhooks accepted"] = new() { ["shop"] = Rate(failing + 5 + 3), ["market"] = Rate(0) },
            ["Webhooks without an effect"] = new()
            {
                ["shop, known already"] = Rate(3),
                ["market, known already"] = Rate(0),
                ["shop, with another body"] = Rate(1),
                ["market, with another body"] = Rate(0),
                ["shop, of an unknown type"] = Rate(2),
                ["market, of an unknown type"] = Rate(0),
            },
            ["Messages that are not done"] = new() { ["messages"] = Exactly(3) },
            ["Age of the oldest message that is due"] = new() { ["age"] = Between(0.001, waiting.Elapsed.TotalSeconds) },

            // But for the one that is cancelled: nobody knows the types of errors beforehand, so that the first of each is missing.
            ["Attempts"] = new() { ["order.placed"] = Rate((2 * failing) + 5), ["failed"] = Rate(2 * failing) },
            ["Duration of attempts"] = new() { ["median"] = Between(1e-6, 5), ["99 of 100"] = Between(1e-6, 10) },
            ["Retries"] = new() { ["order.placed"] = Rate(failing), ["over the budget"] = AtLeast(1) },
            ["Dead letters"] = new() { ["order.placed, in an hour"] = Exactly(failing + 1) },
            ["Leases"] = new() { ["expired"] = Rate(1), ["lost"] = Rate(1) },
            ["CPU time of an attempt"] = new() { ["CPU time"] = Between(1e-6, 30) },
        });
        await run.CompareAsync("service", [], run.ServicePanels(
            routes: new() { ["/v1/webhooks"] = Rate(failing + 5 + 3 + 3 + 1 + 2 + 1) },
            errors: new() { ["409"] = Rate(1), ["401"] = Rate(1) },
            statements: new() { ["INSERT messages"] = AtLeast(5), ["UPDATE messages"] = AtLeast(10), [Dashboard.Others] = Between(0, 1000) },
            exceptions: new() { ["ApiException`1"] = AtLeast(2 * failing), [Dashboard.Others] = Between(0, 1000) }));
        await run.CompareAlertsAsync(new(run.ServiceAlerts) { ["QueueIsLate"] = Between(0.001, waiting.Elapsed.TotalSeconds), ["DeadLetters"] = Between(failing, failing + 4) }, "DeadLetters");
        run.ShouldHaveShownAll();
        await held.CancelAsync();

        Task<IReadOnlyList<Series>> PendingAsync() => run.Prometheus.QueryAsync("messages_pending", DateTimeOffset.UtcNow);

        Task SettledAsync() => Wait.Until(
            async () => (await run.Database.MessagesAsync()).All(message => message.State is "Done" or "Dead"), seconds: 30, "Some messages are neither done nor dead.");

        static string Secret() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

        static string Event(string type = "order.placed", int quantity = 1) =>
            $$$"""{"type":"{{{type}}}","timestamp":"2026-01-15T09:30:00Z","data":{"orderId":"0199b0a5-7d3c-7c2e-9b8e-2f1f6c3f8f10","customer":"acme","lines":[{"sku":"TEA-001","quantity":{{{quantity}}}}]}}""";
    }

    static string Order(string currency) => $$"""{"customer":"acme","currency":"{{currency}}","lines":[{"sku":"TEA-001","quantity":2,"unitPrice":4.50}]}""";

    static string Import(int orders) =>
        $$"""{"orders":[{{string.Join(',', Enumerable.Repeat("""{"customer":"acme","currency":"EUR","placedAt":"2026-01-15T09:30:00Z","lines":[{"sku":"TEA-001","quantity":2,"unitPrice":1.5}]}""", orders))}}]}""";
}
