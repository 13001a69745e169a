using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Golden.Templates.Bench;

/// <summary>A database that a service can be pointed at.</summary>
abstract class BenchDatabase(string name)
{
    // "Database" is the name in both templates; in December 2026 and earlier it is "Orders" or "Shipments". A service ignores the others.
    private static readonly string[] ConnectionNames = ["Database", "Orders", "Shipments"];

    /// <summary>Which provider, as the option --database has it.</summary>
    public string Provider => name;

    public abstract string ConnectionString { get; }

    /// <summary>What a service is given to find it.</summary>
    public Dictionary<string, string> Settings => ConnectionNames.ToDictionary(connection => $"ConnectionStrings__{connection}", _ => ConnectionString);

    /// <summary>How much room it takes.</summary>
    public abstract double Megabytes { get; }

    /// <summary>The id of the order of this number, as it is seeded.</summary>
    public static Guid IdOf(long number) => Guid.Parse($"{number / 65536:x8}-{number % 65536:x4}-7000-8000-{number:x12}");

    /// <summary>Adds so many orders of three lines to the tables that the service's own migration made. The more there are, the denser they come.</summary>
    public void Seed(long from, long to)
    {
        // An index that is made of rows that are there is made in a tenth of the time.
        var indexes = SecondaryIndexes();
        foreach (var (name, _) in indexes)
        {
            Execute($"DROP INDEX \"{name}\"");
        }

        foreach (var statement in SeedStatements(from, to).Concat(indexes.Select(index => index.Sql)).Concat(Settle))
        {
            Execute(statement);
        }
    }

    public abstract void Execute(string sql);

    public abstract IReadOnlyList<string> Query(string sql);

    /// <summary>A database of its own with the same content.</summary>
    public abstract BenchDatabase Copy();

    /// <summary>Takes it away, which frees its room.</summary>
    public abstract void Drop();

    /// <summary>What is there by itself once a database has been up for a while.</summary>
    protected abstract IEnumerable<string> Settle { get; }

    /// <summary>The indexes that are no keys, each with the statement that makes it.</summary>
    protected abstract IReadOnlyList<(string Name, string Sql)> SecondaryIndexes();

    protected abstract IEnumerable<string> SeedStatements(long from, long to);
}

sealed class SqliteFile(string path) : BenchDatabase("sqlite")
{
    private int copies;

    public override string ConnectionString => $"Data Source={path}";

    public override double Megabytes => new FileInfo(path).Length / 1e6;

    protected override IEnumerable<string> Settle => ["PRAGMA journal_mode = WAL"];

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

    public override void Drop()
    {
        foreach (var file in new[] { path, $"{path}-wal", $"{path}-shm" })
        {
            File.Delete(file);
        }
    }

    protected override IReadOnlyList<(string Name, string Sql)> SecondaryIndexes() =>
        [.. Query("SELECT name || ' ' || sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").Select(row => (row.Split(' ')[0], row[(row.IndexOf(' ', StringComparison.Ordinal) + 1)..]))];

    // Ids as the provider stores them: text, in capitals, and growing with time. Without the journal all is written once.
    protected override IEnumerable<string> SeedStatements(long from, long to)
    {
        const string id = "upper(printf('%08x-%04x-7%03x-8%03x-%012x', n / 65536, n % 65536, 0, 0, n))";
        var numbers = $"WITH RECURSIVE numbers(n) AS (SELECT {from} UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {to})";
        yield return $"""
            PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; PRAGMA temp_store = MEMORY;
            BEGIN;
            INSERT INTO orders (id, owner, version, status, placed_at, customer, currency, total, note)
            {numbers}
            SELECT {id}, 'tester', 1, CASE WHEN n % 10 = 0 THEN 'Cancelled' ELSE 'Open' END, {SeedShape.PlacedAt(from, to)}, 'customer-' || (n * 7919 % 100),
                CASE n % 3 WHEN 0 THEN 'EUR' WHEN 1 THEN 'GBP' ELSE 'USD' END, 900 + n % 5000, NULL FROM numbers;
            INSERT INTO order_lines (order_id, position, sku, quantity, unit_price)
            {numbers}
            SELECT {id}, position, 'TEA-00' || position, 1 + position, 300 FROM numbers, (SELECT 0 AS position UNION ALL SELECT 1 UNION ALL SELECT 2) WHERE true;
            COMMIT;
            """;
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection($"{ConnectionString};Pooling=False;Foreign Keys=False");
        connection.Open();
        return connection;
    }
}

