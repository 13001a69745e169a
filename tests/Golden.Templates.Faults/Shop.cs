using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Golden.Templates.Faults;

/// <summary>What the shop has to tell: that an order was placed.</summary>
sealed class Webhook(Guid orderId)
{
    public string Id { get; } = $"msg_{orderId:N}";

    public Guid OrderId => orderId;

    public byte[] Body { get; init; } = Encoding.UTF8.GetBytes(
        $$$"""{"type":"order.placed","timestamp":"2026-01-15T09:30:00Z","data":{"orderId":"{{{orderId}}}","customer":"acme","lines":[{"sku":"TEA-001","quantity":2}]}}""");

    /// <summary>What the worker calls it, since it was accepted.</summary>
    public Guid? MessageId { get; set; }
}

/// <summary>An attempt to send a webhook.</summary>
sealed class Attempt(Webhook webhook, bool isNews)
{
    long _askedAt;

    public Webhook Webhook => webhook;

    /// <summary>Whether the worker is to accept it, and has not said so before.</summary>
    public bool IsNews => isNews;

    /// <summary>When the worker asked for the body, and so had the request in its hands; 0 before that.</summary>
    public long AskedAt
    {
        get => Volatile.Read(ref _askedAt);
        set => Volatile.Write(ref _askedAt, value);
    }
}

