namespace GoldenService.ServiceDefaults;

using System;
using System.Data.Common;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Hosting;

// All that is particular to SQLite.
public static partial class Database
{
    /// <summary>The product, as OpenTelemetry's semantic conventions name it.</summary>
    public const string SystemName = "sqlite";

    // What a connection string says itself comes after it, and wins. Seconds that a write waits for another process.
    private const string Defaults = "Default Timeout=5;";

    private static readonly TimeSpan MigrationPatience = TimeSpan.FromSeconds(30);

    private const string FolderAndRights = "its folder must exist, and this process must be able to write both";

    internal static DbContextOptionsBuilder UseDatabase(this DbContextOptionsBuilder options, string connectionString) => options
        .UseSqlite(connectionString)
        .AddInterceptors(new Pragmas());

    /// <summary>
    /// The connection string with what the service sets unless it is set. A relative path starts from the content root, so that the command migrate
    /// and the service have the same file.
    /// </summary>
    /// <exception cref="SettingException">It names no file.</exception>
    internal static string Normalize(string? connectionString, IHostEnvironment environment)
    {
        var parsed = Parse(connectionString);
        if (!parsed.DataSource.StartsWith("file:", StringComparison.OrdinalIgnoreCase) && !parsed.DataSource.StartsWith('|'))
        {
            parsed.DataSource = Path.GetFullPath(parsed.DataSource, environment.ContentRootPath);
        }

        return parsed.ConnectionString;
    }

#if (webapi)
    /// <summary>Whether saving failed because another request has inserted a row of the same key.</summary>
    public static bool IsDuplicateKey(DbUpdateException exception) =>
        exception.InnerException is SqliteException { SqliteExtendedErrorCode: 1555 or 2067 }; // SQLITE_CONSTRAINT_PRIMARYKEY, _UNIQUE

#endif
    /// <summary>Whether a request failed because the database cannot be used at the moment: missing, locked, without its tables.</summary>
    public static bool IsUnavailable(Exception exception) => exception.GetBaseException() is SqliteException sqlite
        && (sqlite.SqliteErrorCode is 5 or 6 or 8 or 10 or 11 or 13 or 15 or 26 // SQLITE_BUSY, _LOCKED, _READONLY, _IOERR, _CORRUPT, _FULL, _PROTOCOL, _NOTADB
            || IsEmpty(sqlite));

    /// <summary>Whether reading the history of migrations failed because there is none.</summary>
    internal static bool IsEmpty(Exception exception) => exception.GetBaseException() is SqliteException sqlite
        && (sqlite.SqliteErrorCode is 14 // SQLITE_CANTOPEN
            || sqlite.Message.Contains("no such table", StringComparison.Ordinal));

