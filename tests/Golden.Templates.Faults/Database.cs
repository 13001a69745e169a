using System.Data.Common;
using Golden.Templates.Tests;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Golden.Templates.Faults;

/// <summary>A message as the worker's table has it.</summary>
sealed record MessageRow(Guid Id, string WebhookId, string State, bool IsLeased, int Attempts, string? LastError);

/// <summary>A shipment as the worker's table has it.</summary>
sealed record ShipmentRow(Guid MessageId, Guid OrderId, string? TrackingNumber);

/// <summary>An order as the API's table has it.</summary>
sealed record OrderRow(Guid Id, string Customer);

/// <summary>A message as the API's outbox has it.</summary>
sealed record OutboxRow(string WebhookId, Guid OrderId, string State, Guid? Lease, int Attempts, string? LastError);

/// <summary>The database of a service, as another process sees it.</summary>
abstract class Database(string connectionString) : IAsyncDisposable
{
    public string ConnectionString => connectionString;

    public Task<List<MessageRow>> MessagesAsync() => QueryAsync(
        "SELECT id, webhook_id, state, lease IS NOT NULL, attempts, last_error FROM messages",
        row => new MessageRow(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetBoolean(3), row.GetInt32(4), row.IsDBNull(5) ? null : row.GetString(5)));

    public Task<List<ShipmentRow>> ShipmentsAsync() => QueryAsync(
        "SELECT message_id, order_id, tracking_number FROM shipments",
        row => new ShipmentRow(row.GetGuid(0), row.GetGuid(1), row.IsDBNull(2) ? null : row.GetString(2)));

    public Task<List<OrderRow>> OrdersAsync() => QueryAsync("SELECT id, customer FROM orders", row => new OrderRow(row.GetGuid(0), row.GetString(1)));

    public Task<List<OutboxRow>> OutboxAsync() => QueryAsync(
        "SELECT webhook_id, key, state, lease, attempts, last_error FROM outbox_messages",
        row => new OutboxRow(row.GetGuid(0).ToString(), row.GetGuid(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetGuid(3), row.GetInt32(4), row.IsDBNull(5) ? null : row.GetString(5)));

    /// <summary>Waits until nothing goes on any more for a process that is gone.</summary>
    public virtual Task ForgottenAsync() => Task.CompletedTask;

    /// <summary>Lets nobody write any more.</summary>
    public abstract Task GoAwayAsync();

    public abstract Task ComeBackAsync();

    public abstract ValueTask DisposeAsync();

    protected abstract DbConnection Connection();

    /// <summary>Changes rows as another process would.</summary>
    public Task ExecuteAsync(string sql) => QueryAsync(sql, _ => 0);

    protected async Task<List<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> read)
    {
        await using var connection = Connection();
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}

/// <summary>A file in a folder of its own. It is away while another process has its write lock.</summary>
sealed class SqliteFile(string folder) : Database($"Data Source={Path.Combine(folder, "app.db")}")
{
    SqliteConnection? _lock;

    public override async Task GoAwayAsync()
    {
        _lock = (SqliteConnection)Connection();
        await _lock.OpenAsync();
        _lock.BeginTransaction(deferred: false);
    }

    public override async Task ComeBackAsync() => await _lock!.DisposeAsync();

    protected override DbConnection Connection() => new SqliteConnection($"{ConnectionString};Pooling=False");

    public override async ValueTask DisposeAsync()
    {
        await (_lock?.DisposeAsync() ?? ValueTask.CompletedTask);
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>A database on a PostgreSQL server. It is away while the server is stopped, which only a server of the suite's own can be.</summary>
sealed class PostgresDatabase : Database
{
    readonly NpgsqlConnectionStringBuilder _server;
    readonly OwnPostgres? _own;

    PostgresDatabase(NpgsqlConnectionStringBuilder server, string name, OwnPostgres? own)
        : base(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = name }.ConnectionString) => (_server, _own) = (server, own);

    public static async Task<PostgresDatabase> CreateAsync(string server, OwnPostgres? own = null)
    {
        var name = $"faults_{Guid.NewGuid():N}";
        var database = new PostgresDatabase(new(server) { Database = "postgres", Pooling = false }, name, own);
        await database.ExecuteOnServerAsync($"CREATE DATABASE {name}");
        return database;
    }

    public override async Task ForgottenAsync()
    {
        while ((await QueryAsync("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()", _ => 0)).Count > 0)
        {
            await Task.Delay(5);
        }
    }

    public override Task GoAwayAsync() => _own!.StopAsync();

    public override Task ComeBackAsync() => _own!.StartAsync();

    protected override DbConnection Connection() => new NpgsqlConnection($"{ConnectionString};Pooling=False");

    public override async ValueTask DisposeAsync()
    {
        if (_own is not null)
        {
            await _own.DisposeAsync();
            return;
        }

        await ExecuteOnServerAsync($"DROP DATABASE {new NpgsqlConnectionStringBuilder(ConnectionString).Database} WITH (FORCE)");
    }

    async Task ExecuteOnServerAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_server.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
