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
    [InlineData($"DELETE FROM {Examples.EffectTable} WHERE created_at = 1", $"{Examples.EffectTable} is read whole", $"ON {Examples.EffectTable} (created_at);")]
    [InlineData("SELECT m.id FROM messages AS m ORDER BY m.type", "messages is read whole", "a condition or a LIMIT")]
    [InlineData("SELECT id FROM messages WHERE lower(state) = 'dead' AND received_at > 1", "messages is read whole", "ON messages (received_at);")]
    [InlineData("SELECT id FROM messages WHERE state = 'Dead' AND type IN ('a') AND due_at > 1", "messages.type is compared and in no index", "ON messages (state, type, due_at);")]
    [InlineData("SELECT id FROM messages WHERE state = 'Dead' AND last_error > 'n' ORDER BY due_at LIMIT 5", "messages.last_error is compared and in no index", "ON messages (state, last_error);")]
    [InlineData("SELECT id FROM messages WHERE state = 'Dead' AND 1 <= due_at ORDER BY received_at LIMIT 5", "messages is sorted for the sake of its first rows", "ON messages (state, received_at);")]
    [InlineData("SELECT id FROM messages WHERE state = 'Dead' AND (due_at < 1 OR webhook_id < 'm') ORDER BY due_at LIMIT 5", "messages.due_at is compared and not sought in IX_messages_state_due_at_id", "OR")]
    [InlineData("SELECT id FROM messages WHERE state = 'Dead' AND due_at < 1 ORDER BY due_at LIMIT 5", null, "")]
    [InlineData($"SELECT message_id FROM {Examples.EffectTable} ORDER BY message_id LIMIT 5", null, "")]
    public async Task A_missing_index_is_noticed(string sql, string? what, string mend)
    {
        var found = await service.WithDatabase(db => IndexAudit.FindAsync(db, [KeyValuePair.Create(sql, Array.Empty<DbParameter>())]));

        Assert.Equal(what, found.SingleOrDefault()?.What);
        Assert.Contains(mend, found.SingleOrDefault()?.Mend ?? "", StringComparison.Ordinal);
    }
}
