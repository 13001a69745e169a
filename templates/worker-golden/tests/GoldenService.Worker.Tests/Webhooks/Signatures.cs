namespace GoldenService.Worker.Tests;

using System;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;
using global::GoldenService.Testing;

/// <summary>Signs webhooks as a source does, by the rules of Standard Webhooks and not by the service's code.</summary>
internal static class Signatures
{
    public const string Source = "shop";

    public static string Secret { get; } = NewSecret();

    public static string NewSecret(int bytes = 32) => "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(bytes));

    public static (string Name, string Value)[] Headers(byte[] body, string? id = null, DateTimeOffset? at = null, string? secret = null)
    {
        var (name, timestamp) = (id ?? Examples.NewId(), Timestamp(at ?? DateTimeOffset.UtcNow));
        return [("webhook-id", name), ("webhook-timestamp", timestamp), ("webhook-signature", "v1," + Sign(body, name, timestamp, secret))];
    }

    public static string Timestamp(DateTimeOffset time) => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    public static string Sign(byte[] body, string id, string timestamp, string? secret = null) => Convert.ToBase64String(HMACSHA256.HashData(
        Convert.FromBase64String((secret ?? Secret)["whsec_".Length..]),
        Encoding.UTF8.GetBytes($"{id}.{timestamp}.").Concat(body).ToArray()));

    /// <summary>Sends a webhook with these headers and no others.</summary>
    public static async Task<Answer> SendUnsigned(this Service service, byte[] body, string contentType = "application/json", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/webhooks") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        request.Headers.ConnectionClose = true; // The server closes one whose body it does not read.
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var response = await service.Stranger.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, text, response.Headers, string.Join(", ", response.Content.Headers.Allow));
    }
}
