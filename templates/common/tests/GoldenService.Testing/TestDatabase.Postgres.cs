namespace GoldenService.Testing;

using System;
using System.Linq;
using System.Reflection;
using Npgsql;
using Xunit;
using Xunit.v3;

/// <summary>A database of the tests, empty at first, on their server.</summary>
public sealed class TestDatabase : IDisposable
{
    /// <summary>What telemetry tells of every one.</summary>
    public const string SystemName = "postgresql";

    /// <summary>What telemetry tells of a statement about a table that is not there.</summary>
    public static readonly (string Type, string Code) NoSuchTable = ("Npgsql.PostgresException", "42P01");

    // Made once it is named: some services never get as far as their database, and making one costs as much as a few tests.
    private readonly Lazy<string> name = new(Create);

    /// <summary>The database of all services that do not need one of their own.</summary>
    public static TestDatabase Shared { get; } = new();

    /// <summary>Whether tests are skipped for want of a server. A build server that has none fails.</summary>
    public static bool IsSkipped => TestServer.ConnectionString is null && Environment.GetEnvironmentVariable("CI") != "true";

    /// <summary>Connection strings with which nothing runs, each with what the sentence about it says.</summary>
    public static TheoryData<string, string> Unusable
    {
        get
        {
            var unusable = new TheoryData<string, string> { { "Host=127.0.0.1;Port=1;Database=app;Username=app", "(setting ConnectionStrings:Database) cannot be used; no server answers there: start it" } };
            if (TestServer.ConnectionString is not null)
            {
                unusable.Add(With(server => (server.Database, server.Password) = ("postgres", "wrong")), "cannot be used; the server does not let the role");
                unusable.Add(With(server => (server.Database, server.Username) = ("postgres", "nobody")), "cannot be used; the server does not let the role 'nobody' in");
            }

            return unusable;
        }
    }

    public string Name => name.Value;

    /// <summary>The tags of the server in telemetry.</summary>
    public string[] Server
    {
        get
        {
            var server = new NpgsqlConnectionStringBuilder(ConnectionString);
            return server.Port == NpgsqlConnection.DefaultPort ? [$"server.address={server.Host}"] : [$"server.address={server.Host}", $"server.port={server.Port}"];
        }
    }

    public string ConnectionString => With(server => server.Database = Name);

    /// <summary>Executes a statement as whoever owns the server, in the database of that name or the server's own.</summary>
    public static void Execute(string sql, string? database = null)
    {
        // Of the server's own database, connections are kept: to open one takes longer than most statements.
        using var connection = new NpgsqlConnection(With(server => (server.Pooling, server.Database) = (database is null, database ?? "postgres")));
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public static void SkipWithoutServer() => Assert.SkipWhen(IsSkipped, TestServer.Reason);

    /// <summary>Ends the connections that there are.</summary>
    public void Disconnect() => Execute($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{Name}'");

    public void SetReadOnly()
    {
        Execute($"ALTER DATABASE {Name} SET default_transaction_read_only = on");
        Disconnect();
    }

    public void GoAway()
    {
        Execute($"ALTER DATABASE {Name} ALLOW_CONNECTIONS false");
        Disconnect();
    }

    public void ComeBack() => Execute($"ALTER DATABASE {Name} ALLOW_CONNECTIONS true");

    public void Dispose()
    {
        if (name.IsValueCreated)
        {
            Execute($"DROP DATABASE {Name} WITH (FORCE)");
        }
    }

    private static string Create()
    {
        var name = $"app_{Guid.NewGuid():N}";
        Execute($"CREATE DATABASE {name}");
        return name;
    }

    private static string With(Action<NpgsqlConnectionStringBuilder> change)
    {
        SkipWithoutServer();
        var server = new NpgsqlConnectionStringBuilder(TestServer.ConnectionString ?? throw new InvalidOperationException(TestServer.Reason));
        change(server);
        return server.ConnectionString;
    }
}

/// <summary>Skips the tests that use the shared service; one that starts another is skipped there.</summary>
public sealed class SkipWithoutServerAttribute : BeforeAfterTestAttribute
{
    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (methodUnderTest.ReflectedType!.GetConstructors().Any(constructor => constructor.GetParameters().Any(parameter => parameter.ParameterType == typeof(Service))))
        {
            TestDatabase.SkipWithoutServer();
        }
    }
}
