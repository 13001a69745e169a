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
    [InlineData("DELETE FROM notes WHERE text = 'a'", "notes is read whole", "ON notes (text);")]
    [InlineData("SELECT n.id FROM notes AS n ORDER BY n.text", "notes is read whole", "a condition or a LIMIT")]
    [InlineData("SELECT id FROM notes WHERE lower(owner) = 'a' AND saved_at > 1", "notes is read whole", "ON notes (saved_at);")]
    [InlineData("SELECT id FROM notes WHERE owner = 'a' AND text IN ('b') AND saved_at > 1", "notes.text is compared and in no index", "ON notes (owner, text, saved_at);")]
    [InlineData("SELECT id FROM notes WHERE owner = 'a' ORDER BY saved_at LIMIT 5", "notes is sorted for the sake of its first rows", "ON notes (owner, saved_at);")]
    [InlineData("SELECT id FROM notes WHERE owner = 'a' ORDER BY id LIMIT 5", null, "")]
    [InlineData("SELECT id FROM notes ORDER BY owner LIMIT 5", null, "")]
    public async Task A_missing_index_is_noticed(string sql, string? what, string mend)
    {
        var found = await service.WithDatabase(db => IndexAudit.FindAsync(db, [KeyValuePair.Create(sql, Array.Empty<DbParameter>())]));

        Assert.Equal(what, found.SingleOrDefault()?.What);
        Assert.Contains(mend, found.SingleOrDefault()?.Mend ?? "", StringComparison.Ordinal);
    }
}