/// <summary>
/// Sends webhooks as Standard Webhooks has it, and repeats each until it is accepted. Some it sends once more, some as only a
/// stranger would, and some are of a type that the worker does not handle. It knows what it was promised, and so what must be
/// there in the end.
/// </summary>
sealed class Shop(int seed) : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // The worker asks for a body when it begins to read it, and no body leaves before that.
    readonly HttpClient _http = new(new SocketsHttpHandler { Expect100ContinueTimeout = Patience }) { Timeout = Patience };
    readonly ConcurrentDictionary<Attempt, bool> _open = [];
    readonly ConcurrentBag<Webhook> _accepted = [];
    readonly ConcurrentBag<string> _surprises = [];
    int _sent, _requests, _duplicates, _refused, _ignored, _unanswered, _unavailable;

    public static string Secret { get; } = NewSecret();

    /// <summary>Where the worker is; while it is nowhere, the shop waits.</summary>
    public IReadOnlyList<Uri> Targets { get; set; } = [];

    public IReadOnlyCollection<Webhook> Accepted => _accepted;

    /// <summary>Answers that the contract does not allow for.</summary>
    public IReadOnlyCollection<string> Surprises => _surprises;

    public int Sent => _sent;

    public int Requests => _requests;

    public int Duplicates => _duplicates;

    public int Refused => _refused;

    /// <summary>How many were of a type that the worker does not handle, and accepted.</summary>
    public int Ignored => _ignored;

    public int Unanswered => _unanswered;

    /// <summary>How many answers were 503.</summary>
    public int Unavailable => _unavailable;

    /// <summary>Attempts that have no answer yet.</summary>
    public IReadOnlyCollection<Attempt> Open => [.. _open.Where(attempt => attempt.Value).Select(attempt => attempt.Key)];

    /// <summary>Attempts that have no answer yet, or got none since <see cref="ForgetUnanswered"/>.</summary>
    public IReadOnlyCollection<Attempt> WithoutAnswer => [.. _open.Keys];

    public void ForgetUnanswered()
    {
        foreach (var (attempt, _) in _open.Where(attempt => !attempt.Value))
        {
            _open.TryRemove(attempt, out _);
        }
    }

    /// <summary>Sends webhooks, so many at once, as long as there are to be more, and ends when all are accepted.</summary>
    public Task SendAsync(int senders, int pauseMilliseconds, Func<bool> more) =>
        Task.WhenAll(Enumerable.Range(0, senders).Select(sender => Task.Run(() => SendAsync(new Random((seed * 1000) + sender), pauseMilliseconds, more))));

    async Task SendAsync(Random random, int pause, Func<bool> more)
    {
        while (more())
        {
            var webhook = New(random);
            await DeliverAsync(webhook, random);
            if (random.Next(10) == 0)
            {
                await DeliverAsync(webhook, random);
            }

            if (random.Next(20) == 0)
            {
                await SendRefusedAsync(webhook, random);
            }

            if (random.Next(5) == 0)
            {
                await SendIgnoredAsync(random);
            }

            await Task.Delay(random.Next((2 * pause) + 1));
        }
    }

    public static Webhook New(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new(new Guid(bytes));
    }

    /// <summary>Sends it again and again until it is accepted.</summary>
    public async Task DeliverAsync(Webhook webhook, Random random)
    {
        var isNew = webhook.MessageId is null;
        if (isNew)
        {
            Interlocked.Increment(ref _sent);
        }

        for (var start = Stopwatch.GetTimestamp(); ; await Task.Delay(random.Next(20, 80)))
        {
            var (status, body) = await TryAsync(webhook, Secret, isNew, random);
            if (status is HttpStatusCode.Accepted && body.TryGetProperty("messageId", out var id))
            {
                Expect(isNew || webhook.MessageId == id.GetGuid(), $"{webhook.Id} is message {webhook.MessageId}, and then {id}");
                webhook.MessageId = id.GetGuid();
                break;
            }

            Expect(status is null or HttpStatusCode.ServiceUnavailable, $"{webhook.Id} was answered {status}: {body}");
            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                throw new TimeoutException($"{webhook.Id} was not accepted within {Patience.TotalSeconds} s; at the end: {status}");
            }
        }

        if (isNew)
        {
            _accepted.Add(webhook);
        }
        else
        {
            Interlocked.Increment(ref _duplicates);
        }
    }

    /// <summary>Sends what must not be accepted: a new webhook or another body of a known one by a stranger, or that body by the shop itself.</summary>
    async Task SendRefusedAsync(Webhook known, Random random)
    {
        var stranger = New(random);
        var (webhook, secret, expected) = random.Next(3) switch
        {
            0 => (stranger, NewSecret(), HttpStatusCode.Unauthorized),
            1 => (new Webhook(known.OrderId) { Body = stranger.Body }, NewSecret(), HttpStatusCode.Unauthorized),
            _ => (new Webhook(known.OrderId) { Body = stranger.Body }, Secret, HttpStatusCode.Conflict),
        };
        var (status, body) = await TryAsync(webhook, secret, isNews: false, random);
        Expect(status == expected || status is null or HttpStatusCode.ServiceUnavailable, $"{expected} was to be, and {status} was: {body}");
        if (status == expected)
        {
            Interlocked.Increment(ref _refused);
        }
    }

    /// <summary>Sends an event of another type, whose payload nobody knows: it is accepted, and nothing comes of it.</summary>
    async Task SendIgnoredAsync(Random random)
    {
        var orderId = New(random).OrderId;
        var webhook = new Webhook(orderId) { Body = Encoding.UTF8.GetBytes($$$"""{"type":"order.archived","archive":[1],"data":{"orderId":"{{{orderId}}}"}}""") };
        var (status, body) = await TryAsync(webhook, Secret, isNews: false, random);
        Expect(status is HttpStatusCode.NoContent or null or HttpStatusCode.ServiceUnavailable, $"An event of another type was answered {status}: {body}");
        if (status == HttpStatusCode.NoContent)
        {
            Interlocked.Increment(ref _ignored);
        }
    }

    /// <summary>Sends it once. Without a status there was no answer.</summary>
    async Task<(HttpStatusCode? Status, JsonElement Body)> TryAsync(Webhook webhook, string secret, bool isNews, Random random)
    {
        IReadOnlyList<Uri> targets;
        while ((targets = Targets).Count == 0)
        {
            await Task.Delay(20);
        }

        var attempt = new Attempt(webhook, isNews);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(targets[random.Next(targets.Count)], "v1/webhooks"))
        {
            Content = new AskedBody(webhook.Body, () => attempt.AskedAt = Stopwatch.GetTimestamp()),
            Headers = { ExpectContinue = true },
        };
        var timestamp = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signed = Encoding.UTF8.GetBytes($"{webhook.Id}.{timestamp}.").Concat(webhook.Body).ToArray();
        request.Headers.Add("webhook-id", webhook.Id);
        request.Headers.Add("webhook-timestamp", timestamp);
        request.Headers.Add("webhook-signature", $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret), signed))}");
        Interlocked.Increment(ref _requests);
        _open[attempt] = true;
        try
        {
            // An answer is one when its head is there.
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            _open.TryRemove(attempt, out _);
            var text = await response.Content.ReadAsStringAsync();
            var isProblem = response.Content.Headers.ContentType?.MediaType == "application/problem+json";
            Expect(response.IsSuccessStatusCode != isProblem, $"{response.StatusCode} came with {response.Content.Headers.ContentType}: {text}");
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                Interlocked.Increment(ref _unavailable);
            }

            return (response.StatusCode, text == "" ? default : JsonElement.Parse(text));
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            Interlocked.Increment(ref _unanswered);
            _open.TryUpdate(attempt, false, true);
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

    static string NewSecret() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    public void Dispose() => _http.Dispose();
}