/// <summary>One database of a server.</summary>
sealed class PostgresDatabase(string server, string database) : BenchDatabase("postgres")
{
    private int copies;

    public override string ConnectionString => new NpgsqlConnectionStringBuilder(server) { Database = database }.ConnectionString;

    public override double Megabytes => long.Parse(Query("SELECT pg_database_size(current_database())").Single(), CultureInfo.InvariantCulture) / 1e6;

    // Whoever reads next writes nothing that is left over.
    protected override IEnumerable<string> Settle => ["VACUUM ANALYZE", "CHECKPOINT"];

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

    public override void Drop() => ExecuteOnServer($"DROP DATABASE {database}");

    /// <summary>An empty database.</summary>
    public static PostgresDatabase Create(string server, string name)
    {
        var created = new PostgresDatabase(server, name);
        created.ExecuteOnServer($"CREATE DATABASE {name}");
        return created;
    }

    protected override IReadOnlyList<(string Name, string Sql)> SecondaryIndexes() =>
        [.. Query("SELECT indexname || ' ' || indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexdef NOT LIKE 'CREATE UNIQUE%'").Select(row => (row.Split(' ')[0], row[(row.IndexOf(' ', StringComparison.Ordinal) + 1)..]))];

    // Rows that refer to others were made for them: nothing need be looked up.
    protected override IEnumerable<string> SeedStatements(long from, long to)
    {
        const string id = "(lpad(to_hex(n / 65536), 8, '0') || '-' || lpad(to_hex(n % 65536), 4, '0') || '-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid";
        yield return $"""
            SET synchronous_commit = off; SET session_replication_role = replica;
            INSERT INTO orders (id, owner, version, status, placed_at, customer, currency, total, note)
            SELECT {id}, 'tester', 1, CASE WHEN n % 10 = 0 THEN 'Cancelled' ELSE 'Open' END, {SeedShape.PlacedAt(from, to)}, 'customer-' || (n * 7919 % 100),
                CASE n % 3 WHEN 0 THEN 'EUR' WHEN 1 THEN 'GBP' ELSE 'USD' END, 900 + n % 5000, NULL FROM generate_series({from}::bigint, {to - 1}::bigint) AS n;
            INSERT INTO order_lines (order_id, position, sku, quantity, unit_price)
            SELECT {id}, position, 'TEA-00' || position, 1 + position, 300 FROM generate_series({from}::bigint, {to - 1}::bigint) AS n, generate_series(0, 2) AS position;
            """;
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
    /// <summary>The first moment of an order, 2023-01-01 in UTC, and the three years, which end before now, over which they come evenly.</summary>
    public const long Start = 1672531200000, Length = 94608000000;

    public static long PlacedAt(long number, long from, long to) => Start + ((number - from) * Length / (to - from));

    public static string PlacedAt(long from, long to) => $"{Start} + (n - {from}) * {Length} / {to - from}";
}

/// <summary>Makes databases of one kind, and takes them away.</summary>
sealed class BenchDatabases(Workspace workspace, string provider) : IDisposable
{
    private readonly PostgresServer? server = provider == "postgres" ? new PostgresServer() : null;

    /// <summary>The version of the database itself.</summary>
    public string Version => server is null
        ? new SqliteFile(":memory:").Query("SELECT sqlite_version()").Single()
        : new PostgresDatabase(server.ConnectionString, "postgres").Query("SHOW server_version").Single().Split(' ')[0];

    /// <summary>An empty database.</summary>
    public BenchDatabase Create(string name) => server is null ? new SqliteFile(workspace.Path($"{name}.db")) : PostgresDatabase.Create(server.ConnectionString, name);

    public void Dispose() => server?.Dispose();
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
