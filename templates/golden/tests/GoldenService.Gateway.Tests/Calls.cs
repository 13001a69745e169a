namespace GoldenService.Gateway.Tests;

using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Text;

/// <summary>A valid request of each operation, by the id of its route.</summary>
internal static class Calls
{
    public const string Order = """{ "customer": "acme", "currency": "EUR", "lines": [ { "sku": "TEA-001", "quantity": 2, "unitPrice": 4.50 } ] }""";

    private const string Id = "0199b0a5-7d3c-7c2e-9b8e-2f1f6c3f8f10";

    public static readonly Dictionary<string, (string Method, string Path, string? Body)> All = new()
    {
        ["api.createOrder"] = ("POST", "/v1/orders", Order),
        ["api.listOrders"] = ("GET", "/v1/orders?limit=5&customer=acme", null),
        ["api.importOrders"] = ("POST", "/v1/orders/import", """{"orders":[{"customer":"acme","currency":"EUR","placedAt":"2026-01-15T09:30:00Z","lines":[{"sku":"TEA-001","quantity":2,"unitPrice":1.5}]}]}"""),
        ["api.reportOrders"] = ("GET", "/v1/orders/report?from=2026-01-01&to=2026-12-31", null),
        ["api.getOrder"] = ("GET", $"/v1/orders/{Id}", null),
        ["api.updateOrder"] = ("PUT", $"/v1/orders/{Id}", Order),
        ["api.cancelOrder"] = ("POST", $"/v1/orders/{Id}/cancel", null),
        ["worker.receiveWebhook"] = ("POST", "/v1/webhooks", """{"type" : "order.placed" }"""),
        ["worker.listDeadLetters"] = ("GET", "/v1/dead-letters", null),
        ["worker.requeueDeadLetter"] = ("POST", $"/v1/dead-letters/{Id}/requeue", null),
    };

    public static HttpRequestMessage Request(string route)
    {
        var (method, path, body) = All[route];
        var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative)) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", "a-key-of-a-caller");
        request.Headers.TryAddWithoutValidation("If-Match", "\"1\"");
        return request;
    }
}
