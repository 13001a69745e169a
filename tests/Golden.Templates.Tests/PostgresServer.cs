namespace Golden.Templates.Tests;

/// <summary>The PostgreSQL server on which tests make databases.</summary>
static class PostgresServer
{
    public const string Variable = "ConnectionStrings__Orders";

    /// <summary>Its connection string. Without one the test is skipped; on a build server it fails.</summary>
    public static string ConnectionString()
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
