using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Golden.Templates.Faults;

/// <summary>A request of a buyer that has no response yet, or got none.</summary>
sealed class Purchase(string customer)
{
    long _askedAt;

    /// <summary>The customer of its orders, whom no other request has.</summary>
    public string Customer => customer;

    /// <summary>When the API asked for the body; 0 before that.</summary>
    public long AskedAt
    {
        get => Volatile.Read(ref _askedAt);
        set => Volatile.Write(ref _askedAt, value);
    }
}

/// <summary>
/// Places orders with an Idempotency-Key, and repeats each until it has a response; cancels some, and imports others, which it does not repeat.
/// It keeps what it was promised.
/// </summary>
sealed class Buyer(int seed) : IDisposable
{
    public const int ImportSize = 20;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // The API asks for a body when it begins to read it, and no body leaves before that.
    readonly HttpClient _http = new(new SocketsHttpHandler { Expect100ContinueTimeout = Patience })
    {
        Timeout = Patience,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", Api.Token), ExpectContinue = true },
    };

    readonly ConcurrentDictionary<Purchase, bool> _open = [];
    readonly ConcurrentDictionary<string, Guid> _placed = [];
    readonly ConcurrentBag<string> _imported = [];
    readonly ConcurrentBag<string> _failures = [];
    readonly ConcurrentBag<string> _surprises = [];
    int _customers, _requests, _cancelled;

    /// <summary>Where requests go: ready instances, or a gateway before them. While there is none, the buyer waits.</summary>
    public IReadOnlyList<Uri> Targets { get; set; } = [];

    /// <summary>The orders that were responded to with 201, by their customers.</summary>
    public IReadOnlyDictionary<string, Guid> Placed => _placed;

    /// <summary>The customers of imports that were responded to with 200.</summary>
    public IReadOnlyCollection<string> Imported => _imported;

    public int Requests => _requests;

    public int Cancelled => _cancelled;

    /// <summary>Requests that had no response, or 503.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Responses that the contract does not allow.</summary>
    public IReadOnlyCollection<string> Surprises => _surprises;

    /// <summary>Whether a request waits for its response.</summary>
    public bool IsWaiting => _open.Values.Any(isOpen => isOpen);

    /// <summary>Requests that have no response yet, or got none since <see cref="Forget"/>.</summary>
    public IReadOnlyCollection<Purchase> WithoutResponse => [.. _open.Keys];

    public void Forget()
    {
        foreach (var (purchase, _) in _open.Where(purchase => !purchase.Value))
        {
            _open.TryRemove(purchase, out _);
        }
    }

    /// <summary>Buys from this many threads of control, as long as there is to be more, and ends when all has a response.</summary>
    public Task BuyAsync(int count, int pauseMilliseconds, Func<bool> more) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(number => Task.Run(() => BuyAsync(new Random((seed * 1000) + number), pauseMilliseconds, more))));

    async Task BuyAsync(Random random, int pause, Func<bool> more)
    {
        while (more())
        {
            var customer = $"customer-{Interlocked.Increment(ref _customers)}";
            if (random.Next(25) == 0)
            {
                await ImportAsync(customer, random);
            }
            else
            {
                await PlaceAsync(customer, random);
            }

            await Task.Delay(random.Next((2 * pause) + 1));
        }
    }

    async Task PlaceAsync(string customer, Random random)
    {
        var body = await RepeatAsync("v1/orders", $$"""{"customer":"{{customer}}","currency":"EUR","lines":[{"sku":"TEA-001","quantity":2,"unitPrice":1.5}]}""", customer, HttpStatusCode.Created, random);
        var id = body.GetProperty("id").GetGuid();
        _placed[customer] = id;
        if (random.Next(10) == 0)
        {
            // A retry by a buyer that has not seen its response.
            var again = await RepeatAsync("v1/orders", $$"""{"customer":"{{customer}}","currency":"EUR","lines":[{"sku":"TEA-001","quantity":2,"unitPrice":1.5}]}""", customer, HttpStatusCode.Created, random);
            Expect(again.GetProperty("id").GetGuid() == id, $"{customer} has order {id}, and then {again}");
        }

        if (random.Next(10) == 0)
        {
            await RepeatAsync($"v1/orders/{id}/cancel", json: null, customer, HttpStatusCode.OK, random);
            Interlocked.Increment(ref _cancelled);
        }
    }

    async Task ImportAsync(string customer, Random random)
    {
        var order = $$"""{"customer":"{{customer}}","currency":"EUR","placedAt":"2026-01-15T09:30:00Z","lines":[{"sku":"TEA-001","quantity":2,"unitPrice":1.5}]}""";
        var (status, body) = await TryAsync("v1/orders/import", $$"""{"orders":[{{string.Join(',', Enumerable.Repeat(order, ImportSize))}}]}""", customer, random);
        Expect(status is null or HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, $"The import of {customer} had {status}: {body}");
        if (status == HttpStatusCode.OK)
        {
            _imported.Add(customer);
        }
    }

    async Task<JsonElement> RepeatAsync(string path, string? json, string customer, HttpStatusCode expected, Random random)
    {
        for (var start = Stopwatch.GetTimestamp(); ; await Task.Delay(random.Next(20, 80)))
        {
            var (status, body) = await TryAsync(path, json, customer, random);
            if (status == expected)
            {
                return body;
            }

            Expect(status is null or HttpStatusCode.ServiceUnavailable, $"{path} of {customer} had {status}: {body}");
            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                throw new TimeoutException($"{path} of {customer} had no {expected} within {Patience.TotalSeconds} s; at the end: {status}");
            }
        }
    }

    /// <summary>Sends a request once. Without a status there was no response.</summary>
    async Task<(HttpStatusCode? Status, JsonElement Body)> TryAsync(string path, string? json, string customer, Random random)
    {
        IReadOnlyList<Uri> targets;
        while ((targets = Targets).Count == 0)
        {
            await Task.Delay(20);
        }

        var purchase = new Purchase(customer);
        var target = new Uri(targets[random.Next(targets.Count)], path);
        using var request = new HttpRequestMessage(HttpMethod.Post, target)
        {
            Content = json is null ? null : new AskedBody(Encoding.UTF8.GetBytes(json), () => purchase.AskedAt = Stopwatch.GetTimestamp()),
        };
        request.Headers.Add("Idempotency-Key", customer);
        Interlocked.Increment(ref _requests);
        _open[purchase] = true;
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            _open.TryRemove(purchase, out _);
            var text = await response.Content.ReadAsStringAsync();
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                _failures.Add($"{target}: 503 {text}");
            }

            return (response.StatusCode, text == "" ? default : JsonElement.Parse(text));
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            _failures.Add($"{target}: {exception.GetBaseException().Message}");
            _open.TryUpdate(purchase, false, true);
            return default;
        }
    }

    void Expect(bool isSo, string otherwise)
    {
        if (!isSo)
        {
            _surprises.Add(otherwise);
        }
    }

    public void Dispose() => _http.Dispose();
}
