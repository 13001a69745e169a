namespace GoldenService.Worker;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;
using global::GoldenService.ServiceDefaults;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

/// <summary>
/// Lets webhooks pass that one of the sources has signed, as Standard Webhooks has it: HMAC-SHA256 over id, timestamp and the
/// bytes of the body, not longer ago than five minutes. It stands before all that parses a body, and answers 401 to the rest
/// without saying what was wrong. Webhooks are the requests to operations whose security in the contract is a key in the header
/// webhook-signature. Bodies are as large as Limits allows.
/// </summary>
internal sealed class WebhookSignatures(RequestDelegate next, WebhookSources sources, TimeProvider time)
{
    private const string Version = "v1,";
    private const int ToleranceSeconds = 300;

    public async Task InvokeAsync(HttpContext context, WebhookDelivery delivery)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<OperationSignature>() is null)
        {
            await next(context);
            return;
        }

        if (!await IsSignedAsync(context, delivery))
        {
            context.Response.Headers.WWWAuthenticate = "Webhook-Signature"; // RFC 9110, section 15.5.2, wants a name of how; there is no registered one.
            await Problems.WriteAsync(context, StatusCodes.Status401Unauthorized, "The webhook must be signed with a secret of its source, not longer ago than five minutes (Standard Webhooks).");
            return;
        }

        // In place of a token, which all operations need that the contract does not open.
        context.User = new ClaimsPrincipal(new ClaimsIdentity("Webhook-Signature"));
        await next(context);
    }

    private async Task<bool> IsSignedAsync(HttpContext context, WebhookDelivery delivery)
    {
        var headers = context.Request.Headers;
        if (One(headers["webhook-id"]) is not { } id
            || One(headers["webhook-timestamp"]) is not { } timestamp
            || One(headers["webhook-signature"]) is not { } signature
            || !IsRecent(timestamp)
            || Read(signature) is not { Count: > 0 } signatures)
        {
            return false;
        }

        // What is signed is the body with this before it. The server breaks off where the body is too large or too slow.
        var prefix = Encoding.UTF8.GetBytes($"{id}.{timestamp}.");
        var signed = new MemoryStream(prefix.Length + (int)Math.Min(context.Request.ContentLength ?? 0, 64 * 1024));
        signed.Write(prefix);
        await context.ReadBodyAsync(async (body, cancellationToken) =>
        {
            await body.CopyToAsync(signed, cancellationToken);
            return signed;
        });
        var content = signed.GetBuffer().AsMemory(0, (int)signed.Length);

        delivery.Source = sources.WhoSigned(content.Span, signatures);
        delivery.Body = content[prefix.Length..];
        context.Request.Body = new MemoryStream(signed.GetBuffer(), prefix.Length, delivery.Body.Length, writable: false);
        return delivery.Source is not null;
    }

    private bool IsRecent(string timestamp) =>
        long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && Math.Abs(time.GetUtcNow().ToUnixTimeSeconds() - seconds) <= ToleranceSeconds;

    private static string? One(StringValues values) => values is [{ Length: > 0 } value] ? value : null;

    // Others than HMAC-SHA256 may stand beside them, in versions of their own.
    private static List<byte[]> Read(string header)
    {
        var signatures = new List<byte[]>();
        foreach (var range in header.AsSpan().Split(' '))
        {
            var signature = new byte[HMACSHA256.HashSizeInBytes];
            if (header.AsSpan(range) is var text
                && text.StartsWith(Version, StringComparison.Ordinal)
                && Convert.TryFromBase64Chars(text[Version.Length..], signature, out var length)
                && length == signature.Length)
            {
                signatures.Add(signature);
            }
        }

        return signatures;
    }
}
