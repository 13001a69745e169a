// Sends a generated worker a few thousand signed webhooks, some of them twice and some with a forged signature, kills the worker
// halfway, restarts it, and compares what was sent with the worker's database. demo.cs runs it against the worker that it generated.
#:sdk Microsoft.NET.Sdk.Web
#:package Microsoft.Data.Sqlite
#:property PublishAot=false

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;

const int Orders = 3000, Twice = 300, Forged = 150, Senders = 16;

var (assembly, folder, address) = (args[0], args[1], args[2]);
var secret = RandomNumberGenerator.GetBytes(32);
await using var carrier = new Carrier();
await using var worker = new WorkerProcess(assembly, folder, address, carrier.Address, secret);
try
{
    await Step("migrate the database", async () =>
    {
        await worker.Migrate();
        return "";
    });
    await Step("start the worker in Production", async () =>
    {
        await worker.Start(carrier.Stop);
        return $"listening on {address}";
    });

    Console.WriteLine($"\n  {Orders:N0} webhooks, {Twice:N0} of them sent twice, and {Forged:N0} forged ones, from {Senders} concurrent senders");
    var sender = new Sender(new Uri(address), secret);
    var database = new ShipmentsDatabase(worker.Database);
    var sending = sender.Send(Webhooks.Make(Orders, Twice, Forged), Senders, carrier.Stop);
    var progress = new Progress();

    // Halfway, with no time to finish anything.
    while (sender.Accepted.Count < Orders / 2 && !sending.IsCompleted)
    {
        progress.Show(sender, database.Count());
        await Task.Delay(20, carrier.Stop);
    }

    await worker.Kill();
    progress.Say($"killed after {sender.Accepted.Count:N0} accepted", sender, database.Count());
    await worker.Start(carrier.Stop);
    progress.Say("restarted", sender, database.Count());

    var counts = database.Count();
    for (var watch = Stopwatch.StartNew(); (!sending.IsCompleted || counts.Pending > 0) && watch.Elapsed < TimeSpan.FromMinutes(2); counts = database.Count())
    {
        if (sending.IsFaulted)
        {
            await sending;
        }

        progress.Show(sender, counts);
        worker.ThrowIfEnded();
        await Task.Delay(100, carrier.Stop);
    }

    progress.Say(counts.Pending == 0 ? "all processed" : $"{counts.Pending:N0} not processed", sender, counts);
    await worker.Kill();
    return new Balance(sender, database, carrier).Draw(Orders, Twice, Forged) ? 0 : 1;
}
catch (OperationCanceledException)
{
    return 130;
}
catch (Exception failure) when (failure is WorkerException or HttpRequestException)
{
    Console.Error.WriteLine($"\n{failure.Message}");
    return 1;
}

static async Task Step(string name, Func<Task<string>> run)
{
    Console.Write($"  {name,-46} ");
    var watch = Stopwatch.StartNew();
    var result = await run();
    Console.WriteLine($"{watch.Elapsed.TotalSeconds,5:N1} s  {result}".TrimEnd());
}

/// <summary>The worker failed.</summary>
sealed class WorkerException(string message) : Exception(message);

/// <summary>A webhook, which can be sent any number of times.</summary>
sealed record Webhook(string Id, Guid OrderId, byte[] Body, bool IsForged);

static class Webhooks
{
    /// <summary>The customer whose orders the carrier first responds to with 503.</summary>
    public const string Shaky = "initech";

    /// <summary>The customer whose order the carrier always rejects.</summary>
    public const string Poison = "umbrella";

    private const int ShakyEvery = 50;

    /// <summary>All webhooks, shuffled: both copies of a webhook may be sent at the same time.</summary>
    public static IReadOnlyList<Webhook> Make(int orders, int twice, int forged)
    {
        var webhooks = Enumerable.Range(0, orders).Select(n => One(n == orders / 3 ? Poison : n % ShakyEvery == 0 ? Shaky : "acme", isForged: false)).ToList();
        webhooks.AddRange(webhooks.Take(twice).ToList());
        webhooks.AddRange(Enumerable.Range(0, forged).Select(_ => One("acme", isForged: true)));
        var all = webhooks.ToArray();
        Random.Shared.Shuffle(all);
        return all;
    }

