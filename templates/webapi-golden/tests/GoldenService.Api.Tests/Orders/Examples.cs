namespace GoldenService.Api.Tests;

using System;
using global::GoldenService.Api.Client;
using global::GoldenService.ServiceDefaults;
using global::GoldenService.Testing;

/// <summary>Orders to try things with.</summary>
internal static class Examples
{
    /// <summary>A request to place an order, and the status of a good one.</summary>
    public static Request WithBody(string body) => new("POST", "/v1/orders", "/v1/orders", 201, body) { Headers = [("Idempotency-Key", NewKey())] };

    /// <summary>Who calls when a test uses the clients that tests share.</summary>
#if (jwt)
    public static Caller Caller => new() { Subject = Issuer.Tester };
#else
    public static Caller Caller => new();
#endif

    public static string NewCustomer() => $"customer-{Guid.NewGuid():N}";

    public static string NewKey() => Guid.NewGuid().ToString();

    public static OrderLine Line(string sku = "TEA-001", int quantity = 2, decimal unitPrice = 4.50m) =>
        new() { Sku = sku, Quantity = quantity, UnitPrice = unitPrice };

    public static OrderDraft Draft(string? customer = null, Currency currency = Currency.EUR, string? note = null, params OrderLine[] lines) =>
        new() { Customer = customer ?? NewCustomer(), Currency = currency, Lines = lines is [] ? [Line()] : lines, Note = note };

    public static PlacedOrder Placed(string customer, DateTimeOffset placedAt, Currency currency = Currency.EUR, decimal total = 9) =>
        new() { Customer = customer, Currency = currency, PlacedAt = placedAt, Lines = [Line(quantity: 1, unitPrice: total)] };

    public static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}

internal static class OrdersService
{
    extension(Service service)
    {
        public OrdersClient Orders => new(service.Http);
#if (jwt)

        /// <summary>The client of another caller.</summary>
        public OrdersClient OrdersOf(string subject) => new(service.ClientWith(Issuer.Shared.Token(subject)));
#endif
    }
}
