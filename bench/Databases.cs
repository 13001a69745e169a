using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Golden.Templates.Bench;

/// <summary>A database that a service can be pointed at.</summary>
abstract class BenchDatabase(string name)
{
    /// <summary>Which provider, as the option --database has it.</summary>
    public string Provider => name;

    public abstract string ConnectionString { get; }

    /// <summary>Adds so many orders of three lines to the tables that the service's own migration made.</summary>
    public void Seed(long from, long to)
    {
        foreach (var statement in SeedStatements(from, to))
        {
            Execute(statement);
        }
    }

    public abstract void Execute(string sql);

    public abstract IReadOnlyList<string> Query(string sql);

    /// <summary>A database of its own with the same content.</summary>
    public abstract BenchDatabase Copy();

    protected abstract IEnumerable<string> SeedStatements(long from, long to);
}

sealed class SqliteFile(string path) : BenchDatabase("sqlite")
{
    private int copies;

    public override string ConnectionString => $"Data Source={path}";

    public override void Execute(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 3600;
        command.ExecuteNonQuery();
    }

    public override IReadOnlyList<string> Query(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture)!);
        }

        return rows;
    }

    public override BenchDatabase Copy()
    {
        Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        var copy = $"{path}.{++copies}";
        File.Copy(path, copy);
        return new SqliteFile(copy);
    }

    // Ids as the provider stores them: text, in capitals, and growing with time.
    protected override IEnumerable<string> SeedStatements(long from, long to)
    {
        const string id = "upper(printf('%08x-%04x-7%03x-8%03x-%012x', n / 65536, n % 65536, 0, 0, n))";
        var numbers = $"WITH RECURSIVE numbers(n) AS (SELECT {from} UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {to})";
        yield return $"""
            PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; PRAGMA temp_store = MEMORY;
            BEGIN;
            INSERT INTO orders (id, owner, version, status, placed_at, customer, currency, total, note)
            {numbers}
            SELECT {id}, 'tester', 1, CASE WHEN n % 10 = 0 THEN 'Cancelled' ELSE 'Open' END, {SeedShape.PlacedAt}, 'customer-' || (n * 7919 % 1000),
                CASE n % 3 WHEN 0 THEN 'EUR' WHEN 1 THEN 'GBP' ELSE 'USD' END, 900 + n % 5000, NULL FROM numbers;
            INSERT INTO order_lines (order_id, position, sku, quantity, unit_price)
            {numbers}
            SELECT {id}, position, 'TEA-00' || position, 1 + position, 300 FROM numbers, (SELECT 0 AS position UNION ALL SELECT 1 UNION ALL SELECT 2) WHERE true;
            COMMIT;
            """;
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection($"{ConnectionString};Pooling=False");
        connection.Open();
        return connection;
    }
}

/// <summary>One database of a server.</summary>
sealed class PostgresDatabase(string server, string database) : BenchDatabase("postgres")
{
    private int copies;

    public override string ConnectionString => new NpgsqlConnectionStringBuilder(server) { Database = database }.ConnectionString;

    public override void Execute(string sql)
    {
        using var connection = Open(database);
        using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 3600 };
        command.ExecuteNonQuery();
    }

    public override IReadOnlyList<string> Query(string sql)
    {
        using var connection = Open(database);
        using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 3600 };
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture)!);
        }

        return rows;
    }

    public override BenchDatabase Copy()
    {
        var copy = $"{database}_{++copies}";
        ExecuteOnServer($"CREATE DATABASE {copy} TEMPLATE {database}");
        return new PostgresDatabase(server, copy);
    }

    /// <summary>An empty database.</summary>
    public static PostgresDatabase Create(string server, string name)
    {
        var created = new PostgresDatabase(server, name);
        created.ExecuteOnServer($"CREATE DATABASE {name}");
        return created;
    }

    protected override IEnumerable<string> SeedStatements(long from, long to)
    {
        const string id = "(lpad(to_hex(n / 65536), 8, '0') || '-' || lpad(to_hex(n % 65536), 4, '0') || '-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid";
        yield return $"""
            SET synchronous_commit = off;
            INSERT INTO orders (id, owner, version, status, placed_at, customer, currency, total, note)
            SELECT {id}, 'tester', 1, CASE WHEN n % 10 = 0 THEN 'Cancelled' ELSE 'Open' END, {SeedShape.PlacedAt}, 'customer-' || (n * 7919 % 1000),
                CASE n % 3 WHEN 0 THEN 'EUR' WHEN 1 THEN 'GBP' ELSE 'USD' END, 900 + n % 5000, NULL FROM generate_series({from}::bigint, {to - 1}::bigint) AS n;
            INSERT INTO order_lines (order_id, position, sku, quantity, unit_price)
            SELECT {id}, position, 'TEA-00' || position, 1 + position, 300 FROM generate_series({from}::bigint, {to - 1}::bigint) AS n, generate_series(0, 2) AS position;
            """;
        yield return "ANALYZE";
    }

    private void ExecuteOnServer(string sql)
    {
        using var connection = Open("postgres");
        using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
        command.ExecuteNonQuery();
    }

    private NpgsqlConnection Open(string name)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server) { Database = name, Pooling = false }.ConnectionString);
        connection.Open();
        return connection;
    }
}

static class SeedShape
{
    /// <summary>Orders come evenly over three years, which end before now: n is the order's number, spread so that neighbours are minutes apart.</summary>
    public const string PlacedAt = "1672531200000 + (n * 9461) % 94608000000";
}

/// <summary>A PostgreSQL server of its own, durable as it comes, in a temporary folder.</summary>
sealed class PostgresServer : IDisposable
{
    private readonly string programs;
    private readonly string folder;
    private readonly string[] asUser;

    public PostgresServer()
    {
        programs = FindPrograms();
        folder = Directory.CreateTempSubdirectory("golden-postgres-").FullName;

        // The server refuses to run as root.
        asUser = Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--"] : [];
        if (asUser.Length > 0)
        {
            Commands.Run(folder, "chown", "postgres", folder);
        }

        var port = RunningService.FreePort();
        Run("initdb", "-D", folder, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8");
        Run("pg_ctl", "-D", folder, "-w", "-l", Path.Combine(folder, "log"), "-o", $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_wal_size=4GB -c shared_buffers=1GB", "start");
        ConnectionString = $"Host=127.0.0.1;Port={port};Username=postgres";
    }

    public string ConnectionString { get; }

    public void Dispose()
    {
        Run("pg_ctl", "-D", folder, "-w", "-m", "fast", "stop");
        Directory.Delete(folder, recursive: true);
    }

    private static string FindPrograms() =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Order().LastOrDefault() ?? ""
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).FirstOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
                ?? throw new BenchException("PostgreSQL's initdb is needed: install the package postgresql.");

    private void Run(string program, params string[] arguments)
    {
        // pg_ctl leaves the server behind with the pipe in its hand, so nothing may wait for the end of its output.
        string[] command = [.. asUser, Path.Combine(programs, program), .. arguments];
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = folder, RedirectStandardOutput = program != "pg_ctl" })!;
        if (program != "pg_ctl")
        {
            process.StandardOutput.ReadToEnd();
        }

        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new BenchException($"`{string.Join(' ', command)}` failed.");
        }
    }
}