    private static Webhook One(string customer, bool isForged)
    {
        var orderId = Guid.NewGuid();
        var body = new { type = "order.placed", timestamp = DateTimeOffset.UtcNow, data = new { orderId, customer, lines = new[] { new { sku = "TEA-001", quantity = 2 }, new { sku = "MUG-007", quantity = 1 } } } };
        return new($"msg_{Guid.NewGuid():N}", orderId, JsonSerializer.SerializeToUtf8Bytes(body), isForged);
    }
}

/// <summary>Sends webhooks signed as Standard Webhooks specifies, and records the responses. A webhook without a response is sent again.</summary>
sealed class Sender(Uri address, byte[] secret)
{
    private int next;
    private int duplicates;
    private int rejected;
    private int repeated;
    private int contradicted;

    /// <summary>The ids of the accepted webhooks, each with the id of its message.</summary>
    public ConcurrentDictionary<string, Guid> Accepted { get; } = new();

    /// <summary>The orders that were sent with a valid signature.</summary>
    public ConcurrentDictionary<Guid, string> Orders { get; } = new();

    /// <summary>Accepted again, with the id of the same message.</summary>
    public int Duplicates => duplicates;

    public int Rejected => rejected;

    /// <summary>Sent again because there was no response.</summary>
    public int Repeated => repeated;

    /// <summary>Accepted again, but with the id of another message.</summary>
    public int Contradicted => contradicted;

    public async Task Send(IReadOnlyList<Webhook> webhooks, int concurrency, CancellationToken stop)
    {
        using var http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(10) };
        await Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => Task.Run(async () =>
        {
            for (int index; (index = Interlocked.Increment(ref next) - 1) < webhooks.Count;)
            {
                while (!await TrySend(http, webhooks[index], stop))
                {
                    Interlocked.Increment(ref repeated);
                    await Task.Delay(100, stop);
                }
            }
        }, stop)));
    }

    /// <returns>False when the webhook has to be sent again.</returns>
    private async Task<bool> TrySend(HttpClient http, Webhook webhook, CancellationToken stop)
    {
        using var request = Sign(webhook);
        if (!webhook.IsForged)
        {
            Orders[webhook.OrderId] = webhook.Id;
        }

        try
        {
            using var response = await http.SendAsync(request, stop);
            switch (response.StatusCode)
            {
                case HttpStatusCode.Accepted when !webhook.IsForged:
                    using (var receipt = JsonDocument.Parse(await response.Content.ReadAsStreamAsync(stop)))
                    {
                        var message = receipt.RootElement.GetProperty("messageId").GetGuid();
                        if (!Accepted.TryAdd(webhook.Id, message))
                        {
                            Interlocked.Increment(ref (Accepted[webhook.Id] == message ? ref duplicates : ref contradicted));
                        }
                    }

                    return true;
                case HttpStatusCode.Unauthorized when webhook.IsForged:
                    Interlocked.Increment(ref rejected);
                    return true;
                case HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable:
                    return false;
                default:
                    throw new WorkerException($"The worker responded with {(int)response.StatusCode} to a {(webhook.IsForged ? "forged" : "valid")} webhook: {await response.Content.ReadAsStringAsync(stop)}");
            }
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return false;
        }
    }

    private HttpRequestMessage Sign(Webhook webhook)
    {
        var timestamp = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var key = webhook.IsForged ? RandomNumberGenerator.GetBytes(secret.Length) : secret;
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{webhook.Id}.{timestamp}."), .. webhook.Body];
        var signature = HMACSHA256.HashData(key, signed);
        return new(HttpMethod.Post, "v1/webhooks")
        {
            Content = new ByteArrayContent(webhook.Body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
            Headers = { { "webhook-id", webhook.Id }, { "webhook-timestamp", timestamp }, { "webhook-signature", $"v1,{Convert.ToBase64String(signature)}" } },
        };
    }
}

/// <summary>The carrier that the worker books each shipment with. Its contract is the worker's carrier.yaml.</summary>
sealed class Carrier : IAsyncDisposable
{
    // More than the worker makes in one attempt.
    private const int ShakyCalls = 3;

    private readonly WebApplication server;
    private readonly ConcurrentDictionary<Guid, int> calls = new();

