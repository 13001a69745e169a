namespace GoldenService.Api.Tests;

using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Api.Client;
using global::GoldenService.ServiceDefaults;
using global::GoldenService.Testing;
using Xunit;

[Trait("Checklist", "tracing")]
public sealed class OrderStatementTests(Service service)
{
    [Fact] // Fails when DatabaseTelemetry overrides too little: raw SQL, saving or updating; or counts no operations of a batch, or those of none.
    public async Task Every_way_to_the_database_is_a_span()
    {
        using var spans = new Spans();
        var created = await service.Orders.CreateOrderAsync(Examples.NewKey(), Examples.Draft());

        await service.Send("POST", $"/v1/orders/{created.Result.Id}/cancel", headers: spans.Header);
        await service.Send("GET", "/v1/orders/report?from=2026-01-01&to=2026-01-31", headers: spans.Header);
        await service.Send(
            "POST",
            "/v1/orders/import",
            """{"orders":[{"customer":"a","currency":"EUR","placedAt":"2026-01-01T00:00:00Z","lines":[{"sku":"TEA-001","quantity":1,"unitPrice":1},{"sku":"TEA-002","quantity":1,"unitPrice":1}]}]}"""u8.ToArray(),
            headers: spans.Header);
        await service.Send(
            "POST",
            "/v1/orders",
            """{"customer":"a","currency":"EUR","lines":[{"sku":"TEA-001","quantity":1,"unitPrice":1}]}"""u8.ToArray(),
            headers: [spans.Header, ("Idempotency-Key", Examples.NewKey())]);

        Assert.Equal(
            [
#if (postgres)
#if (outbox)
                "UPDATE orders", "SELECT orders", "SELECT orders", "COPY orders", "COPY order_lines", "COPY outbox_messages", "BATCH 4",
#else
                "UPDATE orders", "SELECT orders", "SELECT orders", "COPY orders", "COPY order_lines", "BATCH 3",
#endif
#else
#if (outbox)
                "UPDATE orders", "SELECT orders", "SELECT orders", "INSERT orders", "BATCH INSERT order_lines 2", "INSERT outbox_messages", "INSERT orders", "INSERT outbox_messages", "INSERT idempotency_keys", "INSERT order_lines",
#else
                "UPDATE orders", "SELECT orders", "SELECT orders", "INSERT orders", "BATCH INSERT order_lines 2", "INSERT orders", "INSERT idempotency_keys", "INSERT order_lines",
#endif
#endif
            ],
            spans.All.Where(span => span.Source.Name == "GoldenService.Database").Select(span => $"{span.DisplayName} {span.GetTagItem("db.operation.batch.size")}".TrimEnd()));
    }
}
