namespace GoldenService.Tests;

using System;
using Npgsql;
using Xunit;

/// <summary>An empty database of a test's own, on the server that the environment names.</summary>
public sealed class TestDatabase : IDisposable
{
    /// <summary>What telemetry tells of every one.</summary>
    public const string SystemName = "postgresql";

    private const string Variable = "ConnectionStrings__Orders";

    /// <summary>What telemetry tells of a statement about a table that is not there.</summary>
    public static readonly (string Type, string Code) NoSuchTable = ("Npgsql.PostgresException", "42P01");

    public TestDatabase() => Execute($"CREATE DATABASE {Name}");

    /// <summary>Connection strings with which nothing runs, each with what the sentence about it says.</summary>
    public static TheoryData<string, string> Unusable => new()
    {
        { "Host=127.0.0.1;Port=1;Database=orders;Username=orders", "no server answers there: start it" },
        { With(server => (server.Database, server.Password) = ("postgres", "wrong")), "cannot be used; the server does not let the role" },
        { With(server => (server.Database, server.Username) = ("postgres", "nobody")), "cannot be used; the server does not let the role 'nobody' in" },
    };

    public string Name { get; } = $"orders_{Guid.NewGuid():N}";

    public string ConnectionString => With(server => server.Database = Name);

    /// <summary>The server, with one thing of its connection string changed.</summary>
    public static string With(Action<NpgsqlConnectionStringBuilder> change)
    {
        var server = new NpgsqlConnectionStringBuilder(Server());
        change(server);
        return server.ConnectionString;
    }

    /// <summary>Executes a statement as whoever the environment names, in the database of that name or the server's own.</summary>
    public static void Execute(string sql, string? database = null)
    {
        using var connection = new NpgsqlConnection(With(server => (server.Pooling, server.Database) = (false, database ?? "postgres")));
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Ends the connections that there are.</summary>
    public void Disconnect() => Execute($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{Name}'");

    public void GoAway()
    {
        Execute($"ALTER DATABASE {Name} ALLOW_CONNECTIONS false");
        Disconnect();
    }

    public void ComeBack() => Execute($"ALTER DATABASE {Name} ALLOW_CONNECTIONS true");

    public void Dispose() => Execute($"DROP DATABASE {Name} WITH (FORCE)");

    private static string Server()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } server)
        {
            return server;
        }

        const string reason = $"These tests need a PostgreSQL server: {Variable}='Host=localhost;Username=postgres;Password=<password>' dotnet test";
        Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", reason);
        throw new InvalidOperationException(reason);
    }
}