    public Carrier()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        server = builder.Build();
        server.MapPost("/v1/bookings", (Booking booking, [Microsoft.AspNetCore.Mvc.FromHeader(Name = "Idempotency-Key")] Guid key) =>
        {
            var call = calls.AddOrUpdate(key, 1, (_, count) => count + 1);
            return booking.Customer switch
            {
                Webhooks.Poison => Results.Problem("This customer is blocked.", statusCode: 422),
                Webhooks.Shaky when call <= ShakyCalls => Results.Problem("No van is available.", statusCode: 503),
                _ => Results.Json(new { trackingNumber = TrackingNumber(key) }, statusCode: 201),
            };
        });
        server.Start();
    }

    public string Address => server.Urls.Single();

    /// <summary>The number of calls for each message.</summary>
    public IReadOnlyDictionary<Guid, int> Calls => calls;

    /// <summary>Ctrl+C and SIGTERM, which the server handles.</summary>
    public CancellationToken Stop => server.Lifetime.ApplicationStopping;

    /// <summary>The same number for the same key, in every call.</summary>
    public static string TrackingNumber(Guid key) => $"{key:N}"[^12..].ToUpperInvariant();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private sealed record Booking(Guid OrderId, string Customer, int Units);
}

/// <summary>The published worker as a process, with its own database and a mounted secret.</summary>
sealed class WorkerProcess(string assembly, string folder, string address, string carrier, byte[] secret) : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> log = new();
    private Process? process;

    public string Database => Path.Combine(folder, "app.db");

    public async Task Migrate()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Secrets).FullName, "Webhooks__Sources__shop__Secrets__0"), $"whsec_{Convert.ToBase64String(secret)}");
        using var migration = Run("migrate");
        await migration.WaitForExitAsync();
        if (migration.ExitCode != 0)
        {
            throw new WorkerException($"The database could not be migrated:\n{Tail}");
        }
    }

    public async Task Start(CancellationToken stop)
    {
        process = Run();
        using var http = new HttpClient();
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromSeconds(60); await Task.Delay(20, stop))
        {
            ThrowIfEnded();
            try
            {
                using var live = await http.GetAsync($"{address}/health/live", stop);
                if (live.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
        }

        throw new WorkerException($"The worker did not start:\n{Tail}");
    }

    /// <summary>Kills the process as `kill -9` does.</summary>
    public async Task Kill()
    {
        process!.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
    }

    public void ThrowIfEnded()
    {
        if (process!.HasExited)
        {
            throw new WorkerException($"The worker stopped unexpectedly:\n{Tail}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            await Kill();
        }

        process?.Dispose();
    }

    private string Secrets => Path.Combine(folder, "secrets");

    private string Tail => string.Join('\n', log.TakeLast(15).Select(line => $"    {line}"));

    private Process Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [assembly, .. arguments]) { WorkingDirectory = Path.GetDirectoryName(assembly), RedirectStandardOutput = true, RedirectStandardError = true };
        var settings = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["ASPNETCORE_URLS"] = address,
            ["ConnectionStrings__Database"] = $"Data Source={Database}",
            ["Secrets__Directory"] = Secrets,
            ["Carrier__BaseAddress"] = carrier,

            // Required in Production for the dead letters' endpoints, which the demo does not call: there is no issuer.
            ["Authentication__Schemes__Bearer__Authority"] = "https://localhost:1",
            ["Authentication__Schemes__Bearer__ValidAudiences__0"] = "shipping",

            // Short intervals, so that the demo takes seconds instead of minutes.
            ["Messages__LeaseSeconds"] = "5",
            ["Messages__MaxAttempts"] = "8",
            ["Messages__BackoffSeconds"] = "0.25",
            ["Messages__MaxBackoffSeconds"] = "2",
            ["Carrier__BreakSeconds"] = "1",
        };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var started = new Process { StartInfo = start };
        started.OutputDataReceived += (_, line) => Keep(line.Data);
        started.ErrorDataReceived += (_, line) => Keep(line.Data);
        started.Start();
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        return started;
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            log.Enqueue(line);
        }
    }
}

/// <summary>The number of messages in each state.</summary>
sealed record Counts(int Pending, int Processed, int Retried, int Dead);

/// <summary>Reads the worker's database.</summary>
sealed class ShipmentsDatabase(string path)
{
    public Counts Count() => Read(
        "SELECT count(*) FILTER (WHERE state = 'Pending'), count(*) FILTER (WHERE state = 'Done'), count(*) FILTER (WHERE attempts > 1), count(*) FILTER (WHERE state = 'Dead') FROM messages",
        row => new Counts(row.GetInt32(0), row.GetInt32(1), row.GetInt32(2), row.GetInt32(3))).Single();