    /// <summary>Opens a connection for a health probe, which waits a second for locks. It is a new one each time, and so sees the file that is there now.</summary>
    internal static async Task<DbConnection> OpenProbeAsync(string connectionString)
    {
        var probe = new SqliteConnection(new SqliteConnectionStringBuilder(connectionString) { DefaultTimeout = 1, Pooling = false }.ConnectionString);
        try
        {
            await probe.OpenAsync();
            return probe;
        }
        catch (SqliteException)
        {
            // Connections that are open would go on writing to a file that is gone.
            SqliteConnection.ClearAllPools();
            await probe.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes a value that the file has already: only a write shows that the disk is full, or the file read-only.</summary>
    [SuppressMessage("Security", "CA2100", Justification = "The value is a number.")]
    internal static async Task<bool> TakesWritesAsync(DbConnection probe)
    {
        await using var command = probe.CreateCommand();
        try
        {
            command.CommandText = "PRAGMA user_version";
            command.CommandText = $"PRAGMA user_version = {(long)(await command.ExecuteScalarAsync())!}";
            await command.ExecuteNonQueryAsync();
            return true;
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is 5 or 6)
        {
            return true; // SQLITE_BUSY, _LOCKED: another write goes on.
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is 8 or 10 or 13)
        {
            return false; // SQLITE_READONLY, _IOERR, _FULL
        }
    }

    /// <summary>The database's own code of a failure.</summary>
    internal static string? StatusCode(Exception exception) =>
        (exception as SqliteException)?.SqliteExtendedErrorCode.ToString(CultureInfo.InvariantCulture);

    /// <summary>The server of a connection: a file has none.</summary>
    internal static (string Address, int? Port)? ServerOf(DbConnection? _) => null;

    /// <summary>
    /// Takes the write lock for a moment, which fails where a file is read-only, damaged, or none of SQLite's. A file
    /// that is not there yet passes if it could be.
    /// </summary>
    /// <exception cref="SettingException">The file cannot be used.</exception>
    internal static async Task CheckAsync(DbContext db)
    {
        if (!Path.Exists(PathOf(db)) && Directory.Exists(Path.GetDirectoryName(PathOf(db))))
        {
            return;
        }

        try
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            await db.Database.ExecuteSqlAsync($"SELECT count(*) FROM sqlite_master");
        }
        catch (SqliteException exception)
        {
            throw Unusable(db, exception);
        }
    }

    private static async Task MigrateAsync(DbContext db)
    {
        Create(db);
        await CheckAsync(db);
        await using var alone = await LockAsync(db);

        // EF Core's own lock is a row, which stays when its process is killed; and nobody else migrates now.
        try
        {
            await db.Database.ExecuteSqlAsync($"""DROP TABLE IF EXISTS "__EFMigrationsLock" """);
            await db.Database.MigrateAsync();
        }
        catch (SqliteException exception) when (IsUnavailable(exception))
        {
            throw Unusable(db, exception);
        }
    }

    /// <summary>Keeps other processes from migrating. The operating system gives the lock back when the process ends, however it ends.</summary>
    private static async Task<FileStream> LockAsync(DbContext db)
    {
        for (var start = Stopwatch.GetTimestamp(); ; await Task.Delay(100))
        {
            try
            {
                return new FileStream($"{PathOf(db)}-lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                if (Stopwatch.GetElapsedTime(start) > MigrationPatience)
                {
                    throw Unusable(db, "another process migrates it: try again when that has ended");
                }
            }
            catch (UnauthorizedAccessException)
            {
                throw Unusable(db, FolderAndRights);
            }
        }
    }

    /// <summary>Makes the empty file that migrations need.</summary>
    private static void Create(DbContext db)
    {
        try
        {
            using var file = new FileStream(PathOf(db), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unusable(db, FolderAndRights);
        }
    }

    private static SettingException Unusable(DbContext db, SqliteException exception) => Unusable(db, exception.SqliteErrorCode switch
    {
        11 or 26 => "it is damaged or no SQLite database: restore it, or name another file",
        13 => "the disk is full: make room",
        5 => "another process keeps it locked: end that process",
        _ => FolderAndRights,
    });

    private static SettingException Unusable(DbContext db, string mend) =>
        new($"The database file {PathOf(db)} (setting ConnectionStrings:Database) cannot be used; {mend}.");

    private static string PathOf(DbContext db) => Parse(db.Database.GetConnectionString()).DataSource;

    private static SqliteConnectionStringBuilder Parse(string? connectionString)
    {
        try
        {
            var parsed = new SqliteConnectionStringBuilder(Defaults + connectionString);
            if (parsed.DataSource is not ("" or ":memory:"))
            {
                // A missing file is a failure to be seen, and no reason to start over with an empty one.
                parsed.Mode = SqliteOpenMode.ReadWrite;
                return parsed;
            }
        }
        catch (ArgumentException)
        {
            // It is no connection string; whoever runs the service is told below what it should be.
        }

        throw new SettingException("The setting ConnectionStrings:Database must name the database file, as in 'Data Source=app.db'.");
    }

    private sealed class Pragmas : DbConnectionInterceptor
    {
        // Readers do not wait for the writer (WAL); what was answered survives a power cut (FULL);
        // a writer waits for its turn rather than fail; and foreign keys hold, which SQLite leaves off.
        private const string Sql = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;";

        // Opening takes a connection from a pool more often than not, and it is as it was left.
        private readonly ConditionalWeakTable<object, object> known = [];

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            var sqlite = (SqliteConnection)connection;
            if (known.TryAdd(sqlite.Handle!, Sql))
            {
                global::SQLitePCL.raw.sqlite3_busy_timeout(sqlite.Handle, 1000 * sqlite.DefaultTimeout);
                using var command = sqlite.CreateCommand();
                command.CommandText = Sql;
                command.ExecuteNonQuery();
            }
        }

        public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            // SQLite has no asynchronous calls.
            ConnectionOpened(connection, eventData);
            return Task.CompletedTask;
        }
    }
}
