namespace GoldenService.ServiceDefaults.Tests;

using System;
using System.Collections.Generic;
using System.Data.Common;
using System.Linq;
using System.Threading.Tasks;
using global::GoldenService.Testing;
using Xunit;

/// <summary>What the audit finds in statements that lack an index.</summary>
[Trait("Checklist", "indexes")]
public sealed class MissingIndexTests(Service service)
{
    [Theory]
    [InlineData("DELETE FROM items WHERE quantity = 1", "items is read whole", "ON items (quantity);")]
    [InlineData("SELECT i.id FROM items AS i ORDER BY i.quantity", "items is read whole", "a condition or a LIMIT")]
    [InlineData("SELECT id FROM items WHERE lower(owner) = 'a' AND created_at > 1", "items is read whole", "ON items (created_at);")]
    [InlineData("SELECT id FROM items WHERE owner = 'a' AND quantity IN (1) AND name > 'b'", "items.quantity is compared and in no index", "ON items (owner, quantity, name);")]
    [InlineData("SELECT id FROM items WHERE owner = 'a' AND quantity > 1 ORDER BY name LIMIT 5", "items.quantity is compared and in no index", "ON items (owner, quantity);")]
    [InlineData("SELECT id FROM items WHERE owner = 'a' AND 'b' <= name ORDER BY created_at LIMIT 5", "items is sorted for the sake of its first rows", "ON items (owner, created_at);")]
    [InlineData("SELECT id FROM items WHERE owner = 'a' AND (name < 'b' OR name > 'c') ORDER BY name LIMIT 5", "items.name is compared and not sought in IX_items_owner_name", "OR")]
    [InlineData("SELECT id FROM items WHERE owner = 'a' AND name < 'b' ORDER BY name LIMIT 5", null, "")]
    [InlineData("SELECT id FROM items ORDER BY id LIMIT 5", null, "")]
    public async Task A_missing_index_is_noticed(string sql, string? what, string fix)
    {
        var found = await service.WithDatabase(db => IndexAudit.FindAsync(db, [KeyValuePair.Create(sql, Array.Empty<DbParameter>())]));

        Assert.Equal(what, found.SingleOrDefault()?.What);
        Assert.Contains(fix, found.SingleOrDefault()?.Fix ?? "", StringComparison.Ordinal);
    }
}
