namespace GoldenService.Tests;

using System;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

/// <summary>Signs every webhook over the bytes that go out, and gives an id to one that has none.</summary>
internal sealed class SigningHandler : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method == HttpMethod.Post && request.RequestUri!.AbsolutePath == "/v1/webhooks")
        {
            var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
            var id = request.Headers.TryGetValues("webhook-id", out var ids) ? string.Join(", ", ids) : Examples.NewId();
            foreach (var (name, value) in Signatures.Headers(body, id))
            {
                request.Headers.Remove(name);
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return await base.SendAsync(request, cancellationToken);
    }
}
