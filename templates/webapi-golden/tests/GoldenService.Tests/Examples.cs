namespace GoldenService.Tests;

using System;
using System.Linq;
using GoldenService.Client;

/// <summary>Orders to try things with.</summary>
internal static class Examples
{
    /// <summary>Who calls when a test uses the clients that tests share.</summary>
#if (jwt)
    public static Api.Caller Caller => new() { Subject = Issuer.Tester };
#else
    public static Api.Caller Caller => new();
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
