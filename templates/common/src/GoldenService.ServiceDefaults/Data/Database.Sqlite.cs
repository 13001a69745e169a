namespace GoldenService.ServiceDefaults;

using System;
using System.Data.Common;
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

    private const string FolderAndRights = "its folder must exist, and this process must be able to write both";

    internal static DbContextOptionsBuilder UseDatabase(this DbContextOptionsBuilder options, string connectionString) => options
        .UseSqlite(connectionString)
        .AddInterceptors(new Pragmas());

    /// <summary>The connection string with what the service sets in every one. A relative path starts from the content root: the command migrate and the service must have the same file.</summary>
    /// <exception cref="SettingException">It names no file.</exception>
    internal static string Normalize(string? connectionString, IHostEnvironment environment)
    {
        var parsed = Parse(connectionString);
        parsed.DataSource = Path.GetFullPath(parsed.DataSource, environment.ContentRootPath);
        return parsed.ConnectionString;
    }

#if (webapi)
    /// <summary>Whether saving failed because another request has inserted a row of the same key.</summary>
    public static bool IsDuplicateKey(DbUpdateException exception) =>
        exception.InnerException is SqliteException { SqliteExtendedErrorCode: 1555 or 2067 }; // SQLITE_CONSTRAINT_PRIMARYKEY, _UNIQUE

#endif
    /// <summary>Whether a request failed because the database cannot be used at the moment: missing, locked, without its tables.</summary>
    public static bool IsUnavailable(Exception exception) => exception.GetBaseException() is SqliteException sqlite
        && (sqlite.SqliteErrorCode is 5 or 6 or 8 or 10 or 11 or 13 or 14 or 15 or 26 // SQLITE_BUSY, _LOCKED, _READONLY, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _PROTOCOL, _NOTADB
            || sqlite.Message.Contains("no such table", StringComparison.Ordinal));

    /// <summary>The database's own code of a failure.</summary>
    internal static string? StatusCode(Exception exception) =>
        (exception as SqliteException)?.SqliteExtendedErrorCode.ToString(CultureInfo.InvariantCulture);

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
            throw Unusable(db, exception.SqliteErrorCode switch
            {
                11 or 26 => "it is damaged or no SQLite database: restore it, or name another file",
                5 => "another process keeps it locked: end that process",
                _ => FolderAndRights,
            });
        }
    }

    private static async Task MigrateAsync(DbContext db)
    {
        Create(db);
        await CheckAsync(db);
        await db.Database.MigrateAsync();
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

    private static SettingException Unusable(DbContext db, string mend) =>
        new($"The database file {PathOf(db)} (setting ConnectionStrings:Database) cannot be used; {mend}.");

    private static string PathOf(DbContext db) => Parse(db.Database.GetConnectionString()).DataSource;

    private static SqliteConnectionStringBuilder Parse(string? connectionString)
    {
        try
        {
            var parsed = new SqliteConnectionStringBuilder(connectionString);
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
        private const string Sql =
            "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;";

        // Opening takes a connection from a pool more often than not, and it is as it was left.
        private readonly ConditionalWeakTable<object, object> known = [];

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            if (known.TryAdd(((SqliteConnection)connection).Handle!, Sql))
            {
                using var command = connection.CreateCommand();
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
