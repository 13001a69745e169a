namespace GoldenService.Testing;

using System.Collections.Generic;
using System.Data.Common;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;

// The plan as SQLite tells it.
public sealed partial record QueryPlan
{
    public static async Task<QueryPlan> ExplainAsync(DbConnection connection, string sql, DbParameter[] parameters)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"EXPLAIN QUERY PLAN {sql}";
        command.Parameters.AddRange(parameters);
        var steps = new List<(int Parent, string Text)>();
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                steps.Add((reader.GetInt32(1), reader.GetString(3)));
            }
        }

        command.Parameters.Clear();

        // Of the steps that are sorted together the first decides how many rows there are; the others join it.
        var sorted = steps.Where(step => step.Text == "USE TEMP B-TREE FOR ORDER BY").Select(sort => steps.First(step => step.Parent == sort.Parent)).ToList();
        return new(string.Join('\n', steps.Select(step => step.Text)), [.. steps.SelectMany(step => Read().Matches(step.Text).Select(read =>
            new TableRead(read.Groups["table"].Value, read.Groups["index"].Value, read.Groups["conditions"].Value, sorted.Contains(step))))]);
    }

    // An automatic index is made of the whole table, for this one statement. A search without a condition is for the least value or the greatest.
    [GeneratedRegex(@"^(SCAN|SEARCH(?=.*\()) (?<table>\w+)(?! VIRTUAL)( USING (AUTOMATIC .*|(COVERING )?INDEX (?<index>\w+)|INTEGER PRIMARY KEY)( \((?<conditions>.*)\))?)?")]
    private static partial Regex Read();
}
