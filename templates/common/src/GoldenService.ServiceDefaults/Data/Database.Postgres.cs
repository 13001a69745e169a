namespace GoldenService.ServiceDefaults;

using System;
using System.Data.Common;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL;

// All that is particular to PostgreSQL.
public static partial class Database
{
    /// <summary>The product, as OpenTelemetry's semantic conventions name it.</summary>
    public const string SystemName = "postgresql";

    private const string ServiceSetting = "Database";
    private const string MigrationSetting = "DatabaseMigration";

    // What a connection string says itself comes after these, and wins. Seconds, of which a request has thirty; and connections of one instance.
    private const string Defaults = "Timeout=5;Command Timeout=20;Maximum Pool Size=20;";

    private static readonly PreparedStatements Prepared = new();

    internal static DbContextOptionsBuilder UseDatabase(this DbContextOptionsBuilder options, string connectionString) => options
        .UseNpgsql(connectionString, npgsql => npgsql.ExecutionStrategy(dependencies => new Retries(dependencies)))
        .AddInterceptors(Prepared);

    /// <summary>The connection string with what the service sets unless it is set.</summary>
    /// <exception cref="SettingException">It names no server or no database.</exception>
    internal static string Normalize(string? connectionString, IHostEnvironment environment) => Parse(ServiceSetting, Defaults + Named(environment), connectionString);

#if (webapi)
    /// <summary>Whether saving failed because another request has inserted a row of the same key.</summary>
    public static bool IsDuplicateKey(DbUpdateException exception) =>
        exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

#endif
    /// <summary>Whether a request failed because the database cannot be used at the moment: away, too slow, closed to the service, without its tables.</summary>
    public static bool IsUnavailable(Exception exception) => Cause(exception) switch
    {
        PostgresException postgres => postgres.IsTransient
            || postgres.SqlState[..2] is "08" or "28" or "53" or "57" // connection, authorization, resources, cancelled or shut down
            || postgres.SqlState is PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.ObjectNotInPrerequisiteState
                or PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.UndefinedTable,
        { } failure => failure.IsTransient,
        null => false,
    };