    public IReadOnlyList<(Guid Message, string WebhookId, bool IsDead)> Messages() =>
        Read("SELECT id, webhook_id, state = 'Dead' FROM messages", row => (row.GetGuid(0), row.GetString(1), row.GetBoolean(2)));

    public IReadOnlyList<(Guid Message, Guid OrderId, string? TrackingNumber)> Shipments() =>
        Read("SELECT message_id, order_id, tracking_number FROM shipments", row => (row.GetGuid(0), row.GetGuid(1), row.IsDBNull(2) ? null : row.GetString(2)));

    private List<T> Read<T>(string sql, Func<SqliteDataReader, T> read)
    {
        using var connection = new SqliteConnection($"Data Source={path};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}

/// <summary>A line that is updated in place in a terminal, and otherwise written once a second.</summary>
sealed class Progress
{
    private readonly Stopwatch shown = Stopwatch.StartNew();

    public void Show(Sender sender, Counts counts)
    {
        if (!Console.IsOutputRedirected)
        {
            Console.Write($"\r  {Line(sender, counts)}  ");
        }
        else if (shown.Elapsed > TimeSpan.FromSeconds(1))
        {
            shown.Restart();
            Console.WriteLine($"  {Line(sender, counts)}");
        }
    }

    /// <summary>A line that stays.</summary>
    public void Say(string what, Sender sender, Counts counts)
    {
        shown.Restart();
        Console.WriteLine($"{(Console.IsOutputRedirected ? "" : "\r")}  {Line(sender, counts)}  {what}");
    }

    private static string Line(Sender sender, Counts counts) =>
        $"accepted {sender.Accepted.Count,6:N0}   processed {counts.Processed,6:N0}   retried {counts.Retried,4:N0}   dead {counts.Dead,2:N0}";
}

/// <summary>Compares what was sent with what the worker stored.</summary>
sealed class Balance(Sender sender, ShipmentsDatabase database, Carrier carrier)
{
    /// <returns>True when the numbers add up.</returns>
    public bool Draw(int sent, int twice, int forged)
    {
        var messages = database.Messages();
        var shipments = database.Shipments();
        var shipped = shipments.CountBy(shipment => shipment.OrderId).ToDictionary();
        var dead = messages.Where(message => message.IsDead).Select(message => message.WebhookId).ToHashSet();

        // Lost: accepted, but there is neither a shipment nor a dead letter. Duplicated: there is more than one.
        var lost = sender.Orders.Count(order => sender.Accepted.ContainsKey(order.Value) && !shipped.ContainsKey(order.Key) && !dead.Contains(order.Value));
        var duplicated = shipments.Count - shipped.Count + messages.Count - messages.DistinctBy(message => message.WebhookId).Count() + sender.Contradicted;
        var unknown = shipped.Keys.Count(order => !sender.Orders.ContainsKey(order)) + messages.Count(message => !sender.Accepted.ContainsKey(message.WebhookId));
        var unbooked = shipments.Count(shipment => shipment.TrackingNumber != Carrier.TrackingNumber(shipment.Message) || !carrier.Calls.ContainsKey(shipment.Message));

        Console.WriteLine("\n  result");
        Write("sent", sender.Orders.Count, $"{sender.Repeated:N0} repeated, because there was no response");
        Write("accepted", sender.Accepted.Count, "");
        Write("duplicates", sender.Duplicates, "responded to with the existing message");
        Write("rejected", sender.Rejected, "because of a forged signature");
        Write("shipments", shipments.Count, $"{carrier.Calls.Values.Sum():N0} calls to the carrier for {carrier.Calls.Count:N0} messages");
        Write("dead letters", dead.Count, "which the carrier always rejected");
        Write("lost", lost, "");
        Write("duplicated", duplicated, "");

        var balances = (sender.Orders.Count, sender.Accepted.Count, sender.Duplicates, sender.Rejected) == (sent, sent, twice, forged)
            && (shipments.Count, dead.Count) == (sent - 1, 1)
            && (lost, duplicated, unknown, unbooked) == (0, 0, 0, 0);
        Console.WriteLine(balances ? "  Nothing was lost, and nothing was processed twice." : $"  The numbers do not add up: {unknown} messages or shipments that were never sent, {unbooked} without their tracking number.");
        return balances;
    }

    private static void Write(string what, int count, string remark) => Console.WriteLine($"    {what,-14}{count,7:N0}  {remark}".TrimEnd());
}
