namespace GoldenService.Testing;

using System.Collections.Generic;
using System.Data.Common;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;

// The plan as PostgreSQL tells it.
public sealed partial record QueryPlan
{
    public static async Task<QueryPlan> ExplainAsync(DbConnection connection, string sql, DbParameter[] parameters)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = connection.CreateCommand();

        // It scans and sorts small tables although it need not; so switched off, it does so only where there is no other way.
        command.CommandText = $"SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; EXPLAIN (COSTS OFF) {sql}";
        command.Parameters.AddRange(parameters);
        var lines = new List<string>();
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                lines.Add(reader.GetString(0));
            }
        }

        command.Parameters.Clear();
        var text = string.Join('\n', lines);
        return new(text, [.. Read().Matches(text).Select(read =>
            new TableRead(read.Groups["table"].Value, read.Groups["index"].Value, read.Groups["conditions"].Value, read.Groups["sorted"].Success))]);
    }

    [GeneratedRegex("""(?<sorted>Limit\n +->  Sort\n[^>]*->  )?(Seq|Index|Index Only|Bitmap Heap) Scan( Backward)?( using "?(?<index>\w+)"?)? on "?(?<table>\w+).*(\n +(Index|Recheck) Cond: (?<conditions>.*))?""")]
    private static partial Regex Read();
}