    /// <summary>Whether reading the history of migrations failed because there is none.</summary>
    internal static bool IsEmpty(Exception exception) => Cause(exception) is PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidCatalogName };

    /// <summary>Opens the connection of health probes, which no request can take.</summary>
    internal static async Task<DbConnection> OpenProbeAsync(string connectionString)
    {
        var probe = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { MinPoolSize = 0, MaxPoolSize = 1, Timeout = 2, CommandTimeout = 2 }.ConnectionString);
        await probe.OpenAsync();
        return probe;
    }

    /// <summary>Whether the server is one that writes: a standby, or a database set read-only, is not.</summary>
    internal static async Task<bool> TakesWritesAsync(DbConnection probe)
    {
        await using var command = probe.CreateCommand();
        command.CommandText = "SELECT current_setting('transaction_read_only')";
        return await command.ExecuteScalarAsync() is "off";
    }

    /// <summary>The database's own code of a failure.</summary>
    internal static string? StatusCode(Exception exception) => (Cause(exception) as PostgresException)?.SqlState;

    /// <summary>The server of a connection, and its port unless that is PostgreSQL's own.</summary>
    internal static (string Address, int? Port)? ServerOf(DbConnection? connection) =>
        connection is NpgsqlConnection { Host: { } host, Port: var port } ? (host, port == NpgsqlConnection.DefaultPort ? null : port) : null;

    /// <summary>Connects.</summary>
    /// <exception cref="SettingException">The database cannot be used.</exception>
    internal static async Task CheckAsync(DbContext db)
    {
        try
        {
            await db.Database.OpenConnectionAsync();
            await db.Database.CloseConnectionAsync();
        }
        catch (Exception exception) when (Cause(exception) is { } cause)
        {
            throw Unusable(db, ServiceSetting, cause);
        }
    }

    // Tables belong to the role that makes them; the service's own need not be allowed to. Returns the setting that names the role.
    private static string UseMigrationRole(DbContext db, IConfiguration configuration, IHostEnvironment environment)
    {
        var setting = configuration.GetConnectionString(MigrationSetting) is { Length: > 0 } ? MigrationSetting : ServiceSetting;

        // An index over a large table takes its time; but what waits for a lock keeps all others from the table.
        db.Database.SetConnectionString(Parse(setting, Defaults + Named(environment) + "Command Timeout=0;Options=-c lock_timeout=10s;", configuration.GetConnectionString(setting)));
        return setting;
    }

    private static async Task MigrateAsync(DbContext db, string setting)
    {
        try
        {
            await db.Database.MigrateAsync();
        }
        catch (Exception exception) when (Cause(exception) is { } cause)
        {
            throw Unusable(db, setting, cause);
        }
    }

    private static string Named(IHostEnvironment environment) => $"Application Name={environment.ApplicationName};";

    // Retries and saving wrap it.
    private static NpgsqlException? Cause(Exception? exception)
    {
        while (exception is not (null or NpgsqlException))
        {
            exception = exception.InnerException;
        }

        return exception as NpgsqlException;
    }

    private static SettingException Unusable(DbContext db, string setting, NpgsqlException exception)
    {
        var parsed = new NpgsqlConnectionStringBuilder(db.Database.GetConnectionString());
        var mend = exception switch
        {
            PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } =>
                $"the server does not let the role '{parsed.Username}' in: correct the name and the password, or let it in",
            PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => "it is not there: create it, or correct the name",
            PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } => $"the role '{parsed.Username}' lacks a right: grant it, or name another role",
            PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } => "another session holds a lock that the migration needs: try again when that has ended",
            PostgresException postgres => $"the server refuses with {postgres.SqlState}: {postgres.MessageText}",
            { InnerException: SocketException or TimeoutException } => "no server answers there: start it, or correct the host and the port",
            _ => $"connecting fails: {exception.Message}",
        };
        return new($"The database {parsed.Database} on {parsed.Host}:{parsed.Port} (setting ConnectionStrings:{setting}) cannot be used; {mend}.");
    }

    private static string Parse(string setting, string defaults, string? connectionString)
    {
        try
        {
            var parsed = new NpgsqlConnectionStringBuilder(defaults + connectionString);
            if (parsed is { Host.Length: > 0, Database.Length: > 0 })
            {
                return parsed.ConnectionString;
            }
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            // It is no connection string; whoever runs the service is told below what it should be.
        }

        throw new SettingException($"The setting ConnectionStrings:{setting} must name the server and the database, as in 'Host=localhost;Database=app;Username=app'.");
    }

    /// <summary>
    /// Tries again what failed because a connection broke, the server went over to another, or two transactions met. A read can be
    /// repeated; so can a change, because keys and versions tell whether it was done already.
    /// </summary>
    private sealed class Retries(ExecutionStrategyDependencies dependencies)
        : NpgsqlRetryingExecutionStrategy(dependencies, maxRetryCount: 3, maxRetryDelay: TimeSpan.FromMilliseconds(500), errorCodesToAdd: null)
    {
        // Waiting once more for a server that is too slow would make it slower, and for a lock hold up all who come behind.
        protected override bool ShouldRetryOn(Exception? exception) =>
            exception?.GetBaseException() is not (TimeoutException or PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable }) && base.ShouldRetryOn(exception);
    }

    /// <summary>
    /// Has the server parse each statement once for each connection, and plan it once where a plan serves all parameters. There are no more
    /// of them than the code has. A report's parameters decide on its plan, so it is planned each time.
    /// </summary>
    private sealed class PreparedStatements : DbCommandInterceptor
    {
        public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            if (eventData.CommandSource is CommandSource.LinqQuery or CommandSource.SaveChanges)
            {
                await command.PrepareAsync(cancellationToken);
            }

            return result;
        }
    }
}
