namespace GoldenService.Tests;

using System;
using System.Collections.Generic;
using System.Data.Common;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

/// <summary>What the audit finds in statements that lack an index.</summary>
[Trait("Checklist", "indexes")]
public sealed class MissingIndexTests(Service service)
{
    [Theory]
    [InlineData("DELETE FROM order_lines WHERE sku = 'A-1'", "order_lines is read whole", "ON order_lines (sku);")]
    [InlineData("SELECT o.id FROM orders AS o ORDER BY o.customer", "orders is read whole", "a condition or a LIMIT")]
    [InlineData("SELECT id FROM orders WHERE lower(owner) = 'a' AND placed_at > 1", "orders is read whole", "ON orders (placed_at);")]
    [InlineData("SELECT id FROM orders WHERE owner = 'a' AND currency IN ('EUR') AND placed_at > 1", "orders.currency is compared and in no index", "ON orders (owner, currency, placed_at);")]
    [InlineData("SELECT id FROM orders WHERE owner = 'a' AND note > 'n' ORDER BY placed_at LIMIT 5", "orders.note is compared and in no index", "ON orders (owner, note);")]
    [InlineData("SELECT id FROM orders WHERE owner = 'a' AND 1 <= placed_at ORDER BY currency LIMIT 5", "orders is sorted for the sake of its first rows", "ON orders (owner, currency);")]
    [InlineData("SELECT id FROM orders WHERE owner = 'a' AND (placed_at < 1 OR total < 1) ORDER BY placed_at LIMIT 5", "orders.placed_at is compared and not sought in IX_orders_owner_placed_at_id", "OR")]
    [InlineData("SELECT id FROM orders WHERE owner = 'a' AND placed_at < 1 ORDER BY placed_at LIMIT 5", null, "")]
    [InlineData("SELECT id FROM orders ORDER BY id LIMIT 5", null, "")]
    public async Task A_missing_index_is_noticed(string sql, string? what, string mend)
    {
        var found = await service.WithDatabase(db => IndexAudit.FindAsync(db, [KeyValuePair.Create(sql, Array.Empty<DbParameter>())]));

        Assert.Equal(what, found.SingleOrDefault()?.What);
        Assert.Contains(mend, found.SingleOrDefault()?.Mend ?? "", StringComparison.Ordinal);
    }
}
