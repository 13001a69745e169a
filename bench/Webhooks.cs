using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Golden.Templates.Bench;

/// <summary>What one run measured: from the first webhook sent to the last answered with 202, and to the last message worked off.</summary>
sealed record WebhookLoad(double AcceptedPerSecond, double ProcessedPerSecond, double P50Milliseconds, double P99Milliseconds, double CpuMicroseconds);

/// <summary>Load of webhooks, as Standard Webhooks has them. They are signed before the load begins, and each connection waits for its answer before it sends the next.</summary>
static class Webhooks
{
    private const int Connections = 64;

    // So many are signed that no service takes them all.
    private const int MostPerSecond = 20_000;

    /// <summary>A request with an order of two lines, under an id of its own.</summary>
    public static byte[] Sign(byte[] secret, string connection = "keep-alive")
    {
        var id = $"msg_{Guid.NewGuid():N}";
        var timestamp = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var body = $$$"""{"type":"order.placed","timestamp":"2026-01-15T09:30:00Z","data":{"orderId":"{{{Guid.NewGuid()}}}","customer":"acme","lines":[{"sku":"TEA-001","quantity":2},{"sku":"TEA-002","quantity":1}]}}""";
        var signature = Convert.ToBase64String(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")));
        return Encoding.UTF8.GetBytes(
            $"POST /v1/webhooks HTTP/1.1\r\nHost: localhost\r\nConnection: {connection}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n"
            + $"webhook-id: {id}\r\nwebhook-timestamp: {timestamp}\r\nwebhook-signature: v1,{signature}\r\n\r\n{body}");
    }

    /// <param name="pending">How many messages are not worked off yet.</param>
    public static async Task<(WebhookLoad Load, int Accepted)> RunAsync(RunningService service, byte[] secret, double seconds, Func<int> pending)
    {
        var requests = new byte[(int)(seconds * MostPerSecond)][];
        Parallel.For(0, requests.Length, index => requests[index] = Sign(secret));

        var cpu = service.CpuSeconds;
        var watch = Stopwatch.StartNew();
        var next = -1;
        var times = (await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(SendAsync)))).SelectMany(times => times).Order().ToArray();
        var accepted = watch.Elapsed;
        while (pending() > 0)
        {
            await Task.Delay(10);
        }

        var processed = watch.Elapsed;
        cpu = service.CpuSeconds - cpu;
        return (new(times.Length / accepted.TotalSeconds, times.Length / processed.TotalSeconds, times[times.Length / 2], times[times.Length * 99 / 100], cpu / times.Length * 1e6), times.Length);

        async Task<List<double>> SendAsync()
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, service.Address.Port);
            var times = new List<double>();
            var buffer = new byte[8192];
            while (watch.Elapsed.TotalSeconds < seconds)
            {
                var index = Interlocked.Increment(ref next);
                if (index >= requests.Length)
                {
                    throw new BenchException($"The service took {MostPerSecond:N0} webhooks a second: there must be more of them.");
                }

                var start = Stopwatch.GetTimestamp();
                await socket.SendAsync(requests[index]);
                var length = 0;
                do
                {
                    var received = await socket.ReceiveAsync(buffer.AsMemory(length));
                    length += received > 0 ? received : throw new BenchException("The service closed a connection.");
                }
                while (!IsWhole(buffer.AsSpan(0, length)));

                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                if (!buffer.AsSpan(0, length).StartsWith("HTTP/1.1 202"u8))
                {
                    throw new BenchException($"The service answered a webhook with:\n{Encoding.UTF8.GetString(buffer, 0, length)}");
                }
            }

            return times;
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return false;
        }

        var at = answer[..head].IndexOf("Content-Length: "u8);
        return at < 0
            ? answer.EndsWith("\r\n0\r\n\r\n"u8) // in chunks
            : Utf8Parser.TryParse(answer[(at + "Content-Length: ".Length)..], out int length, out _) && answer.Length >= head + 4 + length;
    }
}
