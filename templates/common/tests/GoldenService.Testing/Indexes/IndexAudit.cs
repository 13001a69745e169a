namespace GoldenService.Testing;

using System;
using System.Collections.Generic;
using System.Data.Common;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

/// <summary>An index that a statement lacks: how one can tell, and the fix.</summary>
public sealed record MissingIndex(string What, string Fix, string Sql, string Plan);

/// <summary>Has the database plan statements, and looks for tables of the model of which they read more than they ask for.</summary>
public static class IndexAudit
{
    public static async Task<List<MissingIndex>> FindAsync(DbContext db, IEnumerable<KeyValuePair<string, DbParameter[]>> commands)
    {
        await db.Database.OpenConnectionAsync();
        var missing = new List<MissingIndex>();
        foreach (var (text, parameters) in commands)
        {
            // A command may hold several statements.
            foreach (var sql in Regex.Split(text, @";\s*$", RegexOptions.Multiline).Select(sql => sql.Trim()).Where(sql => Regex.IsMatch(sql, @"^(--.*\s+)*(SELECT|WITH|INSERT|UPDATE|DELETE)\b", RegexOptions.IgnoreCase)))
            {
                var plan = await QueryPlan.ExplainAsync(db.Database.GetDbConnection(), sql, parameters);
                missing.AddRange(
                    from table in db.Model.GetRelationalModel().Tables
                    let query = new TableQuery(table, sql)
                    from read in plan.Reads
                    where query.Names.Contains(read.Table)
                    let lack = query.Lack(read)
                    where lack is not null
                    select new MissingIndex(lack.Value.What, lack.Value.Fix, sql, plan.Text));
            }
        }

        return missing;
    }
}

/// <summary>What a statement asks of one table, as far as its text tells.</summary>
public sealed class TableQuery
{
    private readonly ITable table;
    private readonly string[] columns;
    private readonly List<(string Name, List<string> Columns, bool IsUnique)> indexes;
    private readonly string[] equal;
    private readonly string[] compared;
    private readonly string[] order;

    public TableQuery(ITable table, string sql)
    {
        this.table = table;
        columns = [.. table.Columns.Select(column => column.Name)];
        indexes =
        [
            .. table.Indexes.Select(index => (index.Name, index.Columns.Select(column => column.Name).ToList(), index.IsUnique)),
            .. table.UniqueConstraints.Select(key => (key.Name, key.Columns.Select(column => column.Name).ToList(), true)),
        ];

        Names = [table.Name, .. Regex.Matches(sql, $@"\b{table.Name}""?\s+(?:AS\s+)?""?(\w+)", RegexOptions.IgnoreCase).Select(alias => alias.Groups[1].Value)];
        var column = $@"(?<![\w.""@$:])(?:""?(?:{string.Join('|', Names)})""?\.)?""?\b(?<column>{string.Join('|', columns)})\b""?";
        var conditions = Regex.Match(sql, @"\b(WHERE|ON)\b.*", RegexOptions.Singleline | RegexOptions.IgnoreCase).Value;
        equal = Columns(conditions, $@"{column}\s*(=|IN\b)|[^<>]=\s*{column}");
        compared = Columns(conditions, $@"{column}\s*(=|IN\b|BETWEEN\b|[<>](?!>))|(?<!<)[=<>]\s*{column}");
        order = Regex.IsMatch(sql, @"\bLIMIT\b", RegexOptions.IgnoreCase) ? Columns(Regex.Match(sql, @"\bORDER BY\b[^)]*", RegexOptions.IgnoreCase).Value, column) : [];
    }

    /// <summary>The table's own name and what the statement calls it.</summary>
    public string[] Names { get; }

    /// <summary>How one can tell that a read lacks an index, and the fix; null when it lacks none.</summary>
    public (string What, string Fix)? Lack(TableRead read)
    {
        // Where conditions leave the first column of an index open, all of it is read. The first rows in its order are no more than are asked for.
        var isSought = read.Sought.Any(column => indexes.Exists(index => index.Columns[0] == column) || !columns.Contains(column));
        if (!isSought && !(read.Index != "" && compared is [] && order is not []))
        {
            return ($"{table.Name} is read whole", CreateIndex(order is [] ? compared.Except(equal).Take(1) : order));
        }

        if (read.IsSorted && order is not [])
        {
            return ($"{table.Name} is sorted for the sake of its first rows", CreateIndex(order));
        }

        // One row at most is read, and looking at it costs nothing.
        if (indexes.Exists(index => index.IsUnique && !index.Columns.Except(equal).Any()))
        {
            return null;
        }

        if (compared.FirstOrDefault(column => !indexes.Exists(index => index.Columns.Contains(column))) is { } column)
        {
            return ($"{table.Name}.{column} is compared and in no index", CreateIndex(!equal.Contains(column) ? [column] : order is [] ? compared.Except(equal).Take(1) : order));
        }

        var next = read.EndsInRange ? null : indexes.Find(index => index.Name == read.Index).Columns?.ElementAtOrDefault(read.Sought.Count);
        return compared.Contains(next) ? ($"{table.Name}.{next} is compared and not sought in {read.Index}", "Compare it once, and not below an OR.") : null;
    }

    // Columns that have one value come first. Behind them an index gives one order: that of a page, or else of a range.
    private string CreateIndex(IEnumerable<string> behind)
    {
        string[] indexed = [.. equal.Union(behind)];
        var there = indexes.Find(index => index.Columns.Take(indexed.Length).SequenceEqual(indexed)).Name;
        return indexed is [] ? "No index helps: the statement needs a condition or a LIMIT."
            : there is not null ? $"{there} is there, and the database does not take it: write the statement so that it does."
            : $"CREATE INDEX \"IX_{table.Name}_{string.Join('_', indexed)}\" ON {table.Name} ({string.Join(", ", indexed)});";
    }

    private static string[] Columns(string text, string pattern) =>
        [.. Regex.Matches(text, pattern, RegexOptions.IgnoreCase).Select(match => match.Groups["column"].Value).Distinct()];
}
