namespace GoldenService.Testing;

using System;
using System.Threading.Tasks;
using DotNet.Testcontainers.Builders;
using Testcontainers.PostgreSql;

/// <summary>The PostgreSQL server that the environment names; without one, a container of this run.</summary>
public sealed class TestServer : IAsyncDisposable
{
    /// <summary>Why there is none, and the mend.</summary>
    public const string Reason = $"These tests need a PostgreSQL server: start Docker, or {Variable}='Host=localhost;Username=postgres;Password=<password>' dotnet test";

    private const string Variable = "ConnectionStrings__Database";

    // Of the version that the pipeline has.
    private const string Image = "postgres:17";

    private static PostgreSqlContainer? container;

    /// <summary>Where it is, or null.</summary>
    public static string? ConnectionString { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } server ? server : Start();

    public ValueTask DisposeAsync() => container?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static string? Start()
    {
        PostgreSqlContainer server;
        try
        {
            // By itself it starts a server that loses data when the power goes, and the tests ask for one that does not.
            server = new PostgreSqlBuilder(Image).WithCommand("-c", "fsync=on", "-c", "full_page_writes=on", "-c", "synchronous_commit=on").Build();
        }
        catch (DockerUnavailableException)
        {
            return null;
        }

        // Tests ask for it while they are made, where nothing can be awaited.
        Task.Run(() => server.StartAsync()).GetAwaiter().GetResult();
        container = server;
        return server.GetConnectionString();
    }
}
